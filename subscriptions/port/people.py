"""Who somebody is, how to reach them and what is stored about them, as callers see it."""

from datetime import date, datetime
from typing import Protocol

from subscriptions.model.base import Caller
from subscriptions.model.identity import (
    AccessReceipt,
    CodePurpose,
    CodeReceipt,
    CompromiseReceipt,
    DemoCustomer,
    Devices,
    LoginStatus,
    Profile,
    Proof,
    ResetDone,
    ResetReceipt,
    SignOutReceipt,
    UnlockReceipt,
)
from subscriptions.model.privacy import (
    ErasureReceipt,
    ErasureReport,
    ExportFile,
    ExportReceipt,
    ObjectionKind,
    ObjectionReceipt,
    TranscriptSent,
)
from subscriptions.model.profile import (
    AddressReceipt,
    AddressShown,
    ConsentReceipt,
    ConsentShown,
    ContactDetails,
    ContactReceipt,
    NewAddress,
    PreferencesShown,
    PreferencesWish,
    UndoReceipt,
)


class IdentityPort(Protocol):
    """Level 0 where it says so, else level 1."""

    def profile(self, caller: Caller) -> Profile:
        """Number, name and language of the caller."""
        ...

    def demo_customers(self) -> tuple[DemoCustomer, ...]:
        """The customers of the demo data; empty in a real operator's database."""
        ...

    def send_code(
        self,
        caller: Caller,
        address: str | None = None,
        *,
        purpose: CodePurpose = CodePurpose.IDENTIFY,
        key: str,
    ) -> CodeReceipt:
        """Send six digits to the address on file; level 0, the same receipt whether or not there is an account."""
        ...

    def check_code(self, caller: Caller, handle: str, code: str, *, key: str) -> Proof:
        """What the digits prove, once; level 0. Spaces, dashes and full-width digits are fine."""
        ...

    def request_reset(self, caller: Caller, address: str | None, *, key: str) -> ResetReceipt:
        """Ask for a new password; BAD_INPUT when nobody is identified and no address is given."""
        ...

    def use_reset(self, caller: Caller, token: str, *, key: str) -> ResetDone:
        """The page behind a reset link has set a password: the link ends, a login locked by tries opens; level 0."""
        ...

    def login_status(self, caller: Caller) -> LoginStatus:
        """Why a login fails and which address is on file; level 0, empty for everybody who is not identified."""
        ...

    def unlock(self, caller: Caller, address: str | None = None, *, key: str) -> UnlockReceipt:
        """Get somebody back in; level 0."""
        ...

    def report_compromise(self, caller: Caller, text: str = "", *, key: str) -> CompromiseReceipt:
        """A stranger was in the account; level 0, never refused: always a case, first in line."""
        ...

    def link_access(self, caller: Caller, number: str, postcode: str, *, key: str) -> AccessReceipt:
        """Open the digital access of a printed subscription with what stands on its label; level 1."""
        ...

    def devices(self, caller: Caller) -> Devices:
        """The devices that are signed in, and how many the plan allows; level 1."""
        ...

    def sign_out_devices(
        self, caller: Caller, device: str | None = None, *, key: str
    ) -> SignOutReceipt:
        """Sign out one device, or all without naming one; level 1. Raises DEVICE_UNKNOWN."""
        ...


class ProfilePort(Protocol):
    """Level 1 for addresses and wishes, level 2 for contact data, level 0 for whoever holds a link."""

    def addresses(self, caller: Caller) -> tuple[AddressShown, ...]:
        """The addresses that hold now or later, oldest first; streets are masked below level 2."""
        ...

    def check_address(self, caller: Caller, wanted: NewAddress) -> AddressShown:
        """The address as it would be stored, or the refusal; nothing is stored. Level 1."""
        ...

    def change_address(self, caller: Caller, wanted: NewAddress, *, key: str) -> AddressReceipt:
        """A new postal or delivery address from a day on; the old one holds until the day before. Level 1."""
        ...

    def contact_details(self, caller: Caller) -> ContactDetails:
        """Name, e-mail and phone; masked below level 2."""
        ...

    def change_email(self, caller: Caller, email: str, *, key: str) -> ContactReceipt:
        """Ask for a new e-mail address; it holds once its mailbox confirms it. Level 2."""
        ...

    def confirm_contact_change(self, caller: Caller, token: str, *, key: str) -> ContactReceipt:
        """The new mailbox confirms itself by its link; level 0."""
        ...

    def change_phone(self, caller: Caller, phone: str, *, key: str) -> ContactReceipt:
        """A new phone number at once, told to the old and the new one and by e-mail, with a link to undo. Level 2."""
        ...

    def change_name(self, caller: Caller, name: str, *, key: str) -> ContactReceipt:
        """Correct the spelling of the name; level 2."""
        ...

    def undo_contact_change(self, caller: Caller, token: str, *, key: str) -> UndoReceipt:
        """Take a change back by the link from its message, once; level 0. Later changes of the same go with it."""
        ...

    def preferences(self, caller: Caller) -> PreferencesShown:
        """Channel, language of letters, form of address, less contact; level 1."""
        ...

    def change_preferences(
        self, caller: Caller, wish: PreferencesWish, *, key: str
    ) -> PreferencesShown:
        """Change what is named in the wish; level 1. Raises PREFERENCE_UNKNOWN with `field`, BAD_INPUT."""
        ...

    def consents(self, caller: Caller) -> tuple[ConsentShown, ...]:
        """What holds for each purpose and channel somebody ever said something about; level 1."""
        ...

    def change_consent(
        self, caller: Caller, purpose: str, channel: str, *, given: bool, key: str
    ) -> ConsentReceipt:
        """Agree, or withdraw, which holds at once; level 1. Advertising by e-mail is confirmed by a link."""
        ...

    def confirm_consent(self, caller: Caller, token: str, *, key: str) -> ConsentReceipt:
        """The mailbox confirms what was agreed to; level 0. Raises TOKEN_INVALID."""
        ...


class PrivacyPort(Protocol):
    """Export and erasure (level 2), objection (level 0), and what the desk and the daily job do about them."""

    def export(self, caller: Caller, *, key: str) -> ExportReceipt:
        """Ask for a copy of all data; its link goes to the address on file. Raises EXPORT_RUNNING."""
        ...

    def send_transcript(
        self, caller: Caller, token: str, *, until: date, key: str
    ) -> TranscriptSent:
        """Send the link to a chat's transcript, good until that day, to the address on file; level 1."""
        ...

    def export_of(self, token: str) -> ExportFile:
        """The copy that a token opens. Raises TOKEN_INVALID, LINK_EXPIRED."""
        ...

    def run_exports(self) -> int:
        """Make the copies that were asked for and not made at once; for a job. Returns how many."""
        ...

    def forget_exports(self) -> int:
        """Drop copies whose link has expired; for a job. Returns how many."""
        ...

    def erase(self, caller: Caller, *, key: str) -> ErasureReceipt:
        """Ask for erasure: a case for a person, with what the law keeps and what has to end first."""
        ...

    def execute_erasure(self, caller: Caller, case: str, *, key: str) -> ErasureReport:
        """Erase what may go; agents only."""
        ...

    def erased_since(self, since: datetime) -> tuple[str, ...]:
        """The numbers of who was erased at that moment or later; for a job that takes them out of other places."""
        ...

    def refuse_erasure(self, caller: Caller, case: str, reason: str, *, key: str) -> ErasureReceipt:
        """Decline an erasure with a reason for the customer; agents only."""
        ...

    def object(
        self, caller: Caller, kind: ObjectionKind, text: str = "", *, key: str
    ) -> ObjectionReceipt:
        """Object to advertising or profiling, which ends at once, or to a decision, which a person reviews."""
        ...

"""All use cases of identity in one place; what they do is in the modules beside this one."""

from subscriptions.identity import access, break_in, codes, login
from subscriptions.model.base import Caller, Level
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
from subscriptions.policy.access import require
from subscriptions.store import customers
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.even_time import even_time


class Identity:
    """Level 0 where it says so, else level 1."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def profile(self, caller: Caller) -> Profile:
        """Number, name and language of the caller."""
        number = require(caller, Level.IDENTIFIED, self._backing.clock())
        with reading(self._backing.engine) as db:
            found = customers.by_number(db, number)
        return Profile(found.number, found.name, found.locale)

    def demo_customers(self) -> tuple[DemoCustomer, ...]:
        """The customers of the demo data; empty in a real operator's database."""
        with reading(self._backing.engine) as db:
            return customers.demo(db)

    def send_code(
        self,
        caller: Caller,
        address: str | None = None,
        *,
        purpose: CodePurpose = CodePurpose.IDENTIFY,
        key: str,
    ) -> CodeReceipt:
        """Send six digits to the address on file; level 0, the same receipt whether or not there is an account.

        `address`: an e-mail address or a customer number as typed, to find the account; ignored for an identified
        caller. A code that is not sent, because the last is under a minute old or five went out within the hour,
        gives the same receipt, and the last code stays good (domain paper, section 6).
        Raises BAD_INPUT without anything to find an account by, IDENTITY_NEEDED for CONFIRM from nobody.
        """
        with even_time():
            return codes.send(self._backing, caller, address, purpose=purpose, key=key)

    def check_code(self, caller: Caller, handle: str, code: str, *, key: str) -> Proof:
        """What the digits prove, once; level 0. Spaces, dashes and full-width digits are fine.

        Every try is counted, also when it is refused. Raises BAD_INPUT for what are not six digits (not counted),
        CODE_WRONG with `most`, the tries that are left, CODE_TOO_OFTEN when none is, CODE_EXPIRED when
        the code is used, old, replaced or unknown.
        """
        with even_time():
            return codes.check(self._backing, caller, (handle, code), key=key)

    def request_reset(self, caller: Caller, address: str | None, *, key: str) -> ResetReceipt:
        """Ask for a new password; BAD_INPUT when nobody is identified and no address is given."""
        with even_time():
            return login.request_reset(self._backing, caller, address, key=key)

    def use_reset(self, caller: Caller, token: str, *, key: str) -> ResetDone:
        """The page behind a reset link has set a password: the link ends, a login locked by tries opens; level 0.

        Raises TOKEN_INVALID for a link that is used, over or unknown. A login locked as compromised stays locked.
        """
        return login.use_reset(self._backing, caller, token, key=key)

    def login_status(self, caller: Caller) -> LoginStatus:
        """Why a login fails and which address is on file; level 0, empty for everybody who is not identified."""
        return login.status(self._backing, caller)

    def unlock(self, caller: Caller, address: str | None = None, *, key: str) -> UnlockReceipt:
        """Get somebody back in; level 0.

        Identified: a login locked by tries is opened; locked as compromised it waits for a person, with a case.
        Everybody else gets the receipt of a reset link, which opens a login locked by tries when it is used.
        Raises BAD_INPUT like `request_reset`.
        """
        with even_time():
            return login.unlock(self._backing, caller, address, key=key)

    def report_compromise(self, caller: Caller, text: str = "", *, key: str) -> CompromiseReceipt:
        """A stranger was in the account; level 0, never refused: always a case, first in line.

        Identified: the login is locked, every device signed out, and a reset link goes to the address from
        before the changes of the last 14 days.
        """
        return break_in.report(self._backing, caller, text, key=key)

    def link_access(self, caller: Caller, number: str, postcode: str, *, key: str) -> AccessReceipt:
        """Open the digital access of a printed subscription with what stands on its label; level 1.

        Raises ACCESS_NUMBER_UNKNOWN, the same for a wrong number and a wrong postcode, and ACCESS_TAKEN with
        `number`, the case that a person looks at, when it opened somebody else's access. Tries are counted: TOO_OFTEN.
        """
        return access.link(self._backing, caller, (number, postcode), key=key)

    def devices(self, caller: Caller) -> Devices:
        """The devices that are signed in, and how many the plan allows; level 1."""
        return access.devices(self._backing, caller)

    def sign_out_devices(
        self, caller: Caller, device: str | None = None, *, key: str
    ) -> SignOutReceipt:
        """Sign out one device, or all without naming one; level 1. Raises DEVICE_UNKNOWN."""
        return access.sign_out(self._backing, caller, device, key=key)

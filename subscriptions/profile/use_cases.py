"""All use cases of the profile in one place; what they do is in the modules beside this one."""

from subscriptions.model.base import Caller
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
from subscriptions.profile import addresses, contact, undoing, wishes
from subscriptions.store.backing import Backing
from subscriptions.store.even_time import even_time


class ProfileOf:
    """Level 1 for addresses and wishes, level 2 for contact data, level 0 for whoever holds a link."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def addresses(self, caller: Caller) -> tuple[AddressShown, ...]:
        """The addresses that hold now or later, oldest first; streets are masked below level 2."""
        return addresses.of(self._backing, caller)

    def check_address(self, caller: Caller, wanted: NewAddress) -> AddressShown:
        """The address as `change_address` would store it, unmasked because it is what was typed; nothing is stored. Level 1.

        Raises what `change_address` raises.
        """
        return addresses.check(self._backing, caller, wanted)

    def change_address(self, caller: Caller, wanted: NewAddress, *, key: str) -> AddressReceipt:
        """A new postal or delivery address from a day on; the old one holds until the day before. Level 1.

        Raises ADDRESS_INVALID with `field`, DATE_IN_PAST, DATE_TOO_FAR with `until`, ADDRESS_ABROAD when
        a printed issue would have to go abroad, ACCOUNT_ON_HOLD after a reported break-in.
        """
        return addresses.change(self._backing, caller, wanted, key=key)

    def contact_details(self, caller: Caller) -> ContactDetails:
        """Name, e-mail and phone; masked below level 2."""
        return contact.details(self._backing, caller)

    def change_email(self, caller: Caller, email: str, *, key: str) -> ContactReceipt:
        """Ask for a new e-mail address; it holds once its mailbox confirms it. Level 2.

        The old address is told at once, with a link that stops or undoes it. The receipt is the same when the address
        belongs to somebody else: they are told, and nothing changes. Raises EMAIL_INVALID, BAD_INPUT when it is
        the present one, ACCOUNT_ON_HOLD, TOO_OFTEN.
        """
        with even_time():
            return contact.change_email(self._backing, caller, email, key=key)

    def confirm_contact_change(self, caller: Caller, token: str, *, key: str) -> ContactReceipt:
        """The new mailbox confirms itself by its link; level 0.

        Raises TOKEN_INVALID for a link that is used, over or unknown, EMAIL_TAKEN when the address got another
        owner since (only whoever reads that mailbox learns it), ACCOUNT_ON_HOLD.
        """
        return undoing.confirm(self._backing, caller, token, key=key)

    def change_phone(self, caller: Caller, phone: str, *, key: str) -> ContactReceipt:
        """A new phone number at once, told to the old and the new one and by e-mail, with a link to undo. Level 2.

        Raises PHONE_INVALID, BAD_INPUT when it is the present one, ACCOUNT_ON_HOLD, TOO_OFTEN.
        """
        return contact.change_phone(self._backing, caller, phone, key=key)

    def change_name(self, caller: Caller, name: str, *, key: str) -> ContactReceipt:
        """Correct the spelling of the name; level 2.

        Raises NAME_NEEDS_DOCUMENT for more than a slip of the pen: a person looks, BAD_INPUT, ACCOUNT_ON_HOLD, TOO_OFTEN.
        """
        return contact.change_name(self._backing, caller, name, key=key)

    def undo_contact_change(self, caller: Caller, token: str, *, key: str) -> UndoReceipt:
        """Take a change back by the link from its message, once; level 0. Later changes of the same go with it.

        Raises UNDO_EXPIRED for a link that is used, over or unknown.
        """
        return undoing.undo(self._backing, caller, token, key=key)

    def preferences(self, caller: Caller) -> PreferencesShown:
        """Channel, language of letters, form of address, less contact; level 1."""
        return wishes.preferences(self._backing, caller)

    def change_preferences(
        self, caller: Caller, wish: PreferencesWish, *, key: str
    ) -> PreferencesShown:
        """Change what is named in the wish; level 1. Raises PREFERENCE_UNKNOWN with `field`, BAD_INPUT."""
        return wishes.change_preferences(self._backing, caller, wish, key=key)

    def consents(self, caller: Caller) -> tuple[ConsentShown, ...]:
        """What holds for each purpose and channel somebody ever said something about; level 1."""
        return wishes.consents(self._backing, caller)

    def change_consent(
        self, caller: Caller, purpose: str, channel: str, *, given: bool, key: str
    ) -> ConsentReceipt:
        """Agree, or withdraw, which holds at once; level 1. Advertising by e-mail is confirmed by a link.

        Raises PREFERENCE_UNKNOWN with `field`.
        """
        return wishes.change_consent(self._backing, caller, (purpose, channel, given), key=key)

    def confirm_consent(self, caller: Caller, token: str, *, key: str) -> ConsentReceipt:
        """The mailbox confirms what was agreed to; level 0. Raises TOKEN_INVALID."""
        return wishes.confirm_consent(self._backing, caller, token, key=key)

"""How somebody is reached and what they agreed to: what is asked for, shown and receipted."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address somebody moved to. `country` is ISO 3166 alpha-2; `from_on` None: today; `name` None: their own."""

    kind: str  # postal or delivery
    street: str
    postcode: str
    city: str
    country: str = "DE"
    from_on: date | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AddressShown:
    """An address with its first and last day; the street is masked below level 2."""

    kind: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class AddressReceipt:
    """An address that was stored; the one before it holds until `old_until`."""

    address: AddressShown
    old_until: date | None
    reference: str


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How somebody is reached; masked below level 2. `pending_email` waits for its confirmation."""

    name: str
    email: str
    phone: str | None
    pending_email: str | None


@dataclass(frozen=True, slots=True)
class ContactReceipt:
    """A change of contact data, with masked values.

    `effective` False: an e-mail address, which holds once its mailbox confirms it by `confirm_until`. The receipt is
    the same when the address belongs to somebody else, who is told instead.
    """

    reference: str
    field: str
    old: str | None
    new: str
    effective: bool
    confirm_until: datetime | None
    undo_until: datetime


@dataclass(frozen=True, slots=True)
class UndoReceipt:
    """A change that was taken back (or stopped before it was done); the value that holds now, masked."""

    reference: str
    field: str
    now: str | None


@dataclass(frozen=True, slots=True)
class PreferencesShown:
    """How somebody wants to be written to: channel, language of letters, form of address, how much."""

    channel: str
    letters_locale: str
    address_form: str
    less_contact: bool


@dataclass(frozen=True, slots=True)
class PreferencesWish:
    """What is to change; None stays as it is."""

    channel: str | None = None
    letters_locale: str | None = None
    address_form: str | None = None
    less_contact: bool | None = None


class ConsentPurpose(StrEnum):
    """What somebody may agree to."""

    NEWSLETTER = "newsletter"
    OFFERS = "offers"
    PROFILING = "profiling"


class ConsentChannel(StrEnum):
    """The way in which it may be used; profiling has the channel `data`."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    POST = "post"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """What holds for a purpose and channel now: `state` is asked, given or withdrawn."""

    purpose: str
    channel: str
    state: str
    since: datetime
    text_version: str


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """What holds now. `state` asked: the link in the mail to `sent_to` (masked) confirms it by `confirm_until`."""

    purpose: str
    channel: str
    state: str
    sent_to: str | None
    confirm_until: datetime | None

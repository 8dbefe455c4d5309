"""Whom we address, and receipts around the login."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from subscriptions.model.base import Level


@dataclass(frozen=True, slots=True)
class ResetReceipt:
    """What may be said after a reset was asked for: never whether an account exists.

    `sent_to` is the masked address, only for an identified caller.
    """

    sent_to: str | None
    valid_minutes: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Whom we address, and in which language (`de` or `en`)."""

    number: str
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer of the demo data, with the story that the demo page tells about them."""

    number: str
    name: str
    locale: str
    story_de: str
    story_en: str
    product: str | None = None  # of the first contract


class CodePurpose(StrEnum):
    """What a one-time code is for: saying who one is, or confirming it freshly."""

    IDENTIFY = "identify"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class CodeReceipt:
    """What may be said after a code was asked for; the same whether or not an account exists.

    `handle` goes with the digits into `check_code`. `sent_to` is the masked address, only for an identified caller.
    """

    handle: str
    sent_to: str | None
    valid_minutes: int


@dataclass(frozen=True, slots=True)
class Proof:
    """Who was proven to be speaking, how sure that is, and when; it confirms for ten minutes."""

    subscriber: str
    level: Level
    proven_at: datetime


@dataclass(frozen=True, slots=True)
class ResetDone:
    """A reset link was used: whose password was set, and whether that opened a locked login."""

    subscriber: str
    unlocked: bool


@dataclass(frozen=True, slots=True)
class LoginStatus:
    """Why a login may fail. All None for somebody who is not identified: nothing is confirmed to them.

    `state` is free, tries or compromised; `address` is the masked address on file.
    """

    state: str | None = None
    address: str | None = None
    last_login_at: datetime | None = None


class UnlockOutcome(StrEnum):
    """How trouble with the login ends."""

    LINK_SENT = "link_sent"  # said to everybody who is not identified
    UNLOCKED = "unlocked"
    WAS_FREE = "was_free"
    PERSON = "person"  # locked as compromised: a person looks, see the case


@dataclass(frozen=True, slots=True)
class UnlockReceipt:
    """What was done; `valid_minutes` of the link for LINK_SENT, `case` for PERSON."""

    outcome: UnlockOutcome
    valid_minutes: int | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class AccessReceipt:
    """The digital access that came with a printed subscription, and since when it is linked."""

    number: str
    plan: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class DeviceShown:
    """A device that is signed in."""

    id: str
    name: str
    kind: str
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices that are signed in, the last used first. `limit` is the plan's; None without a contract."""

    devices: tuple[DeviceShown, ...]
    limit: int | None


@dataclass(frozen=True, slots=True)
class SignOutReceipt:
    """What was signed out, and what is left."""

    signed_out: tuple[str, ...]  # names
    left: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class CompromiseReceipt:
    """A reported break-in: the case a person looks at first, and what was done at once.

    For somebody who is not identified only the case exists: nobody can lock a stranger's account.
    """

    case: str
    promised_at: datetime
    locked: bool
    devices_signed_out: int
    sent_to: str | None  # masked, the address before the latest changes

"""Whom we address, and receipts around the login."""

from dataclasses import dataclass


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

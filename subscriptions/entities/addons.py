"""Add-ons: what can be booked beside a plan (a profile, a seat, an edition), and what a contract has booked."""

from dataclasses import dataclass, replace
from datetime import date

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval


@dataclass(frozen=True, slots=True)
class Addon:
    """A row of the catalogue. `price` is for one piece and one interval, tax contained; `most` pieces a contract."""

    code: str
    product: str
    name_de: str
    name_en: str
    price: Money
    interval: Interval
    tax_percent: int
    most: int = 1


@dataclass(frozen=True, slots=True)
class BookedAddon:
    """`quantity` pieces of an add-on, from `since` on; `ends_on` is the first day without them.

    A second order of the same add-on is a second booking: what was booked is never changed, only ended.
    """

    id: str
    subscription: str
    addon: Addon
    quantity: int
    since: date
    ends_on: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether it may be used, and is billed, on this day."""
        return self.since <= day and (self.ends_on is None or day < self.ends_on)


def end_booking(booked: BookedAddon, on: date) -> BookedAddon:
    """The booking with its end; raises ADDON_NOT_BOOKED when it ends already."""
    if booked.ends_on is not None:
        raise SubscriptionError(Code.ADDON_NOT_BOOKED)
    return replace(booked, ends_on=max(on, booked.since))

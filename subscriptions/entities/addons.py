"""What a contract has booked beside its plan: a profile, a seat, an edition."""

from dataclasses import dataclass, replace
from datetime import date

from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.catalogue import Addon

__all__ = ["Addon", "BookedAddon", "end_booking", "keep_booking"]


@dataclass(frozen=True, slots=True)
class BookedAddon:
    """`quantity` pieces of an add-on, from `since` on; `ends_on` is the first day without them.

    A second order of the same add-on is a second booking: what was booked is never changed, only ended,
    and an end that has not come may be taken back.
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


def keep_booking(booked: BookedAddon, today: date) -> BookedAddon:
    """The booking without the end that was planned; raises NOTHING_PENDING when none is ahead."""
    if booked.ends_on is None or booked.ends_on <= today:
        raise SubscriptionError(Code.NOTHING_PENDING)
    return replace(booked, ends_on=None)

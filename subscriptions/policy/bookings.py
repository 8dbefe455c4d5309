"""Add-ons of a contract: how many more may be booked, what ends, what is kept.

Invariants: pure; what is booked runs to the end of the period that is paid for; removing a part ends the whole
booking and begins a smaller one on the same day, so that no day is billed twice and none is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from subscriptions.entities.addons import BookedAddon, end_booking, keep_booking
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.catalogue import Addon, Plan
from subscriptions.policy.limits import Limits


def pieces_left(addon: Addon, booked: Sequence[BookedAddon], day: date, limits: Limits) -> int:
    """How many more pieces of the add-on may be booked on `day`."""
    running = sum(b.quantity for b in booked if b.addon.code == addon.code and b.in_force(day))
    return max(_most(addon, limits) - running, 0)


def allow_booking(
    pieces: tuple[Addon, int],
    plan: Plan,
    booked: Sequence[BookedAddon],
    *,
    day: date,
    limits: Limits,
) -> None:
    """Raise ADDON_UNKNOWN, BAD_INPUT or ADDON_LIMIT when these pieces may not be booked beside the plan."""
    addon, quantity = pieces
    if addon.product != plan.product:
        raise SubscriptionError(Code.ADDON_UNKNOWN)
    if quantity < 1:
        raise SubscriptionError(Code.BAD_INPUT, field="quantity")
    if quantity > pieces_left(addon, booked, day, limits):
        raise SubscriptionError(Code.ADDON_LIMIT, most=_most(addon, limits))


@dataclass(frozen=True, slots=True)
class Removal:
    """The bookings with their end, and what goes on from that day with fewer pieces."""

    ended: tuple[BookedAddon, ...]
    rest: BookedAddon | None
    quantity: int


def removal(booked: Sequence[BookedAddon], quantity: int | None, on: date, rest_id: str) -> Removal:
    """End `quantity` pieces of one add-on (None: all) on `on`, the newest bookings first.

    Raises ADDON_NOT_BOOKED without any, or without any that has no end yet; BAD_INPUT for more than there are.
    """
    going_on = sorted((b for b in booked if b.ends_on is None), key=lambda b: b.since, reverse=True)
    whole = sum(b.quantity for b in going_on)
    wanted = whole if quantity is None else quantity
    if not going_on:
        raise SubscriptionError(Code.ADDON_NOT_BOOKED)
    if not 0 < wanted <= whole:
        raise SubscriptionError(Code.BAD_INPUT, field="quantity")
    ended, open_pieces = [], wanted
    for booking in going_on:
        if open_pieces <= 0:
            break
        ended.append(end_booking(booking, on))
        open_pieces -= booking.quantity
    if open_pieces == 0:
        return Removal(tuple(ended), None, wanted)
    rest = replace(
        ended[-1], id=rest_id, quantity=-open_pieces, since=max(on, ended[-1].since), ends_on=None
    )
    return Removal(tuple(ended), rest, wanted)


def kept(booked: Sequence[BookedAddon], today: date) -> tuple[BookedAddon, ...]:
    """One add-on as if nothing of it had been removed: planned ends fall away, smaller ones never begin.

    Raises NOTHING_PENDING when no end is ahead.
    """
    ending = [b for b in booked if b.in_force(today) and b.ends_on is not None]
    if not ending:
        raise SubscriptionError(Code.NOTHING_PENDING)
    smaller = [b for b in booked if b.since > today and b.ends_on is None]
    never = [end_booking(booking, booking.since) for booking in smaller]
    return (*(keep_booking(booking, today) for booking in ending), *never)


def _most(addon: Addon, limits: Limits) -> int:
    return min(addon.most, limits.addon_most)

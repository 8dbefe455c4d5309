"""The printed issue on its way, and the days on which it rests or goes elsewhere; with their steps.

Invariants: an issue is reported once and remedied once; an issue that rested cannot be missed; what has begun
is shortened, never withdrawn.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from subscriptions.entities.steps import illegal_step
from subscriptions.model.delivery import (
    DeliveryState,
    ProblemKind,
    Remedy,
    SuspensionKind,
    SuspensionState,
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One issue of a contract. Credits are in cents: promised, given so far, and by which invoice at last."""

    subscription: str
    issue_on: date
    state: DeliveryState = DeliveryState.DELIVERED
    reported_at: datetime | None = None
    remedy: Remedy | None = None
    reference: str | None = None
    redelivery_on: date | None = None
    credit_minor: int | None = None
    credited_minor: int = 0
    credit_invoice: str | None = None
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """From its first to its last day, both included. `address` is where redirected issues go."""

    id: str
    subscription: str
    kind: SuspensionKind
    from_on: date
    until_on: date
    state: SuspensionState
    asked_at: datetime
    address: str | None = None
    credit_minor: int | None = None
    credited_minor: int = 0
    credit_invoice: str | None = None


@dataclass(frozen=True, slots=True)
class WaitingCredit:
    """Cents that the next invoices of a contract take off, and what for: an issue or an interruption."""

    subscription: str
    minor: int
    first: date
    last: date
    reference: str


_D = DeliveryState
_REMEDIED = {Remedy.REDELIVERY: _D.REDELIVERED, Remedy.CREDIT: _D.CREDITED}
_REMEDIES = frozenset(_REMEDIED.values())
DELIVERY_STEPS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    _D.DELIVERED: frozenset({_D.MISSING, _D.LATE, _D.DAMAGED}),
    _D.MISSING: _REMEDIES,
    _D.LATE: _REMEDIES,
    _D.DAMAGED: _REMEDIES,
    _D.REDELIVERED: frozenset(),
    _D.CREDITED: frozenset(),
    _D.SUSPENDED: frozenset(),
}

_S = SuspensionState
SUSPENSION_STEPS: Mapping[SuspensionState, frozenset[SuspensionState]] = {
    _S.SCHEDULED: frozenset({_S.RUNNING, _S.WITHDRAWN}),
    _S.RUNNING: frozenset({_S.OVER}),
    _S.OVER: frozenset(),
    _S.WITHDRAWN: frozenset(),
}


def _delivery_to(delivery: Delivery, new: DeliveryState) -> Delivery:
    if new not in DELIVERY_STEPS[delivery.state]:
        raise illegal_step("delivery", delivery.state, new)
    return replace(delivery, state=new)


def report(delivery: Delivery, kind: ProblemKind, remedy: Remedy, at: datetime) -> Delivery:
    """delivered → missing, late or damaged, with the remedy that is promised for it."""
    reported = _delivery_to(delivery, DeliveryState(kind.value))
    return replace(reported, reported_at=at, remedy=remedy)


def remedied(delivery: Delivery) -> Delivery:
    """The promised remedy was given: missing, late, damaged → redelivered or credited."""
    if delivery.remedy is None:
        raise illegal_step("delivery", delivery.state, _D.CREDITED)
    return _delivery_to(delivery, _REMEDIED[delivery.remedy])


def credited(delivery: Delivery, minor: int, invoice: str) -> Delivery:
    """An invoice took cents of the credit off; once it is given in full the issue is credited."""
    given = delivery.credited_minor + minor
    after = replace(delivery, credited_minor=given, credit_invoice=invoice)
    return remedied(after) if given == delivery.credit_minor else after


def _suspension_to(suspension: Suspension, new: SuspensionState) -> Suspension:
    if new not in SUSPENSION_STEPS[suspension.state]:
        raise illegal_step("suspension", suspension.state, new)
    return replace(suspension, state=new)


def begin(suspension: Suspension) -> Suspension:
    """scheduled → running."""
    return _suspension_to(suspension, _S.RUNNING)


def finish(suspension: Suspension) -> Suspension:
    """running → over."""
    return _suspension_to(suspension, _S.OVER)


def withdraw(suspension: Suspension) -> Suspension:
    """scheduled → withdrawn: it never happens."""
    return replace(_suspension_to(suspension, _S.WITHDRAWN), credit_minor=None)


def shorten(suspension: Suspension, last: date) -> Suspension:
    """A scheduled or running one ends on an earlier day, at the soonest on its first."""
    alive = suspension.state in {_S.SCHEDULED, _S.RUNNING}
    if not alive or not suspension.from_on <= last < suspension.until_on:
        raise illegal_step("suspension", suspension.state, _S.OVER)
    return replace(suspension, until_on=last)


def suspension_on(suspension: Suspension, today: date) -> Suspension:
    """The suspension as it stands on a day: it begins and ends by the calendar alone."""
    if suspension.state is _S.SCHEDULED and suspension.from_on <= today:
        suspension = begin(suspension)
    if suspension.state is _S.RUNNING and suspension.until_on < today:
        suspension = finish(suspension)
    return suspension


def is_alive(suspension: Suspension) -> bool:
    """Whether it still changes, or will change, the delivery."""
    return suspension.state in {_S.SCHEDULED, _S.RUNNING}


def covers(suspension: Suspension, day: date) -> bool:
    """Whether the issue of a day is, or was, changed by it."""
    inside = suspension.from_on <= day <= suspension.until_on
    return inside and suspension.state is not _S.WITHDRAWN


_REPORTED = frozenset({_D.MISSING, _D.LATE, _D.DAMAGED})


def waiting_credits(
    deliveries: Iterable[Delivery], suspensions: Iterable[Suspension]
) -> tuple[WaitingCredit, ...]:
    """What no invoice has taken off yet of promised credits, the oldest first; an interruption counts once it is over."""
    found = [
        WaitingCredit(d.subscription, _left(d), d.issue_on, d.issue_on, d.reference or "")
        for d in deliveries
        if d.state in _REPORTED and d.remedy is Remedy.CREDIT
    ]
    found += [
        WaitingCredit(s.subscription, _left(s), s.from_on, s.until_on, s.id)
        for s in suspensions
        if s.state is _S.OVER
    ]
    left = [credit for credit in found if credit.minor > 0]
    return tuple(sorted(left, key=lambda credit: (credit.first, credit.reference)))


def _left(promised: Delivery | Suspension) -> int:
    return (promised.credit_minor or 0) - promised.credited_minor

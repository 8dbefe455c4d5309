"""Which issues belong to a contract, what one of them is worth, and when its delivery may change.

Invariants: pure; integer cents; the issues of a billing period are worth exactly its price together; an issue
is printed on the working days among the weekdays of its plan; what is on its way already cannot be changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.delivery import Suspension, covers, shorten
from subscriptions.entities.delivery import withdraw as withdrawn
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.delivery import SuspensionKind
from subscriptions.policy.calendar import (
    MONTHS,
    add_months,
    current_period,
    period_from,
    working_days,
    working_days_after,
)
from subscriptions.policy.changes import rounded
from subscriptions.policy.limits import Limits
from subscriptions.policy.pricing import PlanTerms, price_in_force


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed contract with what decides about its issues."""

    contract: Subscription
    terms: PlanTerms
    pauses: tuple[Pause, ...] = ()
    suspensions: tuple[Suspension, ...] = ()

    def suspension_of(self, day: date) -> Suspension | None:
        """What the issue of this day is changed by, if anything."""
        return next((s for s in self.suspensions if covers(s, day)), None)

    def rests(self, day: date) -> bool:
        """Whether no issue reaches this subscriber on a day although one is printed."""
        suspension = self.suspension_of(day)
        return suspension is not None and suspension.kind is not SuspensionKind.REDIRECT


def issues(printed: Printed, first: date, last: date) -> tuple[date, ...]:
    """The days on which an issue is printed for the contract; a paused contract has none."""
    contract = printed.contract
    begins = max(first, contract.started_on)
    ends = min(last, contract.ends_on - timedelta(days=1)) if contract.ends_on else last
    return tuple(
        day for day in _print_days(printed, begins, ends) if not _paused(printed.pauses, day)
    )


def _print_days(printed: Printed, first: date, last: date) -> tuple[date, ...]:
    """The days on which the plan's issue is printed, for everybody."""
    weekdays = printed.terms.plan.print_weekdays
    return tuple(day for day in working_days(first, last) if str(day.weekday()) in weekdays)


def _paused(pauses: Iterable[Pause], day: date) -> bool:
    return any(p.from_on <= day < p.until_on for p in pauses if p.state is not PauseState.WITHDRAWN)


def earliest_change(today: date, limits: Limits) -> date:
    """The first delivery day after the lead that the deliverers need."""
    return working_days_after(today, limits.delivery_lead_days + 1)


def next_issue(printed: Printed, after: date) -> date | None:
    """The next issue that reaches the subscriber, within a year."""
    ahead = issues(printed, after + timedelta(days=1), after + timedelta(days=366))
    return next((day for day in ahead if not printed.rests(day)), None)


def check_span(first: date, last: date, today: date, limits: Limits) -> None:
    """Raise BAD_INPUT, DATE_TOO_SOON or SUSPENSION_TOO_LONG when the delivery cannot change on these days."""
    if last < first:
        raise SubscriptionError(Code.BAD_INPUT, field="until_on")
    if (last - first).days >= limits.suspension_days_most:
        raise SubscriptionError(Code.SUSPENSION_TOO_LONG, days=limits.suspension_days_most)
    earliest = earliest_change(today, limits)
    if first < earliest:
        raise SubscriptionError(Code.DATE_TOO_SOON, limit=earliest)
    if first > today + timedelta(days=limits.suspension_days_ahead):
        raise SubscriptionError(Code.BAD_INPUT, field="from_on")


def worth(printed: Printed, days: Sequence[date]) -> Money:
    """What these issues cost: each its share of the price of the billing period it lies in."""
    currency = printed.terms.plan.price.currency
    return Money(sum(_share(printed, day) for day in days), currency)


def credit_for(printed: Printed, kind: SuspensionKind, days: Sequence[date]) -> int | None:
    """The cents of issues that rest: a donated or redirected one is printed all the same and paid for."""
    return worth(printed, days).minor if kind is SuspensionKind.INTERRUPT else None


def cut(printed: Printed, suspension: Suspension, day: date) -> Suspension:
    """A scheduled or running suspension that changes nothing from `day` on: withdrawn, or shorter and worth less."""
    if suspension.from_on >= day:
        return withdrawn(suspension)
    shorter = shorten(suspension, day - timedelta(days=1))
    left = issues(printed, shorter.from_on, shorter.until_on)
    return replace(shorter, credit_minor=credit_for(printed, shorter.kind, left))


def _share(printed: Printed, day: date) -> int:
    """The cents of one issue: shares of neighbours differ by a cent at most and add up to the price."""
    period = _period_of(printed, day)
    price = price_in_force(printed.contract, printed.terms, period.start).minor
    printed_days = _print_days(printed, period.start, period.end - timedelta(days=1))
    before = printed_days.index(day)
    count = len(printed_days)
    return rounded(price * (before + 1), count) - rounded(price * before, count)


def _period_of(printed: Printed, day: date) -> Period:
    """The billing period that holds a day, before the stored one or after it."""
    contract, interval = printed.contract, printed.terms.plan.interval
    period = contract.period
    while day < period.start:
        begins = add_months(period.start, -MONTHS[interval], contract.anchor_day)
        period = period_from(begins, interval, contract.anchor_day)
    return current_period(period, interval, contract.anchor_day, day)

"""Pauses: when one may begin and ends, what is due to happen, and what it does to the paid period.

Invariants: pure; nothing that was paid for is lost: the days that were left when the pause began follow after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from subscriptions.entities.contracts import Period, Subscription, activate, fall_behind, pause
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.catalogue import Interval
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import add_months, anchor_after, current_period
from subscriptions.policy.limits import Limits

_S = SubscriptionState
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscriber asked for: months of pause, from a day on or (None) as early as the rules say."""

    months: int
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class DuePauses:
    """What happens to pauses on a day."""

    starting: tuple[Pause, ...]
    ending: tuple[Pause, ...]


def pauses_due(pauses: Iterable[Pause], today: date) -> DuePauses:
    """Those that begin, and those that are over, on `today` or since an earlier day."""
    known = tuple(pauses)
    return DuePauses(
        tuple(p for p in known if p.state is PauseState.SCHEDULED and p.from_on <= today),
        tuple(p for p in known if p.state is PauseState.RUNNING and p.until_on <= today),
    )


def planned(pauses: Iterable[Pause]) -> Pause | None:
    """The pause that runs or is scheduled: there is never more than one."""
    ahead = {PauseState.SCHEDULED, PauseState.RUNNING}
    return next((p for p in pauses if p.state in ahead), None)


def allow_pause(subscription: Subscription) -> None:
    """Raise CHANGE_PENDING or ILLEGAL_STEP when this contract cannot pause at all."""
    if subscription.state is _S.CANCEL_SCHEDULED:
        raise SubscriptionError(Code.CHANGE_PENDING, pending="cancellation")
    if subscription.state not in {_S.ACTIVE, _S.PAST_DUE, _S.PAUSED}:
        raise SubscriptionError(Code.ILLEGAL_STEP, state=subscription.state.value)


def allow_wish(wish: Wish, today: date, limits: Limits) -> None:
    """Raise BAD_INPUT, PAUSE_TOO_LONG, DATE_IN_PAST or DATE_TOO_FAR when no pause may be like this."""
    if wish.months < limits.pause_months_least:
        raise SubscriptionError(Code.BAD_INPUT, field="months")
    if wish.months > limits.pause_months_most:
        raise SubscriptionError(Code.PAUSE_TOO_LONG, months=limits.pause_months_most)
    if wish.from_on is not None and wish.from_on < today:
        raise SubscriptionError(Code.DATE_IN_PAST)
    latest = add_months(today, limits.pause_ahead_months)
    if wish.from_on is not None and wish.from_on > latest:
        raise SubscriptionError(Code.DATE_TOO_FAR, until=latest)


def span(
    subscription: Subscription, interval: Interval, wish: Wish, today: date, *, owes: bool
) -> Period:
    """The days of an allowed pause: from the end of a period on, or at once for who owes something (a way out).

    A wished day means the first period that begins on it or after it.
    """
    if wish.from_on is None and (owes or subscription.state is _S.PAST_DUE):
        return Period(today, add_months(today, wish.months))
    earliest = max(wish.from_on or today, today + _DAY)
    start = _paid_period(subscription, interval, earliest).end
    return Period(start, add_months(start, wish.months, subscription.anchor_day))


def allow_another(start: date, earlier: Sequence[Pause], limits: Limits) -> None:
    """Raise PAUSE_TOO_OFTEN when a pause is ahead or running, or the last twelve months had enough of them."""
    since = add_months(start, -12)
    counted = [p for p in earlier if p.state is not PauseState.WITHDRAWN and p.from_on > since]
    if planned(earlier) or len(counted) >= limits.pauses_per_year:
        raise SubscriptionError(Code.PAUSE_TOO_OFTEN, most=limits.pauses_per_year)


def begun(subscription: Subscription, interval: Interval, begins: Pause) -> Subscription:
    """active, past due → paused, with the period that is paid for."""
    period = _paid_period(subscription, interval, begins.from_on)
    return replace(pause(subscription), period=period)


def debit_after(subscription: Subscription, interval: Interval, paused: Period) -> date:
    """The day of the next regular debit when the contract pauses for these days."""
    return _paid_period(subscription, interval, paused.start).end + (paused.end - paused.start)


def resumed(subscription: Subscription, over: Pause, *, owes: bool) -> Subscription:
    """paused → active, or past due when something is still owed; `over` says how long the pause really was.

    The paid period moves by the days of the pause, so its rest follows now; a pause that began at its end leaves
    none, and the next period begins now.
    """
    goes_on = fall_behind(subscription) if owes else activate(subscription)
    shift = over.until_on - over.from_on
    period = Period(subscription.period.start + shift, subscription.period.end + shift)
    anchor = anchor_after(period.end, subscription.anchor_day)
    return replace(goes_on, period=period, anchor_day=anchor)


def prolonged(subscription: Subscription, paused: Period, limits: Limits) -> date | None:
    """The end of the minimum term after a pause inside it: paused time does not count, unless the operator lets it.

    Whole months move it by months, so that it stays where periods end; what is left moves it by days.
    """
    term, anchor = subscription.fixed_until, subscription.anchor_day
    if term is None or term <= paused.start or not limits.pause_prolongs_term:
        return term
    months = 0
    while add_months(paused.start, months + 1, anchor) <= paused.end:
        months += 1
    return add_months(term, months) + (paused.end - add_months(paused.start, months, anchor))


def _paid_period(subscription: Subscription, interval: Interval, day: date) -> Period:
    """The first period that ends on `day` or later: what is paid for when a pause begins that day."""
    return current_period(subscription.period, interval, subscription.anchor_day, day - _DAY)

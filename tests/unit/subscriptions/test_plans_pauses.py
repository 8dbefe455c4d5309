"""Pauses: when they may be, which days they take, and that nothing that was paid for is lost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.pauses import (
    PAUSE_STEPS,
    Pause,
    PauseState,
    begin_pause,
    finish_pause,
    withdraw_pause,
)
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.catalogue import Interval
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import add_months, period_from
from subscriptions.policy.limits import Limits
from subscriptions.policy.pauses import (
    Wish,
    allow_another,
    allow_pause,
    allow_wish,
    begun,
    debit_after,
    pauses_due,
    planned,
    prolonged,
    resumed,
    span,
)

S, P = SubscriptionState, PauseState
AT = datetime(2026, 1, 1, 11, tzinfo=UTC)
DAYS = st.dates(date(2023, 1, 1), date(2033, 12, 31))
INTERVALS = st.sampled_from(Interval)
LIMITS = Limits()


def contract(start: date, interval: Interval = Interval.MONTH, state: S = S.ACTIVE) -> Subscription:
    """A contract whose first period began on this day."""
    period = period_from(start, interval, start.day)
    return Subscription("S", "K", "p", state, start, period, start.day, None)


def pause(from_on: date, until_on: date, state: PauseState = P.SCHEDULED) -> Pause:
    """A pause of the contract."""
    return Pause("PA", "S", from_on, until_on, state, AT)


@given(DAYS, st.integers(0, 700), st.integers(1, 3), INTERVALS)
def test_a_pause_begins_at_a_period_end_and_the_next_debit_is_its_end(
    start: date, later: int, months: int, interval: Interval
) -> None:
    own, today = contract(start, interval), start + timedelta(days=later)
    days = span(own, interval, Wish(months), today, owes=False)
    assert today < days.start <= add_months(today, 12) + timedelta(days=1)
    assert days.start == add_months(start, _months(days.start, start), own.anchor_day)
    assert days.end == add_months(days.start, months, own.anchor_day)
    assert debit_after(own, interval, days) == days.end


def _months(later: date, earlier: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


@given(DAYS, st.integers(0, 60), st.integers(0, 300), st.integers(1, 3))
def test_a_wished_day_is_never_missed_by_a_whole_period(
    start: date, later: int, ahead: int, months: int
) -> None:
    today = start + timedelta(days=later)
    wished = today + timedelta(days=ahead)
    days = span(contract(start), Interval.MONTH, Wish(months, wished), today, owes=False)
    assert days.start >= wished
    assert (days.start - wished).days <= 31
    assert days.start > today


@given(DAYS, st.integers(0, 27), st.integers(1, 3), st.integers(0, 120), st.booleans())
def test_no_paid_day_is_lost(
    start: date, later: int, months: int, paused_for: int, owes: bool
) -> None:
    """However long a pause at once lasts, the days that were left when it began are left when it is over."""
    today = start + timedelta(days=later)
    own = contract(start, state=S.PAST_DUE)
    days = span(own, Interval.MONTH, Wish(months), today, owes=owes)
    assert days == Period(today, add_months(today, months))
    begins = pause(days.start, days.end)
    stopped = begun(own, Interval.MONTH, begins)
    assert (stopped.state, stopped.period) == (S.PAUSED, own.period)
    over = finish_pause(begin_pause(begins), today + timedelta(days=paused_for))
    after = resumed(stopped, over, owes=owes)
    assert after.state is (S.PAST_DUE if owes else S.ACTIVE)
    assert after.period.end - over.until_on == own.period.end - today
    assert after.period.days == own.period.days
    assert over.until_on <= days.end
    following = period_from(after.period.end, Interval.MONTH, after.anchor_day)
    assert 28 <= following.days <= 31
    if paused_for >= 120:
        assert debit_after(own, Interval.MONTH, days) == after.period.end


@given(DAYS, st.integers(1, 3), st.integers(0, 3))
def test_the_31st_is_kept_over_whole_months(start: date, months: int, periods: int) -> None:
    first = start.replace(month=1, day=31)
    own = contract(first)
    for _ in range(periods):
        own = replace(own, period=period_from(own.period.end, Interval.MONTH, 31))
    days = span(own, Interval.MONTH, Wish(months), own.period.start, owes=False)
    stopped = begun(own, Interval.MONTH, pause(days.start, days.end))
    after = resumed(stopped, pause(days.start, days.end, P.OVER), owes=False)
    assert (after.anchor_day, after.period.end) == (31, days.end)


def test_a_period_that_was_not_rolled_on_is_caught_up() -> None:
    """The stored period may have passed long ago: the paid one is the one that ends when the pause begins."""
    own = contract(date(2026, 1, 15))
    stopped = begun(own, Interval.MONTH, pause(date(2026, 6, 15), date(2026, 7, 15)))
    assert stopped.period == Period(date(2026, 5, 15), date(2026, 6, 15))


@given(st.lists(st.tuples(DAYS, st.integers(1, 90), st.sampled_from(P)), max_size=12), DAYS)
def test_what_is_due_is_what_can_step(rows: list[tuple[date, int, P]], today: date) -> None:
    known = [pause(day, day + timedelta(days=n), state) for day, n, state in rows]
    due = pauses_due(known, today)
    for one in known:
        starts = one.state is P.SCHEDULED and one.from_on <= today
        ends = one.state is P.RUNNING and one.until_on <= today
        assert (one in due.starting, one in due.ending) == (starts, ends)
    assert all(begin_pause(one).state is P.RUNNING for one in due.starting)
    assert all(finish_pause(one, today).state is P.OVER for one in due.ending)


@given(st.lists(st.sampled_from(["begin", "withdraw", "finish"]), max_size=6))
def test_random_pauses(steps: list[str]) -> None:
    drawn = {
        (P.SCHEDULED, "begin"): P.RUNNING,
        (P.SCHEDULED, "withdraw"): P.WITHDRAWN,
        (P.RUNNING, "finish"): P.OVER,
    }
    current = pause(date(2026, 2, 1), date(2026, 3, 1))
    for step in steps:
        goal = drawn.get((current.state, step))
        if goal is None:
            with pytest.raises(SubscriptionError) as refused:
                _take(current, step)
            assert refused.value.code is Code.ILLEGAL_STEP
        else:
            current = _take(current, step)
            assert current.state is goal
    assert {old: set(new) for old, new in PAUSE_STEPS.items()} == {
        P.SCHEDULED: {P.RUNNING, P.WITHDRAWN},
        P.RUNNING: {P.OVER},
        P.OVER: set(),
        P.WITHDRAWN: set(),
    }


def _take(current: Pause, step: str) -> Pause:
    if step == "finish":
        return finish_pause(current, date(2026, 2, 10))
    return begin_pause(current) if step == "begin" else withdraw_pause(current)


TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(0), Code.BAD_INPUT),
        (Wish(-3), Code.BAD_INPUT),
        (Wish(4), Code.PAUSE_TOO_LONG),
        (Wish(10**9), Code.PAUSE_TOO_LONG),
        (Wish(1, TODAY - timedelta(days=1)), Code.DATE_IN_PAST),
        (Wish(1, date(2027, 6, 16)), Code.DATE_TOO_FAR),
        (Wish(1, date(9999, 12, 31)), Code.DATE_TOO_FAR),
        (Wish(1), None),
        (Wish(3, TODAY), None),
        (Wish(3, date(2027, 6, 15)), None),
    ],
)
def test_what_may_be_wished(wish: Wish, code: Code | None) -> None:
    if code is None:
        allow_wish(wish, TODAY, LIMITS)
        return
    with pytest.raises(SubscriptionError) as refused:
        allow_wish(wish, TODAY, LIMITS)
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("earlier", "allowed"),
    [
        ([], True),
        ([pause(date(2025, 6, 1), date(2025, 7, 1), P.OVER)], True),
        ([pause(date(2025, 7, 2), date(2025, 8, 2), P.OVER)], False),
        ([pause(date(2026, 5, 1), date(2026, 6, 1), P.WITHDRAWN)], True),
        ([pause(date(2026, 8, 1), date(2026, 9, 1))], False),
    ],
)
def test_one_pause_in_twelve_months(earlier: list[Pause], allowed: bool) -> None:
    start = date(2026, 7, 1)
    if allowed:
        allow_another(start, earlier, LIMITS)
        return
    with pytest.raises(SubscriptionError) as refused:
        allow_another(start, earlier, LIMITS)
    assert refused.value.code is Code.PAUSE_TOO_OFTEN


def test_an_operator_may_allow_more_but_never_two_at_once() -> None:
    many = Limits(pauses_per_year=3)
    over = pause(date(2026, 3, 1), date(2026, 4, 1), P.OVER)
    running = pause(date(2026, 6, 1), date(2026, 7, 1), P.RUNNING)
    allow_another(date(2026, 8, 1), [over], many)
    with pytest.raises(SubscriptionError):
        allow_another(date(2026, 8, 1), [over, running], many)
    assert planned([over, running]) == running
    assert planned([over]) is None


@pytest.mark.parametrize("state", S)
def test_which_contracts_may_pause(state: S) -> None:
    own = replace(contract(TODAY), state=state)
    if state in {S.ACTIVE, S.PAST_DUE, S.PAUSED}:  # for a paused one the pause ahead is too many
        allow_pause(own)
        return
    with pytest.raises(SubscriptionError) as refused:
        allow_pause(own)
    pending = state is S.CANCEL_SCHEDULED
    assert refused.value.code is (Code.CHANGE_PENDING if pending else Code.ILLEGAL_STEP)


@given(DAYS, st.integers(1, 3), st.integers(0, 24))
def test_a_term_moves_by_what_was_paused_and_only_a_running_one(
    start: date, months: int, term_months: int
) -> None:
    own = contract(start)
    paused = Period(own.period.end, add_months(own.period.end, months, own.anchor_day))
    term = add_months(start, term_months, own.anchor_day)
    moved = prolonged(replace(own, fixed_until=term), paused, Limits())
    runs = term > paused.start
    assert moved == (add_months(term, months) if runs else term)
    kept = Limits(pause_prolongs_term=False)
    assert prolonged(replace(own, fixed_until=term), paused, kept) == term
    assert prolonged(own, paused, Limits()) is None

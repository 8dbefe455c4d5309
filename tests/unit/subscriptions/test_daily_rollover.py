"""What time does to a contract: whenever the run comes, the same periods are billed, without gap or overlap."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.addons import Addon, BookedAddon
from subscriptions.entities.contracts import Period, Subscription, end, schedule_end, suspend
from subscriptions.entities.pauses import (
    Pause,
    PauseState,
    begin_pause,
    finish_pause,
    withdraw_pause,
)
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import add_months, period_from
from subscriptions.policy.invoicing import PeriodTerms, period_invoice
from subscriptions.policy.pauses import begun, resumed
from subscriptions.policy.rollover import (
    DueKind,
    is_billed,
    moved_by,
    next_due,
    renewed,
    terms_until,
)

S = SubscriptionState
MONTHLY = Plan("m", "p", "M", "M", Money(1199), Interval.MONTH, 2, (), ())
YEARLY = replace(MONTHLY, code="y", interval=Interval.YEAR, price=Money(11900), min_months=12)
LAST = date(2029, 3, 1)
ASKED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """A contract with its pauses, and the periods that were billed so far."""

    contract: Subscription
    pauses: list[Pause]
    billed: list[Period]

    def run(self, today: date) -> None:
        """What the day's run does, without a database."""
        while (due := next_due(self.contract, self.pauses, today)) is not None:
            interval = MONTHLY.interval if self.contract.plan == "m" else YEARLY.interval
            if due.kind is DueKind.END:
                self.contract = end(self.contract, due.on)
            elif due.kind is DueKind.PERIOD:
                self._period(due.on)
            elif due.pause is not None and due.kind is DueKind.PAUSE_BEGINS:
                if self.contract.state is S.ACTIVE:
                    self._keep(begin_pause(due.pause))
                    self.contract = begun(self.contract, interval, due.pause)
                else:
                    self._keep(withdraw_pause(due.pause))
            elif due.pause is not None:
                self._finish(finish_pause(due.pause, due.on))

    def _period(self, start: date) -> None:
        pending = self.contract.pending_plan is not None
        begins = self.contract.pending_from or self.contract.period.end
        plan = YEARLY if pending and begins <= start else MONTHLY
        plan = YEARLY if self.contract.plan == "y" else plan
        self.contract = renewed(self.contract, plan, start)
        if is_billed(self.contract):
            self.billed.append(self.contract.period)

    def _finish(self, over: Pause) -> None:
        self._keep(over)
        if self.contract.state is S.PAUSED:
            self.contract = resumed(self.contract, over, owes=False)
        elif self.contract.state is S.CANCEL_SCHEDULED:
            self.contract = moved_by(self.contract, over)

    def _keep(self, pause: Pause) -> None:
        self.pauses = [pause if p.id == pause.id else p for p in self.pauses]


@st.composite
def beginnings(draw: st.DrawFn) -> World:
    """A contract as sold on any day, perhaps with a trial, a pause, a plan change or an end ahead."""
    start = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 400)))
    trial = draw(st.sampled_from([0, 0, 7, 30]))
    first = Period(start, start + timedelta(days=trial))
    period = first if trial else period_from(start, Interval.MONTH, start.day)
    anchor = (start + timedelta(days=trial)).day
    contract = Subscription(
        id="S-1",
        customer="K-1",
        plan="m",
        state=S.TRIALING if trial else S.ACTIVE,
        started_on=start,
        period=period,
        anchor_day=anchor,
        method=None,
        trial_ends_on=first.end if trial else None,
    )
    pauses: list[Pause] = []
    kinds = ["nothing", "pause", "end", "pause and end", "ended while away", "yearly"]
    what = draw(st.sampled_from(kinds))
    if what == "ended while away" and not trial:
        until = add_months(period.end, 2, anchor)
        pauses = [Pause("U-1", "S-1", period.end, until, PauseState.RUNNING, ASKED)]
        contract = replace(contract, state=S.PAUSED)
    if "pause" in what:
        begins = add_months(period.end, draw(st.integers(1, 6)), anchor)
        until = add_months(begins, draw(st.integers(1, 3)), anchor)
        pauses = [Pause("U-1", "S-1", begins, until, PauseState.SCHEDULED, ASKED)]
    if "end" in what:
        contract = schedule_end(contract, start + timedelta(days=draw(st.integers(40, 700))))
    if what == "yearly":
        contract = replace(contract, pending_plan="y", pending_from=period.end)
    return World(contract, pauses, [])


def played(world: World, days: Iterable[date]) -> World:
    """The same beginning after runs on these days."""
    again = World(world.contract, list(world.pauses), [])
    for day in days:
        again.run(day)
    return again


@given(beginnings(), st.lists(st.dates(date(2026, 1, 1), LAST), max_size=30))
def test_runs_on_any_days_bill_what_daily_runs_bill(world: World, days: list[date]) -> None:
    first = world.contract.started_on
    every = [first + timedelta(days=n) for n in range((LAST - first).days + 1)]
    daily = played(world, every)
    some = played(world, [*sorted(days), LAST, LAST])
    assert some.billed == daily.billed
    assert some.contract == daily.contract
    assert [p.state for p in some.pauses] == [p.state for p in daily.pauses]


@given(beginnings())
def test_periods_have_no_gap_but_the_pause_and_nothing_follows_the_end(world: World) -> None:
    after = played(world, [LAST])
    previous = world.contract.period.end
    for period in after.billed:
        paused = [p for p in after.pauses if p.state is PauseState.OVER and p.from_on <= previous]
        away = sum((p.until_on - p.from_on).days for p in paused if p.until_on > previous)
        assert period.start in {previous, previous + timedelta(days=away)}
        assert period.days > 0
        previous = period.end
    for pause in after.pauses:
        if pause.state is PauseState.OVER:
            assert not any(pause.from_on <= p.start < pause.until_on for p in after.billed)
    ends = after.contract.ends_on
    assert ends is None or all(p.end <= ends for p in after.billed)
    if ends is not None and ends <= LAST:
        assert after.contract.state is S.ENDED


def test_a_contract_of_the_31st_bills_on_the_last_day_of_short_months() -> None:
    start = date(2027, 12, 31)
    contract = Subscription(
        "S", "K", "m", S.ACTIVE, start, period_from(start, Interval.MONTH, 31), 31, None
    )
    after = played(World(contract, [], []), [date(2028, 5, 1)])
    starts = [(p.start.month, p.start.day) for p in after.billed]
    assert starts == [(1, 31), (2, 29), (3, 31), (4, 30)]


def test_who_is_suspended_gets_no_invoice_and_keeps_the_days() -> None:
    start = date(2026, 1, 10)
    contract = Subscription(
        "S", "K", "m", S.PAST_DUE, start, period_from(start, Interval.MONTH, 10), 10, None
    )
    after = played(World(suspend(contract), [], []), [date(2026, 4, 1)])
    assert after.billed == []
    assert after.contract.period == Period(date(2026, 3, 10), date(2026, 4, 10))


def test_what_a_partner_bills_we_do_not() -> None:
    contract = Subscription(
        "S",
        "K",
        "m",
        S.ACTIVE,
        date(2026, 1, 1),
        Period(date(2026, 1, 1), date(2026, 2, 1)),
        1,
        None,
        channel="partner",
    )
    after = played(World(contract, [], []), [date(2026, 6, 1)])
    assert after.billed == []
    assert after.contract.period.start == date(2026, 6, 1)


@pytest.mark.parametrize("state", [S.ENDED, S.WITHDRAWN, S.PENDING])
def test_nothing_happens_to_what_is_over_or_has_not_begun(state: SubscriptionState) -> None:
    contract = Subscription(
        "S",
        "K",
        "m",
        state,
        date(2026, 1, 1),
        Period(date(2026, 1, 1), date(2026, 2, 1)),
        1,
        None,
    )
    pause = Pause("U", "S", date(2026, 1, 5), date(2026, 2, 5), PauseState.SCHEDULED, ASKED)
    assert next_due(contract, [pause], date(2027, 1, 1)) is None


def test_a_new_plan_with_a_minimum_term_binds_from_its_first_day() -> None:
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    contract = Subscription("S", "K", "m", S.ACTIVE, period.start, period, 1, None)
    waiting = replace(contract, pending_plan="y", pending_from=period.end, price_minor=999)
    after = renewed(waiting, YEARLY, period.end)
    assert (after.plan, after.pending_plan, after.price_minor) == ("y", None, None)
    assert (after.fixed_until, after.period.end) == (date(2027, 2, 1), date(2027, 2, 1))


@given(st.integers(0, 100_000), st.integers(0, 5_000), st.integers(1, 27))
def test_a_last_period_that_is_cut_short_costs_its_days(
    price: int, addon_price: int, days: int
) -> None:
    period = Period(date(2026, 2, 1), date(2026, 3, 1))
    addon = Addon("a", "p", "A", "A", Money(addon_price), Interval.MONTH, 19)
    booked = BookedAddon("B", "S", addon, 1, date(2026, 1, 1))
    terms = PeriodTerms(replace(MONTHLY, price=Money(price)), 19, period, (booked,))
    ends = period.start + timedelta(days=days)
    whole, short = period_invoice(terms), period_invoice(terms_until(terms, ends))
    assert 28 * short.total.minor <= days * whole.total.minor + 28
    assert 28 * short.total.minor >= days * whole.total.minor - 28
    assert {line.period_end for line in short.lines} == {ends}
    assert terms_until(terms, None) == terms_until(terms, period.end) == terms


def test_pieces_of_an_addon_are_rounded_together_when_a_period_is_cut() -> None:
    period = Period(date(2026, 2, 1), date(2026, 3, 1))
    addon = Addon("a", "p", "A", "A", Money(101), Interval.MONTH, 19)
    booked = BookedAddon("B", "S", addon, 10, date(2026, 1, 1))
    terms = terms_until(PeriodTerms(MONTHLY, 19, period, (booked,)), date(2026, 2, 15))
    (line,) = [one for one in period_invoice(terms).lines if one.kind == "addon"]
    assert line.amount == Money(505)  # half of 10.10, not ten times the rounded half of 1.01

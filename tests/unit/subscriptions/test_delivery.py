"""The printed issue: days on which it comes, what it is worth to the cent, and the steps of its life."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from subscriptions.entities import delivery as steps
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.pauses import Pause, PauseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.delivery import (
    DeliveryState,
    ProblemKind,
    Remedy,
    SuspensionKind,
    SuspensionState,
)
from subscriptions.policy import calendar
from subscriptions.policy.changes import contained_tax
from subscriptions.policy.delivery import (
    Printed,
    check_span,
    earliest_change,
    issues,
    next_issue,
    worth,
)
from subscriptions.policy.invoicing import PeriodTerms, period_invoice
from subscriptions.policy.limits import Limits
from subscriptions.policy.pricing import PlanTerms

AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
LIMITS = Limits()
D, S = DeliveryState, SuspensionState


def contract(
    *, anchor: int = 1, start: date = date(2026, 11, 1), ends_on: date | None = None
) -> Subscription:
    period = calendar.period_from(start, Interval.MONTH, anchor)
    return Subscription(
        "S", "K", "paper", SubscriptionState.ACTIVE, date(2020, 1, 1), period, anchor, None,
        ends_on=ends_on,
    )  # fmt: skip


def printed(price: int = 3990, weekdays: str = "012345", **about: object) -> Printed:
    plan = Plan(
        *("paper", "press", "Z", "P", Money(price), Interval.MONTH, 1, (), ()),
        print_weekdays=weekdays,
    )
    given_contract = contract(**about)  # type: ignore[arg-type]
    return Printed(given_contract, PlanTerms(plan))


def suspension(first: date, last: date, kind: SuspensionKind) -> steps.Suspension:
    return steps.Suspension("U", "S", kind, first, last, S.SCHEDULED, AT)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2024, "01-01 03-29 04-01 05-01 05-09 05-20 10-03 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"),
        (2038, "01-01 04-23 04-26 05-01 06-03 06-14 10-03 12-25 12-26"),  # the latest Easter
    ],
)
def test_nine_holidays_are_kept_everywhere_in_germany(year: int, days: str) -> None:
    start = date(year, 1, 1)
    found = [d for d in (start + timedelta(n) for n in range(366)) if calendar.is_holiday(d)]
    assert [f"{d:%m-%d}" for d in found if d.year == year] == days.split()


@settings(deadline=None)  # a year's holidays are worked out when they are first asked for
@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(0, 15))
def test_working_days_are_counted_as_by_hand(day: date, count: int) -> None:
    reached = calendar.working_days_after(day, count)
    assert calendar.is_working_day(reached)
    between = calendar.working_days(day + timedelta(1), reached)
    if count:
        assert len(between) == count
    else:
        assert between == () or between == (reached,)


@pytest.mark.parametrize(
    ("today", "earliest"),
    [
        (date(2026, 11, 16), date(2026, 11, 19)),  # Monday: Tuesday and Wednesday are the lead
        (date(2026, 11, 21), date(2026, 11, 25)),  # Saturday
        (date(2026, 11, 22), date(2026, 11, 25)),  # Sunday
        (date(2026, 12, 23), date(2026, 12, 29)),  # 24th, then Christmas, then Monday the 28th
    ],
)
def test_a_change_waits_two_working_days(today: date, earliest: date) -> None:
    assert earliest_change(today, LIMITS) == earliest


def test_christmas_and_sundays_have_no_issue() -> None:
    days = issues(printed(), date(2026, 12, 24), date(2027, 1, 2))
    assert [d.day for d in days] == [24, 28, 29, 30, 31, 2]


def test_issues_end_with_the_contract_and_rest_with_a_pause() -> None:
    ends = printed(ends_on=date(2026, 11, 5))
    assert [d.day for d in issues(ends, date(2026, 11, 2), date(2026, 11, 30))] == [2, 3, 4]
    pause = Pause("P", "S", date(2026, 11, 3), date(2026, 11, 5), PauseState.RUNNING, AT)
    paused = replace(printed(), pauses=(pause,))
    assert [d.day for d in issues(paused, date(2026, 11, 2), date(2026, 11, 6))] == [2, 5, 6]
    undone = replace(paused, pauses=(replace(pause, state=PauseState.WITHDRAWN),))
    assert len(issues(undone, date(2026, 11, 2), date(2026, 11, 6))) == 5


def test_the_next_issue_skips_what_rests_but_not_what_is_redirected() -> None:
    saturday = date(2026, 11, 21)
    for kind, expected in (
        (SuspensionKind.INTERRUPT, date(2026, 11, 26)),
        (SuspensionKind.DONATE, date(2026, 11, 26)),
        (SuspensionKind.REDIRECT, date(2026, 11, 23)),
    ):
        rest = suspension(date(2026, 11, 23), date(2026, 11, 25), kind)
        assert next_issue(replace(printed(), suspensions=(rest,)), saturday) == expected
    assert next_issue(printed(ends_on=date(2026, 11, 22)), saturday) is None


@settings(deadline=None)  # a year's holidays are worked out when they are first asked for
@given(
    price=st.integers(0, 100_000),
    anchor=st.integers(1, 31),
    start=st.dates(date(2023, 1, 1), date(2031, 1, 1)),
    back=st.integers(-14, 14),
)
def test_the_issues_of_a_period_cost_exactly_its_price(
    price: int, anchor: int, start: date, back: int
) -> None:
    begins = calendar.add_months(start.replace(day=1), 0, anchor)
    paper = printed(price, anchor=anchor, start=begins)
    first = calendar.add_months(begins, back, anchor)
    after = calendar.add_months(first, 1, anchor)
    days = calendar.working_days(first, after - timedelta(1))
    shares = [worth(paper, (day,)).minor for day in days]
    assert sum(shares) == price
    assert max(shares) - min(shares) <= 1
    assert worth(paper, days) == Money(price)


def test_a_worked_example_of_a_credit() -> None:
    """39.90 € for the 25 issues of November 2026: 1.60 € or 1.59 € each."""
    paper = printed()
    assert len(issues(paper, date(2026, 11, 1), date(2026, 11, 30))) == 25
    assert worth(paper, (date(2026, 11, 2),)) == Money(160)
    assert worth(paper, issues(paper, date(2026, 11, 2), date(2026, 11, 7))) == Money(958)


def test_a_trial_that_costs_nothing_is_credited_with_nothing() -> None:
    free = replace(printed(), contract=replace(contract(), trial_ends_on=date(2026, 12, 1)))
    assert worth(free, (date(2026, 11, 3),)) == Money(0)


@settings(deadline=None)  # a year's holidays are worked out when they are first asked for
@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(-5, 400), st.integers(-3, 90))
def test_a_span_is_refused_for_one_reason(today: date, ahead: int, length: int) -> None:
    first = today + timedelta(ahead)
    last = first + timedelta(length)
    fine = (
        0 <= length < LIMITS.suspension_days_most
        and first >= earliest_change(today, LIMITS)
        and ahead <= LIMITS.suspension_days_ahead
    )
    if fine:
        check_span(first, last, today, LIMITS)
        return
    with pytest.raises(SubscriptionError) as refused:
        check_span(first, last, today, LIMITS)
    assert refused.value.code in {Code.BAD_INPUT, Code.DATE_TOO_SOON, Code.SUSPENSION_TOO_LONG}


def illegal(step: Callable[[], object]) -> bool:
    try:
        step()
    except SubscriptionError as error:
        return error.code is Code.ILLEGAL_STEP
    return False


@given(
    st.sampled_from(DeliveryState),
    st.lists(st.sampled_from([*ProblemKind, "remedied"]), max_size=6),
    st.sampled_from(Remedy),
)
def test_an_issue_is_reported_once_and_put_right_once(
    state: DeliveryState, tried: list[ProblemKind | str], remedy: Remedy
) -> None:
    issue = steps.Delivery("S", date(2026, 11, 20), state)
    done: list[str] = []
    for act in tried:
        reports = isinstance(act, ProblemKind)

        def step(issue: steps.Delivery = issue, act: ProblemKind | str = act) -> steps.Delivery:
            if isinstance(act, ProblemKind):
                return steps.report(issue, act, remedy, AT)
            return steps.remedied(issue)

        legal = (
            issue.state is D.DELIVERED
            if reports
            else issue.state in {D.MISSING, D.LATE, D.DAMAGED} and issue.remedy is not None
        )
        assert illegal(step) is not legal
        if legal:
            issue = step()
            done.append("report" if reports else "remedy")
    assert done in ([], ["report"], ["report", "remedy"])
    if done == ["report", "remedy"]:
        assert issue.state is {"redelivery": D.REDELIVERED, "credit": D.CREDITED}[remedy.value]


DRAWN: Mapping[S, set[S]] = {
    S.SCHEDULED: {S.RUNNING, S.WITHDRAWN},
    S.RUNNING: {S.OVER},
    S.OVER: set(),
    S.WITHDRAWN: set(),
}


class SuspensionHistory(RuleBasedStateMachine):
    """An interruption on which everything is tried on random days."""

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2026, 11, 21)
        self.now = suspension(date(2026, 12, 1), date(2026, 12, 12), SuspensionKind.INTERRUPT)

    def attempt(self, step: Callable[[], steps.Suspension], goal: S) -> None:
        before = self.now
        if goal in DRAWN[before.state]:
            self.now = step()
            assert self.now.state is goal
        else:
            assert illegal(step)
            assert self.now == before

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.now = steps.suspension_on(self.now, self.today)

    @rule()
    def begin(self) -> None:
        self.attempt(lambda: steps.begin(self.now), S.RUNNING)

    @rule()
    def finish(self) -> None:
        self.attempt(lambda: steps.finish(self.now), S.OVER)

    @rule()
    def withdraw(self) -> None:
        self.attempt(lambda: steps.withdraw(self.now), S.WITHDRAWN)

    @rule(days=st.integers(-3, 14))
    def shorten(self, days: int) -> None:
        last = self.now.from_on + timedelta(days)
        alive = steps.is_alive(self.now)
        if alive and self.now.from_on <= last < self.now.until_on:
            self.now = steps.shorten(self.now, last)
            assert self.now.until_on == last
        else:
            assert illegal(lambda: steps.shorten(self.now, last))

    @invariant()
    def it_has_at_least_a_day(self) -> None:
        assert self.now.from_on <= self.now.until_on

    @invariant()
    def what_was_withdrawn_covers_nothing(self) -> None:
        covered = steps.covers(self.now, self.now.from_on)
        assert covered is (self.now.state is not S.WITHDRAWN)


TestSuspensionHistory = SuspensionHistory.TestCase


def test_the_tables_are_the_drawings() -> None:
    assert {old: set(new) for old, new in steps.SUSPENSION_STEPS.items()} == DRAWN
    assert set(steps.DELIVERY_STEPS) == set(DeliveryState)


def test_the_calendar_alone_begins_and_ends_a_suspension() -> None:
    rest = suspension(date(2026, 12, 1), date(2026, 12, 3), SuspensionKind.DONATE)
    states = [steps.suspension_on(rest, date(2026, 11, 30) + timedelta(n)).state for n in range(6)]
    assert states == [S.SCHEDULED, S.RUNNING, S.RUNNING, S.RUNNING, S.OVER, S.OVER]


def test_periods_are_found_across_a_leap_day_and_a_month_end() -> None:
    paper = printed(3100, anchor=31, start=date(2028, 1, 31))
    assert paper.contract.period == Period(date(2028, 1, 31), date(2028, 2, 29))
    assert worth(paper, calendar.working_days(date(2028, 2, 29), date(2028, 3, 30))) == Money(3100)


def credit(minor: int, day: int = 2, last: int | None = None) -> steps.WaitingCredit:
    first = date(2026, 11, day)
    return steps.WaitingCredit("S", minor, first, first.replace(day=last or day), f"L-{day}")


@given(
    price=st.integers(0, 9000),
    cents=st.lists(st.integers(1, 5000), max_size=4),
    percent=st.sampled_from([7, 19]),
    months=st.integers(0, 2),
)
def test_credits_lower_an_invoice_but_never_below_zero(
    price: int, cents: list[int], percent: int, months: int
) -> None:
    waiting = tuple(credit(minor, day) for day, minor in enumerate(cents, start=2))
    terms = PeriodTerms(printed(price).terms.plan, percent, contract().period, credits=waiting)
    left, billed = {c.reference: c.minor for c in waiting}, 0
    for _ in range(months + 1):
        rest = tuple(replace(c, minor=left[c.reference]) for c in waiting if left[c.reference] > 0)
        made = period_invoice(replace(terms, credits=rest))
        assert made.total.minor >= 0
        assert sum(line.amount.minor for line in made.lines) == made.total.minor
        assert sum(line.tax_minor for line in made.lines) == contained_tax(
            made.total.minor, percent
        )
        for taken, minor in made.credited:
            left[taken.reference] -= minor
        billed += made.total.minor
    assert all(minor >= 0 for minor in left.values())
    assert billed == max(price * (months + 1) - sum(cents), 0)
    assert sum(left.values()) == max(sum(cents) - price * (months + 1), 0)


def test_a_credit_says_for_which_days_it_is() -> None:
    waiting = (credit(160), credit(958, 9, 14))
    made = period_invoice(PeriodTerms(printed().terms.plan, 7, contract().period, credits=waiting))
    assert [(line.kind, line.text_de, line.text_en) for line in made.lines[1:]] == [
        ("credit", "Gutschrift 02.11.2026", "Credit 02 November 2026"),
        (
            "credit",
            "Gutschrift 09.11.2026 – 14.11.2026",
            "Credit 09 November 2026 – 14 November 2026",
        ),
    ]
    assert made.total == Money(3990 - 160 - 958)


def test_a_credit_is_given_in_parts_and_then_the_issue_is_settled() -> None:
    issue = steps.report(
        steps.Delivery("S", date(2026, 11, 2)), ProblemKind.LATE, Remedy.CREDIT, AT
    )
    issue = replace(issue, credit_minor=160)
    part = steps.credited(issue, 100, "RE-1")
    assert (part.state, part.credited_minor) == (D.LATE, 100)
    whole = steps.credited(part, 60, "RE-2")
    assert (whole.state, whole.credited_minor, whole.credit_invoice) == (D.CREDITED, 160, "RE-2")


def test_a_weekend_paper_has_its_saturdays_and_they_are_worth_the_price() -> None:
    weekend = printed(1490, "5")
    saturdays = issues(weekend, date(2026, 11, 1), date(2026, 11, 30))
    assert saturdays == tuple(date(2026, 11, day) for day in (7, 14, 21, 28))
    assert worth(weekend, saturdays) == Money(1490)
    assert worth(weekend, saturdays[:1]) == Money(373)
    assert next_issue(weekend, date(2026, 11, 21)) == date(2026, 11, 28)

"""When contracts end, and what a withdrawal or an early end undoes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.contracts import (
    Period,
    Subscription,
    end_sooner,
    schedule_end,
    withdraw,
)
from subscriptions.entities.invoices import (
    Invoice,
    InvoiceLifecycle,
    InvoiceStatus,
    invoice_to,
    void,
)
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import InvoiceLine
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import add_months, is_working_day, midnight, period_from
from subscriptions.policy.changes import contained_tax
from subscriptions.policy.ending import ends_on
from subscriptions.policy.limits import Limits
from subscriptions.policy.withdrawal import (
    Settled,
    correct,
    is_in_time,
    last_day,
    unused_rest,
    unwind,
    used_value,
)

S = SubscriptionState
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TODAY = date(2026, 11, 21)
MONTHLY = Plan("m", "p", "Mittel", "Medium", Money(1200), Interval.MONTH, 2, (), ())
YEARLY = replace(MONTHLY, code="y", interval=Interval.YEAR, price=Money(12000))
STARTED = date(2025, 3, 1)
CONTRACT = Subscription(
    "S", "K", "m", S.ACTIVE, STARTED, Period(date(2026, 11, 1), date(2026, 12, 1)), 1, None
)
ANNUAL = replace(CONTRACT, plan="y", period=Period(date(2026, 3, 1), date(2027, 3, 1)))


@pytest.mark.parametrize(
    ("contract", "plan", "notice", "ends"),
    [
        (CONTRACT, MONTHLY, 0, date(2026, 12, 1)),
        (CONTRACT, MONTHLY, 10, date(2026, 12, 1)),
        (CONTRACT, MONTHLY, 14, date(2026, 12, 21)),  # too late for this period: a month at most
        (ANNUAL, YEARLY, 0, date(2026, 12, 21)),  # renewed: a month at most
        (replace(ANNUAL, started_on=date(2026, 3, 1)), YEARLY, 0, date(2027, 3, 1)),
        (replace(CONTRACT, fixed_until=date(2027, 6, 1)), MONTHLY, 0, date(2027, 6, 1)),
        (replace(CONTRACT, fixed_until=date(2026, 11, 25)), MONTHLY, 0, date(2026, 12, 1)),
        (replace(CONTRACT, fixed_until=date(2026, 11, 25)), MONTHLY, 28, date(2026, 12, 21)),
        (replace(CONTRACT, fixed_until=date(2026, 12, 1)), MONTHLY, 0, date(2026, 12, 1)),
        (
            replace(CONTRACT, state=S.TRIALING, trial_ends_on=date(2026, 11, 25)),
            MONTHLY,
            0,
            date(2026, 11, 25),
        ),
        (
            replace(CONTRACT, state=S.PAUSED, period=Period(date(2026, 10, 1), date(2026, 11, 1))),
            MONTHLY,
            0,
            TODAY,
        ),
    ],
)
def test_the_earliest_end(contract: Subscription, plan: Plan, notice: int, ends: date) -> None:
    assert ends_on(contract, plan, TODAY, notice_days=notice) == ends


@given(
    st.sampled_from([MONTHLY, YEARLY]),
    st.integers(0, 900),
    st.integers(0, 28),
    st.none() | st.integers(0, 800),
)
def test_nobody_is_bound_longer_than_the_law_allows(
    plan: Plan, days: int, notice: int, fixed: int | None
) -> None:
    first = period_from(STARTED, plan.interval, 1)
    until = STARTED + timedelta(days=fixed) if fixed is not None else None
    contract = replace(CONTRACT, plan=plan.code, period=first, fixed_until=until)
    today = STARTED + timedelta(days=days)
    end = ends_on(contract, plan, today, notice_days=notice)
    term = until or (add_months(STARTED, 12) if plan is YEARLY else today)
    running = today
    while running == today or running.day != 1:
        running += timedelta(days=1)
    monthly = running if plan is MONTHLY else today
    assert today < end <= max(add_months(today, 1), term, monthly)
    assert until is None or end >= until
    later = end + timedelta(days=40)
    assert ends_on(contract, plan, today, notice_days=notice, wished=later) == later
    assert ends_on(contract, plan, today, notice_days=notice, wished=today) == end


def test_a_scheduled_end_moves_only_forward_in_time_to_an_earlier_day() -> None:
    scheduled = schedule_end(CONTRACT, date(2027, 3, 1))
    assert end_sooner(scheduled, date(2027, 1, 1)).ends_on == date(2027, 1, 1)
    assert end_sooner(scheduled, date(2027, 5, 1)).ends_on == date(2027, 3, 1)
    with pytest.raises(SubscriptionError) as refused:
        end_sooner(CONTRACT, date(2027, 1, 1))
    assert refused.value.code is Code.ILLEGAL_STEP


def test_notice_of_more_than_a_month_is_no_limit_an_operator_can_set() -> None:
    with pytest.raises(ValueError, match="notice_days"):
        Limits(notice_days=29)


@pytest.mark.parametrize(
    ("ordered", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 16)),
        (date(2026, 11, 7), date(2026, 11, 23)),  # the 14th day is a Saturday
        (date(2026, 11, 8), date(2026, 11, 23)),  # a Sunday
        (date(2026, 12, 11), date(2026, 12, 28)),  # Christmas, then a weekend
    ],
)
def test_the_last_day_to_withdraw(ordered: date, last: date) -> None:
    assert last_day(ordered, 14) == last
    contract = replace(CONTRACT, started_on=ordered)
    assert is_in_time(contract, last, 14)
    assert not is_in_time(contract, last + timedelta(days=1), 14)
    assert withdraw(contract, last, last).state is S.WITHDRAWN
    with pytest.raises(SubscriptionError):
        withdraw(contract, last + timedelta(days=1), last)


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_the_last_day_to_withdraw_is_a_day_on_which_offices_are_open(ordered: date) -> None:
    last = last_day(ordered, 14)
    assert timedelta(days=14) <= last - ordered <= timedelta(days=20)
    assert is_working_day(last)
    assert last.weekday() != 5


def invoice(status: InvoiceStatus, *amounts: int) -> Invoice:
    """An invoice of November with one line for each amount."""
    period = CONTRACT.period
    lines = tuple(
        InvoiceLine("x", "x", Money(a), contained_tax(a, 19), period.start, period.end)
        for a in amounts
    )
    return Invoice("R", "K", "S", period.start, period.start, Money(sum(amounts)), status, lines)


@given(
    st.sampled_from(InvoiceStatus),
    st.lists(st.integers(0, 50_000), min_size=1, max_size=4),
    st.integers(0, 40),
    st.booleans(),
    st.integers(0, 60_000),
)
def test_a_withdrawal_neither_creates_nor_loses_a_cent(
    status: InvoiceStatus, amounts: list[int], days: int, value_due: bool, received: int
) -> None:
    made = invoice(status, *amounts)
    today = CONTRACT.period.start + timedelta(days=days)
    collected = status in {InvoiceStatus.PAID, InvoiceStatus.PROCESSING}
    came = 0 if collected else min(received, made.total.minor)
    found = unwind([made], {"R": Settled(0, came)}, today, value_due=value_due)
    for done in found:
        kept = used_value(made, today) if value_due and collected else 0
        assert done.credit.minor + kept == made.total.minor
        assert done.void is not collected
        assert done.refund.minor == (made.total.minor - kept if collected else came)
        assert 0 <= done.tax_minor <= sum(line.tax_minor for line in made.lines)
        if not value_due:
            assert done.tax_minor == sum(line.tax_minor for line in made.lines)
    if made.total.minor and not (value_due and collected):
        assert len(found) == 1


@given(st.lists(st.integers(-20_000, 50_000), min_size=1, max_size=4), st.integers(-5, 40))
def test_what_was_used_grows_with_the_days_and_never_beyond_the_invoice(
    amounts: list[int], days: int
) -> None:
    made = invoice(InvoiceStatus.PAID, abs(sum(amounts)))
    today = CONTRACT.period.start + timedelta(days=days)
    before, after = used_value(made, today), used_value(made, today + timedelta(days=1))
    assert 0 <= before <= after <= made.total.minor
    assert used_value(made, CONTRACT.period.start) == 0
    assert used_value(made, CONTRACT.period.end) == made.total.minor


def test_what_was_credited_before_is_not_credited_again() -> None:
    made = invoice(InvoiceStatus.PAID, 1200)
    done = correct(made, Settled(credited=200), keep=500)
    assert (done.credit, done.refund) == (Money(500), Money(500))


def test_the_unused_rest_counts_the_days_that_a_pause_moved() -> None:
    made = invoice(InvoiceStatus.PAID, 3000)
    # The contract's period ends 20 days later than the invoice says; 10 days are left at the end.
    period_end = CONTRACT.period.end + timedelta(days=20)
    ((found, keep),) = unused_rest([made], period_end, period_end - timedelta(days=10))
    assert (found, keep) == (made, 2000)
    assert unused_rest([made], CONTRACT.period.end, CONTRACT.period.end) == []
    assert unused_rest([], CONTRACT.period.end, TODAY) == []


def test_only_what_is_unpaid_can_be_voided_and_only_once() -> None:
    gone = void(invoice(InvoiceStatus.OPEN, 100), "withdrawal")
    assert (gone.lifecycle, gone.void_reason) == (InvoiceLifecycle.VOID, "withdrawal")
    paid = invoice_to(invoice(InvoiceStatus.OPEN, 100), InvoiceStatus.PAID)
    for wrong in (gone, paid):
        with pytest.raises(SubscriptionError) as refused:
            void(wrong, "again")
        assert refused.value.code is Code.ILLEGAL_STEP


def test_a_day_begins_at_midnight_here() -> None:
    assert midnight(date(2026, 12, 1)) == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert midnight(date(2026, 7, 1)) == datetime(2026, 6, 30, 22, tzinfo=UTC)

"""Access, masking, endings, segments, the ledger, and the next best action."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.catalogue import Interval, Plan
from subscriptions.model.contracts import Entitlement, SubscriptionState
from subscriptions.model.payments import Failure, FailureClass
from subscriptions.policy.access import identified, is_agent, require
from subscriptions.policy.calendar import period_from
from subscriptions.policy.ending import ends_on, entitlement
from subscriptions.policy.ledger import Owed, Terms, balance
from subscriptions.policy.masking import mask_address, mask_cards
from subscriptions.policy.next_action import Against, Situation, Trouble, choose
from subscriptions.policy.segments import Record, Segment, segment

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TODAY = date(2026, 11, 21)
MONTHLY = Plan("m", "p", "M", "M", Money(1000), Interval.MONTH, 2, (), ())
YEARLY = replace(MONTHLY, code="y", interval=Interval.YEAR)
SMALL, BIG = replace(MONTHLY, code="s", rank=1), replace(MONTHLY, code="b", rank=3)
S = SubscriptionState


@pytest.mark.parametrize(
    ("caller", "level", "code"),
    [
        (Caller(None, Level.ANONYMOUS, "bot"), Level.IDENTIFIED, Code.IDENTITY_NEEDED),
        (Caller("K-1", Level.ANONYMOUS, "bot"), Level.IDENTIFIED, Code.IDENTITY_NEEDED),
        (Caller(None, Level.CONFIRMED, "bot", NOW), Level.IDENTIFIED, Code.IDENTITY_NEEDED),
        (Caller("K-1", Level.IDENTIFIED, "bot"), Level.IDENTIFIED, None),
        (Caller("K-1", Level.IDENTIFIED, "bot", NOW), Level.CONFIRMED, Code.STEP_UP_NEEDED),
        (Caller("K-1", Level.CONFIRMED, "bot"), Level.CONFIRMED, Code.STEP_UP_NEEDED),
        (Caller("K-1", Level.CONFIRMED, "bot", NOW), Level.CONFIRMED, None),
        (
            Caller("K-1", Level.CONFIRMED, "bot", NOW - timedelta(minutes=10)),
            Level.CONFIRMED,
            None,
        ),
        (
            Caller("K-1", Level.CONFIRMED, "bot", NOW - timedelta(minutes=10, seconds=1)),
            Level.CONFIRMED,
            Code.STEP_UP_NEEDED,
        ),
        (
            Caller("K-1", Level.CONFIRMED, "bot", NOW + timedelta(seconds=1)),
            Level.CONFIRMED,
            Code.STEP_UP_NEEDED,
        ),
    ],
)
def test_levels(caller: Caller, level: Level, code: Code | None) -> None:
    if code is None:
        assert require(caller, level, NOW) == "K-1"
        return
    with pytest.raises(SubscriptionError) as refused:
        require(caller, level, NOW)
    assert (refused.value.code, refused.value.facts) == (code, {})


def test_who_counts_as_identified_and_as_agent() -> None:
    assert identified(Caller("K-1", Level.ANONYMOUS, "bot")) is None
    assert identified(Caller("K-1", Level.IDENTIFIED, "bot")) == "K-1"
    assert is_agent(Caller(None, Level.ANONYMOUS, "agent:kim"))
    assert not is_agent(Caller("agent:kim", Level.CONFIRMED, "bot"))


@given(
    st.text("0123456789", min_size=14, max_size=14),
    st.sampled_from(["", " ", "-", "."]),
    st.text("abc äöü ,", max_size=20),
)
def test_no_visa_number_survives(rest: str, separator: str, around: str) -> None:
    digits = "4" + rest + luhn.calc_check_digit("4" + rest)
    written = separator.join(digits[i : i + 4] for i in range(0, 16, 4))
    masked = mask_cards(f"{around} {written} {around}")
    assert written not in masked
    assert digits[:12] not in masked.replace(separator, "") if separator else True
    assert f"••••{digits[-4:]}" in masked


@pytest.mark.parametrize(
    "text",
    [
        "RE-1001-0025 vom 15.11.2026",
        "4111 1111 1111 1112",  # fails Luhn
        "DE89 3704 0044 0532 0130 00",
        "Tel. +49 30 1234567",
        "9999999999999995",  # passes Luhn, in no card range
    ],
)
def test_what_is_no_card_stays(text: str) -> None:
    assert mask_cards(text) == text


@pytest.mark.parametrize("number", ["378282246310005", "5555555555554444", "30569309025904"])
def test_other_brands_are_masked(number: str) -> None:
    assert number not in mask_cards(number)


def test_addresses_are_masked() -> None:
    assert mask_address("maria@web.de") == "m***@w…"
    assert mask_address("x") == "x***@…"


def contract(start: date, plan: Plan = MONTHLY, state: S = S.ACTIVE) -> Subscription:
    """A contract since a day, in its first period."""
    period = period_from(start, plan.interval, start.day)
    return Subscription("S", "K", plan.code, state, start, period, start.day, "P")


@pytest.mark.parametrize(
    ("start", "plan", "expected"),
    [
        (date(2026, 11, 10), MONTHLY, date(2026, 12, 10)),
        (date(2026, 3, 21), MONTHLY, date(2026, 12, 21)),
        (date(2026, 3, 1), YEARLY, date(2027, 3, 1)),
        (date(2025, 3, 1), YEARLY, date(2026, 12, 21)),  # renewed: one month
        (date(2025, 12, 1), YEARLY, date(2026, 12, 1)),
        (date(2024, 12, 1), YEARLY, date(2026, 12, 1)),  # renewed, but the year ends sooner
    ],
)
def test_when_a_contract_ends(start: date, plan: Plan, expected: date) -> None:
    assert ends_on(contract(start, plan), plan, TODAY) == expected


def test_nobody_is_blocked_for_being_past_due() -> None:
    assert entitlement(S.PAST_DUE) is Entitlement.FULL
    assert entitlement(S.CANCEL_SCHEDULED) is Entitlement.FULL
    assert entitlement(S.SUSPENDED) is Entitlement.LIMITED
    assert entitlement(S.ENDED) is Entitlement.NONE


@pytest.mark.parametrize(
    ("months", "invoices", "failed", "expected"),
    [
        (1, 1, 0, Segment.NEW),
        (3, 3, 0, Segment.STANDARD),
        (6, 6, 0, Segment.LOYAL),
        (6, 6, 1, Segment.STANDARD),
        (12, 12, 1, Segment.LOYAL),
        (12, 12, 2, Segment.STANDARD),
        (60, 12, 3, Segment.REPEAT),
        (1, 3, 3, Segment.REPEAT),
        (7, 40, 2, Segment.LOYAL),  # exactly 95 %
        (7, 39, 2, Segment.STANDARD),
    ],
)
def test_segments(months: int, invoices: int, failed: int, expected: Segment) -> None:
    year, month = divmod(TODAY.year * 12 + TODAY.month - 1 - months, 12)
    since = date(year, month + 1, TODAY.day)
    assert segment(since, Record(invoices, failed), TODAY) is expected


def invoice(status: InvoiceStatus, due: date, cents: int = 500) -> Invoice:
    """An invoice due on a day."""
    return Invoice("R", "K", "S", due, due, Money(cents), status)


def test_a_ledger_with_everything() -> None:
    terms = Terms(contract(date(2026, 11, 10)), MONTHLY, SMALL, "Visa")
    unpaid = (
        invoice(InvoiceStatus.FAILED, TODAY, 100),
        invoice(InvoiceStatus.OPEN, TODAY - timedelta(days=1), 20),
        invoice(InvoiceStatus.OPEN, TODAY, 3),
    )
    got = balance(Owed(unpaid, {}), (terms,), TODAY)
    assert (got.open, got.overdue) == (Money(123), Money(120))
    assert (got.next_on, got.next_amount, got.method) == (TODAY, Money(3), "Visa")
    assert balance(Owed((), {}), (terms,), TODAY).next_on == date(2026, 12, 10)


def test_a_ledger_without_contract_or_at_its_end() -> None:
    assert balance(Owed((), {}), (), TODAY).next_on is None
    for state in (S.CANCEL_SCHEDULED, S.PAUSED, S.ENDED, S.WITHDRAWN, S.PENDING, S.SUSPENDED):
        terms = Terms(contract(date(2026, 11, 10), state=state), MONTHLY, MONTHLY, None)
        assert balance(Owed((), {}), (terms,), TODAY).next_on is None


def failure(kind: FailureClass, *, retry: bool = False, person: bool = False) -> Failure:
    """A failure of a class."""
    return Failure("R", Money(1), TODAY, "x", kind, "Visa", retry, int(retry), person)


CALM = Situation(
    failure=None,
    owes=False,
    state=S.ACTIVE,
    segment=Segment.LOYAL,
    plan=MONTHLY,
    siblings=(SMALL, MONTHLY, BIG, YEARLY),
)


@pytest.mark.parametrize(
    ("situation", "rule"),
    [
        (CALM, "loyal_bigger_plan_exists"),
        (replace(CALM, segment=Segment.STANDARD), None),
        (replace(CALM, plan=BIG), None),
        (replace(CALM, plan=None), None),
        (replace(CALM, owes=True), None),
        (replace(CALM, against=frozenset({Against.BENEFIT_CAP})), None),
        (replace(CALM, state=S.PAUSED), None),
        (replace(CALM, state=S.CANCEL_SCHEDULED), "cancelled_smaller_plan_exists"),
        (replace(CALM, price_rises=True), "price_change_announced"),
        (replace(CALM, troubles=frozenset({Trouble.LOCKED}), price_rises=True), "login_locked"),
        (replace(CALM, state=S.CANCEL_SCHEDULED, against=frozenset({Against.COMPLAINT})), None),
        (replace(CALM, state=S.CANCEL_SCHEDULED, plan=SMALL), None),
        (replace(CALM, failure=failure(FailureClass.RISK, person=True)), "failure_needs_person"),
        (replace(CALM, failure=failure(FailureClass.OWN_ERROR)), "failure_needs_person"),
        (replace(CALM, failure=failure(FailureClass.SOFT_FUNDS, retry=True)), "retry_permitted"),
        (replace(CALM, failure=failure(FailureClass.HARD_METHOD)), "method_exhausted"),
        (
            replace(CALM, state=S.CANCEL_SCHEDULED, failure=failure(FailureClass.HARD_METHOD)),
            "method_exhausted",
        ),
    ],
)
def test_the_next_best_action(situation: Situation, rule: str | None) -> None:
    chosen = choose(situation)
    assert (chosen.rule if chosen else None) == rule
    if chosen:
        assert chosen.what.de
        assert chosen.what.en

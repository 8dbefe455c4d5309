"""When a contract is debited next, by which method, and who the seller is: by rule, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.methods import Mandate, MandateState, MethodKind, PaymentMethod
from subscriptions.model.base import Money
from subscriptions.model.billing import MethodProblem
from subscriptions.model.catalogue import Interval
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.debits import debit_on, method_problem, next_start
from subscriptions.policy.seller import Seller, read_seller

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
START, END = date(2026, 11, 10), date(2026, 12, 10)
TODAY = date(2026, 11, 21)


def contract(**values: object) -> Subscription:
    base = Subscription(
        "S-1", "K-1", "p", SubscriptionState.ACTIVE, START, Period(START, END), 10, "P-1"
    )
    return replace(base, **values)


CARD = PaymentMethod("P-1", "K-1", MethodKind.CARD, "Visa", date(2027, 1, 31), START, "succeed")
BANK = replace(CARD, kind=MethodKind.SEPA, expires_on=None)
MANDATE = Mandate("M-1", "P-1", MandateState.ACTIVE, START)


def attempt(code: str, kind: MethodKind = MethodKind.CARD, days: int = 5) -> Attempt:
    at = NOW - timedelta(days=days)
    failed = AttemptState.FAILED
    return Attempt("A-1", "R-1", 1, "P-1", kind, Money(1000), failed, code, at)


@pytest.mark.parametrize(
    ("method", "mandate", "last", "problem"),
    [
        (CARD, None, None, None),
        (BANK, MANDATE, None, None),
        (None, None, None, MethodProblem.MISSING),
        (replace(CARD, active=False), None, None, MethodProblem.REVOKED),
        (BANK, replace(MANDATE, state=MandateState.LAPSED), None, MethodProblem.REVOKED),
        (replace(CARD, expires_on=date(2026, 12, 1)), None, None, MethodProblem.EXPIRED),
        (CARD, None, attempt("stolen_card"), MethodProblem.FAILED),
        (CARD, None, attempt("insufficient_funds"), None),
        (CARD, None, attempt("expired_card"), MethodProblem.FAILED),
        (replace(CARD, updated_on=TODAY), None, attempt("expired_card"), None),
        (BANK, MANDATE, attempt("MD06", MethodKind.SEPA), MethodProblem.FAILED),
        (BANK, MANDATE, attempt("MS03", MethodKind.SEPA), None),
    ],
)
def test_which_methods_are_debited(
    method: PaymentMethod | None,
    mandate: Mandate | None,
    last: Attempt | None,
    problem: MethodProblem | None,
) -> None:
    assert method_problem(method, mandate, last, END) is problem


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 28))
def test_the_debit_day_comes_within_a_month(start: date, wanted: int) -> None:
    day = debit_on(start, wanted)
    assert day.day == wanted
    assert timedelta(0) <= day - start < timedelta(days=31)
    assert debit_on(start, None) == start


S = SubscriptionState


@pytest.mark.parametrize(
    ("held", "pause", "start"),
    [
        (contract(), None, END),
        (contract(state=S.PAST_DUE), None, END),
        (contract(state=S.TRIALING, trial_ends_on=date(2026, 12, 1)), None, date(2026, 12, 1)),
        (contract(state=S.CANCEL_SCHEDULED, ends_on=END), None, None),
        (contract(state=S.CANCEL_SCHEDULED, ends_on=date(2027, 3, 10)), None, END),
        (contract(state=S.ENDED, ends_on=START), None, None),
        (contract(state=S.SUSPENDED), None, None),
        (contract(state=S.PAUSED), None, None),
        (contract(state=S.PAUSED), Period(END, date(2027, 1, 10)), date(2027, 1, 10)),
        (contract(), Period(END, date(2027, 1, 10)), date(2027, 1, 10)),
        (contract(), Period(date(2027, 2, 10), date(2027, 3, 10)), END),
    ],
)
def test_when_the_next_period_is_billed(
    held: Subscription, pause: Period | None, start: date | None
) -> None:
    assert next_start(held, Interval.MONTH, TODAY, pause) == start


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"city": " "}, {"tax_number": "", "vat_id": ""}, {"street": "a\nb"}]
)
def test_a_seller_without_what_the_law_wants_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"seller"):
        Seller(**wrong)


def test_a_seller_is_read_from_one_setting() -> None:
    place = '"street": "Größestraße 3", "postcode": "01067", "city": "Dresden", "country": "DE"'
    read = read_seller(f'{{"name": "Ährenpost AG", {place}, "vat_id": "DE136695976"}}')
    assert (read.name, read.vat_id, read.tax_number, read.contact) == (
        "Ährenpost AG",
        "DE136695976",
        "",
        "",
    )
    assert read_seller(" ") == Seller()


@pytest.mark.parametrize("wrong", ["[]", "nonsense", '{"nam": "x"}', '{"name": "Nur ein Name"}'])
def test_a_seller_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence differs
        read_seller(wrong)

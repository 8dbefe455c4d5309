"""The table of failure classes, and the caps on retries."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.errors import Code
from subscriptions.model.base import Money
from subscriptions.model.payments import FailureClass as F
from subscriptions.policy.failures import (
    RetryDecision,
    classify,
    decide_retry,
    failure_of,
    needs_person,
    spoken_code,
)
from subscriptions.policy.reasons import REASONS

CARD, SEPA = MethodKind.CARD, MethodKind.SEPA
TODAY = date(2026, 11, 21)
NEVER = {
    F.NEEDS_SCA,
    F.HARD_METHOD,
    F.NEW_MANDATE,
    F.CUSTOMER_STOP,
    F.RISK,
    F.STOP_ALL,
    F.OWN_ERROR,
    F.UNKNOWN,
}
CARD_TABLE = {
    "insufficient_funds": F.SOFT_FUNDS,
    "51": F.SOFT_FUNDS,
    "61": F.SOFT_FUNDS,
    "velocity": F.SOFT_FUNDS,
    "do_not_honor": F.SOFT_BANK,
    "generic_decline": F.SOFT_BANK,
    "processing_error": F.TECH,
    "issuer_not_available": F.TECH,
    "authentication_required": F.NEEDS_SCA,
    "expired_card": F.UPDATE_METHOD,
    "lost_card": F.HARD_METHOD,
    "stolen_card": F.HARD_METHOD,
    "pickup_card": F.HARD_METHOD,
    "incorrect_number": F.HARD_METHOD,
    "revocation_of_authorization": F.CUSTOMER_STOP,
    "stop_payment": F.CUSTOMER_STOP,
    "fraudulent": F.RISK,
    "highest_risk": F.RISK,
    "never_seen": F.UNKNOWN,
    "AM04": F.UNKNOWN,
}
SEPA_TABLE = {
    "AM04": F.SOFT_FUNDS,
    "MS03": F.SOFT_MASKED,
    **dict.fromkeys(("AC01", "AC04", "AC06", "AC13", "AG01", "RC01"), F.HARD_METHOD),
    "MD01": F.NEW_MANDATE,
    "MD06": F.CUSTOMER_STOP,
    "MS02": F.CUSTOMER_STOP,
    "MD07": F.STOP_ALL,
    "AM05": F.OWN_ERROR,
    "FF05": F.OWN_ERROR,
    "RR01": F.OWN_ERROR,
    "ZZ99": F.UNKNOWN,
    "insufficient_funds": F.UNKNOWN,
}
TABLE = [(CARD, code, kind) for code, kind in CARD_TABLE.items()]
TABLE += [(SEPA, code, kind) for code, kind in SEPA_TABLE.items()]


def attempt(
    number: int,
    code: str | None,
    *,
    kind: MethodKind = CARD,
    days_ago: int = 0,
    state: AttemptState = AttemptState.FAILED,
) -> Attempt:
    """An attempt some days ago."""
    at = datetime(2026, 11, 21, 5, tzinfo=UTC) - timedelta(days=days_ago)
    return Attempt(f"R-{number}", "R", number, "P", kind, Money(1199), state, code, at)


def decide(*attempts: Attempt, updated: date | None = None) -> RetryDecision:
    """The decision about attempts, today."""
    return decide_retry(attempts, method_updated_on=updated, today=TODAY)


@pytest.mark.parametrize(("method", "code", "kind"), TABLE)
def test_each_code_has_its_class(method: MethodKind, code: str, kind: F) -> None:
    assert classify(method, code) is kind
    assert classify(method, f" {code.upper()} ") is kind


def test_no_code_at_all_is_unknown() -> None:
    assert classify(CARD, None) is F.UNKNOWN


@pytest.mark.parametrize(("method", "code", "kind"), TABLE)
def test_retries_left_after_the_first_failure(method: MethodKind, code: str, kind: F) -> None:
    decision = decide(attempt(1, code, kind=method))
    caps = {(F.SOFT_FUNDS, CARD): 4, (F.SOFT_FUNDS, SEPA): 2, (F.SOFT_MASKED, SEPA): 2}
    caps |= {(F.SOFT_BANK, CARD): 3, (F.TECH, CARD): 3}
    left = caps.get((kind, method), 0)
    assert decision == RetryDecision(left, None if left else Code.RETRY_FORBIDDEN)
    assert decision.allowed is (left > 0)


@given(st.sampled_from(TABLE), st.integers(1, 12), st.integers(0, 60))
def test_no_history_opens_a_class_that_is_never_retried(
    row: tuple[MethodKind, str, F], length: int, days: int
) -> None:
    method, code, kind = row
    history = [attempt(n, code, kind=method, days_ago=days) for n in range(1, length + 1)]
    decision = decide(*history, updated=None)
    assert 0 <= decision.left <= 4
    if kind in NEVER:
        assert decision == RetryDecision(0, Code.RETRY_FORBIDDEN)


@given(st.integers(0, 40), st.lists(st.integers(0, 60), max_size=10))
def test_never_more_than_four_retries_in_28_days(first: int, later: list[int]) -> None:
    """Play a customer who retries whenever it is permitted, on any days."""
    days = sorted([*later, first], reverse=True)
    history = [attempt(1, "insufficient_funds", days_ago=days[0])]
    for ago in days:
        when = TODAY - timedelta(days=ago)
        if decide_retry(history, method_updated_on=None, today=when).allowed:
            history.append(attempt(len(history) + 1, "insufficient_funds", days_ago=ago))
    retries = [a.at.date() for a in history[1:]]
    for day in retries:
        inside = [r for r in retries if timedelta(0) <= day - r < timedelta(days=28)]
        assert len(inside) <= 4


def test_the_cap_says_so_and_time_opens_it_again() -> None:
    used = [attempt(n, "insufficient_funds", days_ago=6 - n) for n in range(1, 6)]
    assert decide(*used) == RetryDecision(0, Code.RETRY_CAP_REACHED)
    old = [attempt(n, "insufficient_funds", days_ago=32 - n) for n in range(1, 6)]
    assert decide(*old).left == 3  # one retry is still inside the 28 days


@pytest.mark.parametrize(
    ("method", "code", "cap"),
    [
        (SEPA, "AM04", 2),
        (SEPA, "MS03", 2),
        (CARD, "do_not_honor", 3),
        (CARD, "processing_error", 3),
    ],
)
def test_every_other_cap_holds_however_long_one_waits(
    method: MethodKind, code: str, cap: int
) -> None:
    used = [attempt(n, code, kind=method, days_ago=400 - n) for n in range(1, cap + 2)]
    assert decide(*used) == RetryDecision(0, Code.RETRY_CAP_REACHED)
    assert decide(*used[:-1]) == RetryDecision(1)


def test_the_first_try_that_was_made_is_no_retry_whatever_its_number() -> None:
    planned = attempt(1, None, state=AttemptState.CALLED_OFF, kind=SEPA, days_ago=9)
    first = attempt(2, "AM04", kind=SEPA, days_ago=3)
    assert decide(planned, first) == RetryDecision(2)


def test_going_back_to_what_failed_before_is_no_new_way_to_pay() -> None:
    day = TODAY
    invoice = Invoice("R", "K", "S", day, day, Money(1), InvoiceStatus.FAILED)
    stolen = attempt(1, "stolen_card", days_ago=2)
    other = replace(attempt(2, "stolen_card"), method="P-2")
    usual = PaymentMethod("P", "K", CARD, "Visa", None, day - timedelta(days=90), "succeed")
    failure = failure_of(invoice, [stolen, other], None, day, next_method=usual)
    assert failure is not None
    assert not failure.retry_allowed
    failure = failure_of(invoice, [other], None, day, next_method=usual)
    assert failure is not None
    assert failure.retry_allowed


def test_an_expired_card_is_tried_once_after_each_update() -> None:
    failed = attempt(1, "expired_card", days_ago=5)
    assert decide(failed).refusal is Code.RETRY_FORBIDDEN
    assert decide(failed, updated=TODAY - timedelta(days=5)).refusal is Code.RETRY_FORBIDDEN
    assert decide(failed, updated=TODAY - timedelta(days=1)) == RetryDecision(1)
    again = attempt(2, "expired_card")
    assert decide(failed, again, updated=TODAY - timedelta(days=1)).refusal is Code.RETRY_FORBIDDEN


@pytest.mark.parametrize(
    "attempts",
    [
        (),
        (attempt(1, None, state=AttemptState.SUCCEEDED),),
        (attempt(1, None, state=AttemptState.SUBMITTED),),
    ],
)
def test_what_did_not_fail_is_not_retried(attempts: tuple[Attempt, ...]) -> None:
    assert decide(*attempts).refusal is Code.NOTHING_DUE


def test_who_gets_a_person() -> None:
    assert {kind for kind in F if needs_person(kind)} == {
        F.CUSTOMER_STOP,
        F.RISK,
        F.STOP_ALL,
        F.UNKNOWN,
    }


@pytest.mark.parametrize("code", ["stolen_card", "lost_card", "pickup_card", "fraudulent"])
def test_nobody_is_told_of_theft_or_fraud(code: str) -> None:
    assert spoken_code(code) == "declined"
    day = TODAY
    invoice = Invoice("R", "K", "S", day, day, Money(1), InvoiceStatus.FAILED)
    failure = failure_of(invoice, [attempt(1, code)], None, day)
    assert failure is not None
    assert code not in str(failure)


def test_every_class_has_words_in_both_languages() -> None:
    assert set(REASONS) == set(F)
    spoken = " ".join(f"{words.de} {words.en}" for words in REASONS.values()).lower()
    assert not any(word in spoken for word in ("gestohlen", "stolen", "betrug", "fraud"))

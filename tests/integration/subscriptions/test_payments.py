"""Failed payments: the right reason, a retry only where it is permitted, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.payments import FailureClass, RetryOutcome
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.people import NOBODY, CountingProvider, SetClock, bot_for


@pytest.mark.parametrize(
    ("number", "kind", "allowed", "left", "person"),
    [
        ("K-1001", FailureClass.SOFT_FUNDS, True, 3, False),
        ("K-1003", FailureClass.SOFT_MASKED, True, 2, False),
        ("K-1005", FailureClass.HARD_METHOD, False, 0, False),
        ("K-1007", FailureClass.UPDATE_METHOD, False, 0, False),
        ("K-1008", FailureClass.CUSTOMER_STOP, False, 0, True),
        ("K-1009", FailureClass.SOFT_BANK, True, 3, False),
    ],
)
def test_each_customer_hears_the_own_reason(
    business: Subscriptions,
    number: str,
    kind: FailureClass,
    allowed: bool,
    left: int,
    person: bool,
) -> None:
    failure = business.payments.why_failed(bot_for(number))
    assert failure is not None
    assert (failure.kind, failure.retry_allowed, failure.retries_left) == (kind, allowed, left)
    assert failure.needs_person is person


@pytest.mark.parametrize("number", ["K-1002", "K-1004", "K-1006"])
def test_nothing_failed_for_those_who_paid(business: Subscriptions, number: str) -> None:
    assert business.payments.why_failed(bot_for(number)) is None


def test_a_card_retry_pays_the_invoice(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    outcome = business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k1")
    assert (outcome.succeeded, outcome.final, outcome.amount) == (True, True, Money(1199))
    assert business.billing.balance(bot_for("K-1001")).open == Money(0)
    assert business.payments.why_failed(bot_for("K-1001")) is None
    assert business.billing.explain_charge(bot_for("K-1001")).status == "paid"
    assert rows(engine, t.subscriptions, customer="K-1001")[0]["state"] == "active"
    assert provider.references == ["RE-1001-0025-3"]
    (entry,) = rows(engine, t.audit)
    assert (entry["action"], entry["customer"], entry["actor"]) == (
        "payments.retry",
        "K-1001",
        "bot",
    )
    (contact,) = rows(engine, t.contacts, customer="K-1001")
    assert (contact["reason"], contact["template"]) == ("payment", "payment_retried")


def test_a_sepa_retry_is_accepted_but_not_final(business: Subscriptions) -> None:
    outcome = business.payments.retry(bot_for("K-1003"), "RE-1003-0012", key="k")
    assert (outcome.succeeded, outcome.final) == (True, False)
    assert outcome.settles_on == date(2026, 11, 27)  # five bank days after a Saturday
    assert business.billing.explain_charge(bot_for("K-1003")).status == "processing"
    assert business.billing.balance(bot_for("K-1003")).open == Money(0)
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(bot_for("K-1003"), "RE-1003-0012", key="again")
    assert refused.value.code is Code.NOTHING_DUE


def test_a_decline_is_an_outcome_and_uses_up_a_retry(business: Subscriptions) -> None:
    sofia = bot_for("K-1009")
    for index in range(3):
        outcome = business.payments.retry(sofia, "RE-1009-0017", key=f"k{index}")
        assert (outcome.succeeded, outcome.kind) == (False, FailureClass.SOFT_BANK)
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(sofia, "RE-1009-0017", key="k3")
    assert refused.value.code is Code.RETRY_CAP_REACHED
    assert business.billing.balance(sofia).open == Money(3000)


@pytest.mark.parametrize(
    ("number", "invoice"),
    [("K-1005", "RE-1005-0025"), ("K-1007", "RE-1007-0002"), ("K-1008", "RE-1008-0006")],
)
def test_hard_and_stopped_payments_are_never_tried(
    business: Subscriptions, engine: Engine, provider: CountingProvider, number: str, invoice: str
) -> None:
    before = fingerprint(engine)
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(bot_for(number), invoice, key="k")
    assert refused.value.code is Code.RETRY_FORBIDDEN
    assert provider.references == []
    assert fingerprint(engine) == before


def test_a_provider_that_is_down_leaves_nothing_half_done(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    before = fingerprint(engine)
    provider.down = True
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k")
    assert refused.value.code is Code.PROVIDER_DOWN
    assert fingerprint(engine) == before
    provider.down = False
    assert business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k").succeeded


def test_the_customer_whose_provider_is_down_in_the_demo(business: Subscriptions) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(bot_for("K-1010"), "RE-1010-0004", key="k")
    assert refused.value.code is Code.PROVIDER_DOWN


def test_the_same_key_gives_the_first_result(
    business: Subscriptions, engine: Engine, provider: CountingProvider, clock: SetClock
) -> None:
    first = business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k")
    clock.forward(timedelta(hours=5))
    assert business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k") == first
    assert len(provider.references) == 1
    assert len(rows(engine, t.audit)) == 1


def test_two_threads_with_one_key_charge_once(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    def press(_: int) -> RetryOutcome:
        return business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k")

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(press, range(8)))
    assert len(set(outcomes)) == 1
    assert len(provider.references) == 1
    assert len(rows(engine, t.attempts, invoice="RE-1001-0025")) == 3


def test_two_threads_with_two_keys_charge_once(
    business: Subscriptions, provider: CountingProvider
) -> None:
    def press(index: int) -> str:
        try:
            return business.payments.retry(
                bot_for("K-1001"), "RE-1001-0025", key=f"k{index}"
            ).reference
        except SubscriptionError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(press, range(4)))
    assert said == ["RE-1001-0025-3", *[Code.NOTHING_DUE] * 3]
    assert len(provider.references) == 1


def test_a_key_is_not_used_for_something_else(business: Subscriptions) -> None:
    business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k")
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(bot_for("K-1001"), "RE-1001-0024", key="k")
    assert refused.value.code is Code.KEY_REUSED
    with pytest.raises(SubscriptionError) as refused:
        business.identity.request_reset(bot_for("K-1001"), None, key="k")
    assert refused.value.code is Code.KEY_REUSED


def test_keys_of_two_customers_do_not_meet(business: Subscriptions) -> None:
    assert business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key="k").succeeded
    assert business.payments.retry(bot_for("K-1003"), "RE-1003-0012", key="k").succeeded


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_write_needs_a_key(business: Subscriptions, key: str) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(bot_for("K-1001"), "RE-1001-0025", key=key)
    assert refused.value.code is Code.BAD_INPUT


def test_a_paid_or_foreign_invoice_is_not_collected(business: Subscriptions) -> None:
    for invoice, code in (("RE-1001-0024", Code.NOTHING_DUE), ("RE-1003-0012", Code.NOT_FOUND)):
        with pytest.raises(SubscriptionError) as refused:
            business.payments.retry(bot_for("K-1001"), invoice, key=invoice)
        assert refused.value.code is code


def test_anonymous_is_refused_and_nothing_is_charged(
    business: Subscriptions, provider: CountingProvider
) -> None:
    with pytest.raises(SubscriptionError) as refused:
        business.payments.why_failed(NOBODY)
    assert refused.value.code is Code.IDENTITY_NEEDED
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(NOBODY, "RE-1001-0025", key="k")
    assert refused.value.code is Code.IDENTITY_NEEDED
    assert provider.references == []

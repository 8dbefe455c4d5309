"""Pay links: one for several invoices, paid once, known by their token to whoever holds them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.payment_requests import PaymentRequest
from subscriptions.entities.payments import Payment
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import PayLink, PayLinkState, PaymentRequestState
from subscriptions.policy.limits import Limits
from subscriptions.provider import PageRequest
from subscriptions.store import collection, payment_requests
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from subscriptions.store.requests import hashed
from tests.integration.subscriptions import making_payments as making
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_payments import TODAY, planned, theirs
from tests.integration.subscriptions.people import NOW, CountingProvider, SetClock, bot_for

ANNA, JULIA = bot_for("K-1001"), bot_for("K-1003")
INVOICE = "RE-1001-0025"
STATE = PaymentRequestState


def settle(engine: Engine, link: PayLink) -> tuple[Payment, ...]:
    """The provider's page was paid."""
    with writing(engine) as db:
        request = payment_requests.find(db, link.reference)
        assert request is not None
        return collection.settle_request(db, request, NOW + timedelta(hours=1))


def stored(engine: Engine, link: PayLink) -> PaymentRequest:
    with writing(engine) as db:
        request = payment_requests.find(db, link.reference)
    assert request is not None
    return request


def test_one_link_for_all_that_is_open(
    business: Subscriptions, engine: Engine, provider: CountingProvider
) -> None:
    making.invoice(engine, "K-1001", "RE-1001-X")
    link = business.payments.pay_link(ANNA, key="k")
    assert link.amount == Money(1699)
    assert set(link.invoices) == {INVOICE, "RE-1001-X"}
    assert link.expires_at == NOW + timedelta(days=7)
    assert link.url.startswith("/simulator/")
    (asked,) = provider.asked
    assert isinstance(asked, PageRequest)
    assert (asked.reference, asked.amount, asked.locale) == (link.reference, Money(1699), "de")
    assert sum(line.amount.minor for line in asked.lines) == 1699
    (entry,) = theirs(engine, t.audit)
    assert (entry["action"], entry["facts"]) == (
        "payments.pay_link",
        {"request": link.reference, "amount": 1699},
    )
    assert theirs(engine, t.contacts) == []  # the link is handed over in the conversation


def test_only_the_hash_of_the_token_is_stored(business: Subscriptions, engine: Engine) -> None:
    link = business.payments.pay_link(ANNA, key="k")
    request = stored(engine, link)
    assert request.token_hash == hashed(link.token)
    kept = str(rows(engine, t.write_keys, owner="K-1001"))
    kept += str(theirs(engine, t.payment_requests))
    assert link.token not in kept
    assert link.url not in kept


def test_the_same_key_gives_the_same_link(business: Subscriptions, engine: Engine) -> None:
    first = business.payments.pay_link(ANNA, key="k")
    assert business.payments.pay_link(ANNA, key="k") == first
    assert len(theirs(engine, t.payment_requests)) == 1
    assert len(theirs(engine, t.audit)) == 1
    settle(engine, first)
    assert business.payments.pay_link(ANNA, key="k").url == ""  # nothing left to pay with it


def test_the_same_link_is_handed_out_again_and_another_one_replaces_it(
    business: Subscriptions, engine: Engine
) -> None:
    first = business.payments.pay_link(ANNA, key="k1")
    assert business.payments.pay_link(ANNA, key="k2") == first
    making.invoice(engine, "K-1001", "RE-1001-X")
    second = business.payments.pay_link(ANNA, key="k3")
    assert second.reference != first.reference
    assert business.payments.pay_link_of(first.token).state is STATE.CANCELLED
    assert business.payments.pay_link_of(second.token).state is STATE.OPEN


def test_links_about_different_invoices_stand_beside_each_other(
    business: Subscriptions, engine: Engine
) -> None:
    making.invoice(engine, "K-1001", "RE-1001-X")
    one = business.payments.pay_link(ANNA, (INVOICE,), key="k1")
    other = business.payments.pay_link(ANNA, ("RE-1001-X",), key="k2")
    for link in (one, other):
        assert business.payments.pay_link_of(link.token).state is STATE.OPEN


def test_the_holder_of_a_link_sees_amount_invoices_and_state_only(
    business: Subscriptions, clock: SetClock
) -> None:
    link = business.payments.pay_link(ANNA, key="k")
    seen = business.payments.pay_link_of(link.token)
    assert seen == PayLinkState(Money(1199), (INVOICE,), STATE.OPEN)
    assert business.payments.pay_page_of(link.token) == link.url
    clock.forward(timedelta(days=7))
    assert business.payments.pay_link_of(link.token).state is STATE.EXPIRED
    with pytest.raises(SubscriptionError) as refused:
        business.payments.pay_page_of(link.token)
    assert refused.value.code is Code.LINK_EXPIRED


@pytest.mark.parametrize("token", ["", "x", "L-00000000"])
def test_a_token_that_nobody_gave_opens_nothing(business: Subscriptions, token: str) -> None:
    for ask in (business.payments.pay_link_of, business.payments.pay_page_of):
        with pytest.raises(SubscriptionError) as refused:
            ask(token)
        assert refused.value.code is Code.TOKEN_INVALID


def test_the_reference_of_a_link_is_no_token(business: Subscriptions) -> None:
    link = business.payments.pay_link(ANNA, key="k")
    with pytest.raises(SubscriptionError) as refused:
        business.payments.pay_link_of(link.reference)
    assert refused.value.code is Code.TOKEN_INVALID


def test_a_paid_link_pays_its_invoices_and_brings_the_contract_back(
    business: Subscriptions, engine: Engine
) -> None:
    making.invoice(engine, "K-1001", "RE-1001-X")
    making.dunning_case(engine, "K-1001", DunningState.REMINDED)
    business.payments.retry(ANNA, INVOICE, key="r", on=TODAY + timedelta(days=5))
    business.payments.promise(ANNA, TODAY + timedelta(days=5), key="p")
    link = business.payments.pay_link(ANNA, key="k")
    payments = settle(engine, link)
    assert sorted((p.invoice, p.amount.minor, p.source.value) for p in payments) == [
        (INVOICE, 1199, "link"),
        ("RE-1001-X", 500, "link"),
    ]
    assert business.billing.balance(ANNA).open == Money(0)
    assert business.payments.pay_link_of(link.token).state is STATE.PAID
    assert theirs(engine, t.subscriptions)[0]["state"] == "active"
    assert planned(engine, "RE-1001-0025") == []
    assert theirs(engine, t.promises)[0]["state"] == "kept"
    assert theirs(engine, t.dunning_cases)[0]["state"] == "closed"
    with pytest.raises(SubscriptionError) as refused:
        business.payments.pay_page_of(link.token)
    assert refused.value.code is Code.NOTHING_DUE


def test_a_link_is_never_paid_twice(business: Subscriptions, engine: Engine) -> None:
    link = business.payments.pay_link(ANNA, key="k")
    settle(engine, link)
    assert settle(engine, link) == ()
    assert len(rows(engine, t.payments, invoice=INVOICE)) == 1


def test_two_settlements_at_once_pay_once(business: Subscriptions, engine: Engine) -> None:
    link = business.payments.pay_link(ANNA, key="k")
    with ThreadPoolExecutor(2) as pool:
        brought = list(pool.map(lambda _: settle(engine, link), range(2)))
    assert sorted(len(payments) for payments in brought) == [0, 1]
    assert len(rows(engine, t.payments, invoice=INVOICE)) == 1


def test_money_for_what_was_paid_meanwhile_is_kept_without_an_invoice(
    business: Subscriptions, engine: Engine
) -> None:
    making.invoice(engine, "K-1001", "RE-1001-X")
    link = business.payments.pay_link(ANNA, key="k")
    business.payments.retry(ANNA, INVOICE, key="r")
    payments = settle(engine, link)
    assert sorted((p.invoice or "", p.amount.minor) for p in payments) == [
        ("", 1199),
        ("RE-1001-X", 500),
    ]


def test_a_link_closes_when_what_it_asks_for_was_paid_otherwise(business: Subscriptions) -> None:
    link = business.payments.pay_link(ANNA, key="k")
    business.payments.retry(ANNA, INVOICE, key="r")
    assert business.payments.pay_link_of(link.token).state is STATE.CANCELLED
    with pytest.raises(SubscriptionError) as refused:
        business.payments.pay_page_of(link.token)
    assert refused.value.code is Code.LINK_EXPIRED


def test_a_plan_about_nothing_open_does_not_hide_what_is(
    business: Subscriptions, engine: Engine
) -> None:
    making.agreed(engine, "K-1001", "RE-1001-0024")
    assert business.payments.pay_link(ANNA, key="k").amount == Money(1199)


def test_links_made_under_an_earlier_secret_are_replaced(
    business: Subscriptions, engine: Engine, clock: SetClock, provider: CountingProvider
) -> None:
    first = business.payments.pay_link(ANNA, key="k1")
    url = engine.url.render_as_string(hide_password=False)
    with making.with_limits(url, Limits(), clock, provider) as other:  # a secret of its own
        second = other.payments.pay_link(ANNA, key="k2")
        assert other.payments.pay_link_of(second.token).state is STATE.OPEN
        assert other.payments.pay_link_of(first.token).state is STATE.CANCELLED


def test_money_on_a_link_that_was_replaced_counts_all_the_same(
    business: Subscriptions, engine: Engine
) -> None:
    first = business.payments.pay_link(ANNA, key="k1")
    making.invoice(engine, "K-1001", "RE-1001-X")
    business.payments.pay_link(ANNA, key="k2")
    (payment,) = settle(engine, first)
    assert (payment.invoice, payment.amount) == (INVOICE, Money(1199))
    assert business.billing.balance(ANNA).open == Money(500)


def test_a_disputed_invoice_is_not_asked_for_but_may_be_paid(
    business: Subscriptions, engine: Engine
) -> None:
    making.invoice(engine, "K-1001", "RE-1001-X")
    business.payments.dispute(ANNA, "RE-1001-X", "not mine", key="d")
    assert business.payments.pay_link(ANNA, key="all").invoices == (INVOICE,)
    named = business.payments.pay_link(ANNA, ("RE-1001-X",), key="named")
    assert named.invoices == ("RE-1001-X",)


def test_links_that_ran_out_are_closed(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    business.payments.pay_link(ANNA, key="k")
    with writing(engine) as db:
        payment_requests.expire(db, clock.now, 100)
    assert theirs(engine, t.payment_requests)[0]["state"] == "open"
    with writing(engine) as db:
        assert payment_requests.expire(db, clock.now + timedelta(days=8), 100) > 0
        assert payment_requests.expire(db, clock.now + timedelta(days=8), 100) == 0
    assert theirs(engine, t.payment_requests)[0]["state"] == "expired"


def test_the_provider_knows_the_link(business: Subscriptions, engine: Engine) -> None:
    link = business.payments.pay_link(ANNA, key="k")
    reference = stored(engine, link).provider_reference
    assert reference is not None
    with writing(engine) as db:
        found = payment_requests.by_provider_reference(db, reference)
    assert found == stored(engine, link)

"""Lost answers about refunds, orders and the debits of the day's run: once, and known in the end."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, update

from subscriptions import Subscriptions
from subscriptions.daily import Daily
from subscriptions.errors import Code
from subscriptions.model.base import Money
from subscriptions.model.billing import RefundReceipt
from subscriptions.model.settlement import Outcome
from subscriptions.provider import EventKind, ProviderEvent
from subscriptions.store import tables as t
from subscriptions.store.backing import Backing
from subscriptions.store.engine import writing
from tests.integration.subscriptions.consistency import contradictions
from tests.integration.subscriptions.fake_stripe import FakeStripe
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_settlement import tell
from tests.integration.subscriptions.making_unknown import (
    LosingProvider,
    at,
    refused,
    stripe_at,
)
from tests.integration.subscriptions.people import NOW, SetClock, bot_for
from tests.integration.subscriptions.stripe_books import REFUNDS, Books

MARCUS, LAST = "K-1002", "RE-1002-0015"
BEN = "K-1004"
GIVEN = f"G-{LAST}-1"
DAY_AND_HOUR = timedelta(hours=25)


def give(business: Subscriptions, clock: SetClock, key: str = "k") -> RefundReceipt:
    return business.billing.refund(at(MARCUS, clock), LAST, Money(400), reason="service", key=key)


def hint(engine: Engine, customer: str, said: str) -> None:
    with writing(engine) as db:
        theirs = t.payment_methods.c.customer == customer
        db.execute(update(t.payment_methods).where(theirs).values(hint=said))


# ------------------------------------------------------------------------------------------------ refunds


def test_a_refund_is_stored_before_anybody_is_asked(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    seen: list[str] = []
    losing.silent = False
    losing.before = lambda: seen.append(rows(engine, t.refunds, reference=GIVEN)[0]["state"])
    assert give(deaf, clock).reference == GIVEN
    assert seen == ["unknown"]


@pytest.mark.parametrize("wait", [timedelta(0), DAY_AND_HOUR])
def test_a_repeated_refund_finishes_and_gives_nothing_twice(
    stripe: Subscriptions,
    engine: Engine,
    server: FakeStripe,
    books: Books,
    clock: SetClock,
    wait: timedelta,
) -> None:
    server.trouble = "silent"
    assert refused(lambda: give(stripe, clock)) is Code.REFUND_UNKNOWN
    assert refused(lambda: give(stripe, clock, "another")) is Code.REFUND_UNKNOWN
    assert rows(engine, t.credit_notes, customer=MARCUS) == []
    clock.forward(wait)
    if wait:
        books.forget_keys()
    server.trouble = ""
    receipt = give(stripe, clock)
    assert (receipt.reference, receipt.state) == (GIVEN, "succeeded")
    assert books.references(REFUNDS) == [GIVEN]
    (note,) = rows(engine, t.credit_notes, customer=MARCUS)
    assert note["amount_minor"] == 400
    assert len(rows(engine, t.contacts, customer=MARCUS, template="refund_made")) == 1


def test_another_refund_counts_the_one_that_was_found(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    server.trouble = "silent"
    refused(lambda: give(stripe, clock))
    server.trouble = ""
    assert refused(lambda: give(stripe, clock, "another")) is Code.REFUND_IMPOSSIBLE  # 4.00 of 7.99
    assert books.references(REFUNDS) == [GIVEN]


def test_a_refund_that_never_arrived_may_be_repeated_after_an_hour(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    server.trouble = "deaf"
    refused(lambda: give(stripe, clock))
    server.trouble = ""
    clock.forward(timedelta(minutes=59))
    assert refused(lambda: give(stripe, clock)) is Code.REFUND_UNKNOWN
    clock.forward(timedelta(minutes=1))
    assert give(stripe, clock).reference == f"G-{LAST}-2"
    assert books.references(REFUNDS) == [f"G-{LAST}-2"]
    states = {r["reference"]: r["state"] for r in rows(engine, t.refunds, customer=MARCUS)}
    assert states == {GIVEN: "not_submitted", f"G-{LAST}-2": "succeeded"}


def test_a_conflict_of_keys_holds_a_refund(
    stripe: Subscriptions, books: Books, clock: SetClock
) -> None:
    books.keys[f"refund-{GIVEN}"] = ({}, (200, {}))
    assert refused(lambda: give(stripe, clock)) is Code.REFUND_UNKNOWN
    assert books.references(REFUNDS) == []


@pytest.mark.parametrize(
    ("kind", "state", "cases"),
    [(EventKind.REFUND_SUCCEEDED, "succeeded", 0), (EventKind.REFUND_FAILED, "waiting", 1)],
)
def test_a_webhook_settles_a_refund_that_was_lost(
    deaf: Subscriptions,
    engine: Engine,
    losing: LosingProvider,
    clock: SetClock,
    kind: EventKind,
    state: str,
    cases: int,
) -> None:
    refused(lambda: give(deaf, clock))
    event = ProviderEvent("evt-1", kind, NOW, GIVEN, f"sim_{GIVEN}")
    assert tell(deaf, event) == (Outcome.APPLIED,)
    (refund,) = rows(engine, t.refunds, reference=GIVEN)
    assert refund["state"] == state
    assert len(rows(engine, t.cases, customer=MARCUS, kind="refund")) == cases
    losing.silent = False
    deaf.settlement.reconcile(clock())
    assert give(deaf, clock).state == state
    assert (losing.given, len(rows(engine, t.credit_notes, customer=MARCUS))) == ([GIVEN], 1)


def test_the_days_run_looks_a_lost_refund_up(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    refused(lambda: give(deaf, clock))
    losing.silent = False
    Daily(Backing(engine, clock, losing)).run()
    assert rows(engine, t.refunds, reference=GIVEN)[0]["state"] == "succeeded"
    assert losing.given == [GIVEN]


# ------------------------------------------------------------------------------------------------- orders


def order(business: Subscriptions, clock: SetClock, token: str, key: str = "k") -> Money:
    return business.plans.order(at(BEN, clock), token, key=key).due_now


def invoices_of(engine: Engine) -> list[str]:
    return sorted(row["lifecycle"] for row in rows(engine, t.invoices, customer=BEN))


def plan_of(engine: Engine) -> str:
    (contract,) = rows(engine, t.subscriptions, customer=BEN)
    return str(contract["plan"])


def test_an_order_takes_effect_when_its_money_is_found(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    token = stripe.plans.quote(bot_for(BEN), "learn-pro").token
    before = stripe.billing.balance(bot_for(BEN)), stripe.billing.invoices(bot_for(BEN))
    server.trouble = "silent"
    assert refused(lambda: order(stripe, clock, token)) is Code.PAYMENT_UNKNOWN
    assert refused(lambda: order(stripe, clock, token, "another")) is Code.PAYMENT_UNKNOWN
    assert plan_of(engine) == "learn-start"
    assert (stripe.billing.balance(bot_for(BEN)), stripe.billing.invoices(bot_for(BEN))) == before
    assert "draft" in invoices_of(engine)
    clock.forward(DAY_AND_HOUR)
    books.forget_keys()
    server.trouble = ""
    assert order(stripe, clock, token) == Money(500)  # although the quote has run out meanwhile
    assert order(stripe, clock, token, "another") == Money(500)
    assert plan_of(engine) == "learn-pro"
    assert len(books.references()) == 1
    assert set(invoices_of(engine)) == {"final"}
    assert [c["template"] for c in rows(engine, t.contacts, customer=BEN)] == ["plan_upgrade"]
    assert contradictions(engine) == []


def test_a_webhook_lets_an_order_take_effect_once(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    token = deaf.plans.quote(bot_for(BEN), "learn-pro").token
    refused(lambda: order(deaf, clock, token))
    (reference,) = losing.references
    event = ProviderEvent("evt-1", EventKind.CHARGE_SUCCEEDED, NOW, reference, f"sim_{reference}")
    assert tell(deaf, event) == (Outcome.APPLIED,)
    assert plan_of(engine) == "learn-pro"
    losing.silent = False
    deaf.settlement.reconcile(clock())
    assert order(deaf, clock, token) == Money(500)
    assert (losing.references, invoices_of(engine).count("final")) == ([reference], 9)


def test_a_decline_that_was_lost_leaves_no_order_behind(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    token = stripe.plans.quote(bot_for(BEN), "learn-pro").token
    known = invoices_of(engine)
    books.decline = "insufficient_funds"
    server.trouble = "silent"
    refused(lambda: order(stripe, clock, token))
    server.trouble = ""
    stripe.settlement.reconcile(clock())
    assert (invoices_of(engine), plan_of(engine)) == (known, "learn-start")
    books.decline = ""
    assert order(stripe, clock, token, "again") == Money(500)
    assert len(set(books.references())) == 2  # each try has its own reference
    assert contradictions(engine) == []


def test_an_order_that_never_arrived_may_be_repeated_and_numbers_stay_unique(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    token = stripe.plans.quote(bot_for(BEN), "learn-pro").token
    server.trouble = "deaf"
    refused(lambda: order(stripe, clock, token))
    server.trouble = ""
    clock.forward(timedelta(days=40))
    backing = Backing(engine, clock, stripe_at(server, clock))
    Daily(backing).run()  # the next period is billed before the draft is taken back
    Daily(backing).run()
    assert "draft" not in invoices_of(engine)
    token = stripe.plans.quote(at(BEN, clock), "learn-pro").token
    order(stripe, clock, token, "later")
    assert plan_of(engine) == "learn-pro"


def test_what_was_paid_for_and_cannot_take_effect_goes_to_a_person(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    token = deaf.plans.quote(bot_for(BEN), "learn-pro").token
    refused(lambda: order(deaf, clock, token))
    with writing(engine) as db:
        theirs = t.subscriptions.c.customer == BEN
        db.execute(update(t.subscriptions).where(theirs).values(plan="learn-team"))
    losing.silent = False
    deaf.settlement.reconcile(clock())
    assert plan_of(engine) == "learn-team"
    assert len(rows(engine, t.cases, customer=BEN, kind="wrong_or_double_charge")) == 1
    paid = [row for row in rows(engine, t.invoices, customer=BEN) if row["kind"] == "change"]
    assert [row["status"] for row in paid] == ["paid"]


# ------------------------------------------------------------------------------------------ the day's run


def test_a_lost_debit_of_the_days_run_is_made_once(
    stripe: Subscriptions, engine: Engine, server: FakeStripe, books: Books, clock: SetClock
) -> None:
    card = "RE-1001-0025"
    stripe.payments.retry(bot_for("K-1001"), card, key="p", on=date(2026, 12, 1))
    clock.forward(timedelta(days=10))
    backing = Backing(engine, clock, stripe_at(server, clock))
    server.trouble = "silent"
    report = Daily(backing).run()
    assert not report.broken, "it waits, nothing is wrong with it"
    assert not all(step.complete for step in report.steps), "what waits for an answer is told"
    made = books.references().count(f"{card}-3")
    assert made == 1
    clock.forward(DAY_AND_HOUR)
    books.forget_keys()
    server.trouble = ""
    Daily(backing).run()
    (invoice,) = rows(engine, t.invoices, number=card)
    assert (invoice["status"], books.references().count(f"{card}-3")) == ("paid", 1)
    assert max(books.references().count(each) for each in books.references()) == 1
    told = [c["template"] for c in rows(engine, t.contacts, customer="K-1001")]
    assert told.count("payment_retried") == 1


def test_a_first_debit_that_never_arrived_is_planned_anew(
    deaf: Subscriptions, engine: Engine, losing: LosingProvider, clock: SetClock
) -> None:
    clock.now = NOW + timedelta(days=25)
    hint(engine, MARCUS, "unheard")
    backing = Backing(engine, clock, losing)
    Daily(backing).run()
    losing.silent = False
    clock.forward(timedelta(hours=2))
    Daily(backing).run()
    (lost,) = rows(engine, t.attempts, state="not_submitted")
    hint(engine, MARCUS, "succeed")
    clock.forward(DAY_AND_HOUR)
    Daily(backing).run()
    tried = rows(engine, t.attempts, invoice=lost["invoice"])
    assert sorted((a["number"], a["state"]) for a in tried) == [
        (1, "not_submitted"),
        (2, "succeeded"),
    ]
    assert rows(engine, t.invoices, number=lost["invoice"])[0]["status"] == "paid"

"""Declarations to cancel: accepted from anybody, receipt at once, the first one counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.cancellation import CancellationReceipt
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.people import NOBODY, NOW, SetClock, bot_for

TOM = bot_for("K-1006")


def test_a_receipt_with_reference_moment_and_end(business: Subscriptions, engine: Engine) -> None:
    receipt = business.cancellation.declare(TOM, "Hiermit kündige ich.", key="k")
    assert receipt.reference.startswith("C-")
    assert (receipt.received_at, receipt.matched, receipt.repeated) == (NOW, True, False)
    assert receipt.ends_on == date(2026, 12, 1)
    assert receipt.plan is not None
    assert receipt.plan.code == "stream-premium"
    contract = rows(engine, t.subscriptions, customer="K-1006")[0]
    assert (contract["state"], contract["ends_on"]) == ("cancel_scheduled", date(2026, 12, 1))
    assert rows(engine, t.contacts, customer="K-1006")[0]["template"] == "cancellation_received"
    assert [e["action"] for e in rows(engine, t.audit)] == ["cancellation.declare"]


def test_nobody_identified_gets_a_receipt_too(business: Subscriptions, engine: Engine) -> None:
    receipt = business.cancellation.declare(NOBODY, "Ich kündige meinen Vertrag", key="k")
    assert (receipt.matched, receipt.plan, receipt.ends_on) == (False, None, None)
    assert receipt.received_at == NOW
    (kept,) = rows(engine, t.cancellations, customer=None)
    assert kept["reference"] == receipt.reference
    assert rows(engine, t.subscription_events, actor="bot", at=NOW) == []


def test_an_unknown_number_does_not_make_it_fail(business: Subscriptions) -> None:
    assert not business.cancellation.declare(bot_for("K-9999"), "I cancel", key="k").matched


def test_saying_it_again_gives_the_first_receipt(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    first = business.cancellation.declare(TOM, "Ich kündige", key="k1")
    clock.forward(timedelta(days=1))
    second = business.cancellation.declare(TOM, "Ich kündige wirklich!", key="k2")
    assert (second.reference, second.received_at) == (first.reference, first.received_at)
    assert (second.repeated, second.ends_on) == (True, first.ends_on)
    assert business.cancellation.declare(TOM, "Ich kündige", key="k1") == first
    assert len(rows(engine, t.cancellations, customer="K-1006")) == 1


def test_parallel_declarations_are_one(business: Subscriptions, engine: Engine) -> None:
    def declare(index: int) -> CancellationReceipt:
        return business.cancellation.declare(TOM, "Ich kündige", key=f"k{index}")

    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(declare, range(4)))
    assert len({r.reference for r in receipts}) == 1
    assert sorted(r.repeated for r in receipts) == [False, True, True, True]
    assert len(rows(engine, t.cancellations, customer="K-1006")) == 1


def test_who_owes_money_may_cancel(business: Subscriptions) -> None:
    receipt = business.cancellation.declare(bot_for("K-1005"), "Ich kündige", key="k")
    assert receipt.ends_on == date(2026, 12, 9)


def test_a_renewed_year_ends_within_a_month(business: Subscriptions) -> None:
    receipt = business.cancellation.declare(bot_for("K-1007"), "I want to cancel", key="k")
    assert receipt.ends_on == date(2026, 12, 21)


def test_a_pending_downgrade_falls_away(business: Subscriptions, engine: Engine) -> None:
    token = business.plans.quote(TOM, "stream-basic").token
    business.plans.schedule_downgrade(TOM, token, key="d")
    business.cancellation.declare(TOM, "Ich kündige", key="k")
    assert rows(engine, t.subscriptions, customer="K-1006")[0]["pending_plan"] is None


def test_card_numbers_never_reach_storage(business: Subscriptions, engine: Engine) -> None:
    text = "Kündigung, Karte ４１１１ 1111-1111 1111, Rechnung RE-1006-0025"
    business.cancellation.declare(TOM, text, key="k")
    stored = rows(engine, t.cancellations, customer="K-1006")[0]["text"]
    assert stored == "Kündigung, Karte [card ••••1111], Rechnung RE-1006-0025"


def test_another_text_under_the_same_key_is_refused(business: Subscriptions) -> None:
    business.cancellation.declare(NOBODY, "I cancel", key="k")
    with pytest.raises(SubscriptionError) as refused:
        business.cancellation.declare(NOBODY, "I cancel everything", key="k")
    assert refused.value.code is Code.KEY_REUSED

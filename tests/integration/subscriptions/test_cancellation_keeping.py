"""What became of a declared end, taking it back, withdrawals, and a death that is reported."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert

from subscriptions import Connections, Subscriptions, open_subscriptions
from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.contracts import Period
from subscriptions.entities.invoices import InvoiceStatus
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Money
from subscriptions.model.cancellation import CauseReason, EndingKind, EndingState
from subscriptions.model.catalogue import Interval
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.calendar import period_from
from subscriptions.policy.limits import Limits
from subscriptions.store import tables as t
from subscriptions.store.engine import writing
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_cancellation import order
from tests.integration.subscriptions.making_plans import change, contract_of, second_contract
from tests.integration.subscriptions.people import NOBODY, NOW, SetClock, bot_for

ANNA = bot_for("K-1001")  # past due
BEN = bot_for("K-1004")
TOM = bot_for("K-1006")
S = SubscriptionState


def test_status_tells_of_every_declaration(business: Subscriptions, clock: SetClock) -> None:
    assert business.cancellation.status(TOM) == ()
    first = business.cancellation.declare(TOM, "Ich kündige", key="k")
    clock.forward(timedelta(minutes=1))
    business.cancellation.declare_for_cause(TOM, "Umzug", reason=CauseReason.MOVED, key="c")
    cause, ordinary = business.cancellation.status(TOM)
    assert (cause.kind, cause.state) == (EndingKind.CAUSE, EndingState.WITH_PERSON)
    assert (cause.can_take_back, cause.ends_on) == (False, None)
    assert (ordinary.reference, ordinary.received_at) == (first.reference, NOW)
    assert (ordinary.kind, ordinary.state) == (EndingKind.ORDINARY, EndingState.SCHEDULED)
    assert (ordinary.ends_on, ordinary.can_take_back) == (date(2026, 12, 1), True)
    assert business.cancellation.status(bot_for("K-1002")) == ()


def test_an_end_is_taken_back(business: Subscriptions, engine: Engine) -> None:
    receipt = business.cancellation.declare(TOM, "Ich kündige", key="k")
    taken = business.cancellation.take_back(TOM, key="b")
    assert (taken.reference, taken.state) == (receipt.reference, S.ACTIVE)
    assert (taken.plan.code, taken.renews_on) == ("stream-premium", date(2026, 12, 1))
    contract = contract_of(engine, "K-1006")
    assert (contract.state, contract.ends_on) == (S.ACTIVE, None)
    (status,) = business.cancellation.status(TOM)
    assert (status.state, status.can_take_back) == (EndingState.TAKEN_BACK, False)
    assert business.cancellation.take_back(TOM, key="b") == taken
    assert len(rows(engine, t.audit, action="cancellation.take_back")) == 1
    assert rows(engine, t.contacts, template="cancellation_taken_back")
    again = business.cancellation.declare(TOM, "Jetzt doch", key="k2")
    assert (again.repeated, again.reference != receipt.reference) == (False, True)


def test_take_back_after_a_period_that_was_cut_is_followed_by_a_full_one(
    business: Subscriptions, engine: Engine
) -> None:
    business.cancellation.declare(TOM, "Ich kündige", key="k")
    cut = Period(date(2026, 11, 20), date(2026, 12, 5))  # its anchor is the 20th
    change(engine, "K-1006", period=cut, anchor_day=20, ends_on=cut.end)
    assert business.cancellation.take_back(TOM, key="b").renews_on == cut.end
    contract = contract_of(engine, "K-1006")
    following = period_from(contract.period.end, Interval.MONTH, contract.anchor_day)
    assert following == Period(date(2026, 12, 5), date(2027, 1, 5))


def test_who_owes_comes_back_past_due(business: Subscriptions) -> None:
    business.cancellation.declare(ANNA, "Ich kündige", key="k")
    assert business.cancellation.take_back(ANNA, key="b").state is S.PAST_DUE


def test_who_paused_comes_back_paused(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1004", state=S.PAST_DUE)  # who owes pauses at once
    business.plans.pause(BEN, 1, key="p")
    assert contract_of(engine, "K-1004").state is S.PAUSED
    business.cancellation.declare(BEN, "Ende", key="k", wished=date(2027, 3, 1))
    assert business.cancellation.take_back(BEN, key="b").state is S.PAUSED


def test_an_end_that_has_come_is_not_taken_back(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    business.cancellation.declare(TOM, "Ich kündige", key="k")
    clock.now = clock.now.replace(month=12, day=1)
    before = fingerprint(engine)
    with pytest.raises(SubscriptionError) as refused:
        business.cancellation.take_back(TOM, key="b")
    assert refused.value.code is Code.NOTHING_TO_TAKE_BACK
    assert fingerprint(engine) == before


@pytest.mark.parametrize(
    ("status", "lifecycle", "refund", "skill"),
    [
        (InvoiceStatus.PAID, "final", 799, "BIL"),
        (InvoiceStatus.PROCESSING, "final", 799, "BIL"),
        (InvoiceStatus.OPEN, "void", 0, None),
        (InvoiceStatus.FAILED, "void", 0, None),
    ],
)
def test_a_withdrawal_in_time_undoes_the_order(
    business: Subscriptions,
    engine: Engine,
    status: InvoiceStatus,
    lifecycle: str,
    refund: int,
    skill: str | None,
) -> None:
    ordered = order(engine, status=status)
    receipt = business.cancellation.withdraw(BEN, "Ich widerrufe.", key="w")
    assert (receipt.matched, receipt.in_time) == (True, True)
    told = (receipt.refund, receipt.awaited)
    under_way = status is InvoiceStatus.PROCESSING
    assert told == ((Money(0), Money(refund)) if under_way else (Money(refund), None))
    assert receipt.received_at == NOW
    assert receipt.plan is not None
    contract = contract_of(engine, "K-1004", ordered)
    assert (contract.state, contract.ends_on) == (S.WITHDRAWN, date(2026, 11, 21))
    (invoice,) = rows(engine, t.invoices, subscription=ordered)
    assert (invoice["lifecycle"], invoice["status"]) == (lifecycle, status.value)
    (note,) = rows(engine, t.credit_notes, customer="K-1004")
    assert (note["amount_minor"], note["tax_minor"]) == (799, 128)
    assert note["reason"] == "withdrawal"
    waiting = [
        r["amount_minor"] for r in rows(engine, t.refunds, state="waiting", customer="K-1004")
    ]
    assert waiting == ([refund] if refund else [])
    assert [
        c["skill"] for c in rows(engine, t.cases, kind="withdraw_contract", customer="K-1004")
    ] == ([skill] if skill else [])
    assert contract_of(engine, "K-1004", "S-1004").state is S.ACTIVE
    assert rows(engine, t.cancellations, customer="K-1004") == []
    assert business.cancellation.status(BEN)[0].state is EndingState.WITHDRAWN


def test_a_withdrawal_calls_planned_debits_off(business: Subscriptions, engine: Engine) -> None:
    ordered = order(engine, status=InvoiceStatus.OPEN)
    (invoice,) = rows(engine, t.invoices, subscription=ordered)
    planned = {
        "reference": "R-1",
        "invoice": invoice["number"],
        "number": 1,
        "method": "P-1004",
        "kind": "card",
        "amount_minor": 799,
        "currency": "EUR",
        "state": "scheduled",
        "at": NOW,
        "due_on": date(2026, 11, 25),
    }
    with writing(engine) as db:
        db.execute(insert(t.attempts).values(planned))
    business.cancellation.withdraw(BEN, "Widerruf", key="w")
    (attempt,) = rows(engine, t.attempts, reference="R-1")
    assert attempt["state"] == AttemptState.CALLED_OFF.value


def test_saying_it_again_is_the_first_withdrawal(business: Subscriptions, engine: Engine) -> None:
    order(engine)
    change_of_mind = business.cancellation.withdraw
    first = change_of_mind(BEN, "Widerruf", key="w1", subscription="S-K-1004-new")
    again = change_of_mind(BEN, "Widerruf!", key="w2", subscription="S-K-1004-new")
    assert (again.reference, again.repeated) == (first.reference, True)
    assert len(rows(engine, t.withdrawals, customer="K-1004")) == 1
    assert len(rows(engine, t.credit_notes, customer="K-1004")) == 1


def test_a_late_withdrawal_goes_to_a_person_and_is_no_cancellation(
    business: Subscriptions, engine: Engine
) -> None:
    receipt = business.cancellation.withdraw(TOM, "Ich widerrufe", key="w")
    assert (receipt.in_time, receipt.refund, receipt.matched) == (False, None, True)
    (case,) = rows(engine, t.cases, number=receipt.case)
    assert (case["skill"], case["kind"]) == ("CMP", "withdraw_contract")
    contract = contract_of(engine, "K-1006")
    assert (contract.state, contract.ends_on) == (S.ACTIVE, None)
    assert rows(engine, t.cancellations, customer="K-1006") == []
    assert business.cancellation.status(TOM)[0].state is EndingState.WITH_PERSON
    again = business.cancellation.withdraw(TOM, "Doch!", key="w2")
    assert (again.reference, again.repeated) == (receipt.reference, True)


def test_a_withdrawal_of_something_bought_lately_for_an_old_contract_asks_a_person(
    business: Subscriptions,
) -> None:
    token = business.plans.quote(BEN, "learn-pro").token
    business.plans.order(BEN, token, key="o")
    receipt = business.cancellation.withdraw(BEN, "Ich widerrufe das", key="w")
    assert (receipt.in_time, receipt.refund) == (None, None)


@pytest.mark.parametrize("caller", [NOBODY, bot_for("K-9999")])
def test_a_withdrawal_of_nobody_known_gets_a_receipt(
    business: Subscriptions, caller: Caller
) -> None:
    receipt = business.cancellation.withdraw(caller, "Ich widerrufe", key="w")
    assert (receipt.matched, receipt.in_time, receipt.received_at) == (False, None, NOW)
    assert receipt.case is not None


def test_several_fresh_orders_ask_a_person(business: Subscriptions, engine: Engine) -> None:
    order(engine)
    second_contract(engine, started_on=date(2026, 11, 20))
    receipt = business.cancellation.withdraw(BEN, "Widerruf", key="w")
    assert (receipt.in_time, receipt.plan) == (None, None)
    named = business.cancellation.withdraw(BEN, "Das neue", key="w2", subscription="S-K-1004-new")
    assert named.in_time is True


def test_an_operator_may_keep_the_days_that_were_used(
    engine: Engine, database_url: str, clock: SetClock
) -> None:
    order(engine, days_ago=3)
    limits = Limits(withdrawal_value_due=True)
    with open_subscriptions(database_url, clock, connections=Connections(limits=limits)) as it:
        receipt = it.cancellation.withdraw(BEN, "Widerruf", key="w")
    assert receipt.refund == Money(799 - 80)  # 3 of 30 days of 7.99


@pytest.mark.parametrize(
    ("number", "known"), [("K-1001", True), ("k-1001 ", True), ("K-4711", False), (None, False)]
)
def test_a_death_reported_by_a_stranger_sounds_the_same_whether_or_not_the_number_exists(
    business: Subscriptions, engine: Engine, number: str | None, known: bool
) -> None:
    receipt = business.cancellation.report_death(
        NOBODY, "Sie ist verstorben", number=number, key="d"
    )
    assert receipt.reference.startswith("F-")
    assert (receipt.received_at, receipt.promised_at) == (NOW, NOW + timedelta(hours=48))
    (case,) = rows(engine, t.cases, number=receipt.reference)
    assert (case["skill"], case["kind"]) == ("CMP", "subscriber_deceased")
    assert case["customer"] == ("K-1001" if known else None)
    holds = [h["kind"] for h in rows(engine, t.holds, case_number=receipt.reference)]
    assert holds == (["deceased"] if known else [])
    assert rows(engine, t.customers, number="K-1001")[0]["deceased_on"] is None
    assert rows(engine, t.subscriptions, customer="K-1001")[0]["state"] == "past_due"


def test_a_reported_death_stops_debits_and_messages_at_once(
    business: Subscriptions, engine: Engine
) -> None:
    business.payments.retry(ANNA, "RE-1001-0025", on=date(2026, 11, 25), key="r")
    assert rows(engine, t.contacts, customer="K-1001", state="queued")
    business.cancellation.report_death(ANNA, "Ich bin die Tochter", key="d")
    states = {a["state"] for a in rows(engine, t.attempts, invoice="RE-1001-0025")}
    assert "scheduled" not in states
    assert "called_off" in states
    assert rows(engine, t.contacts, customer="K-1001", state="queued") == []
    with pytest.raises(SubscriptionError) as refused:
        business.payments.retry(ANNA, "RE-1001-0025", key="r2")
    assert refused.value.code is Code.ACCOUNT_ON_HOLD
    business.cancellation.report_death(ANNA, "Noch einmal", key="d2")
    assert len(rows(engine, t.holds, customer="K-1001", kind="deceased")) == 1


def test_a_customer_who_reports_somebody_else_keeps_the_own_account_as_it_is(
    business: Subscriptions, engine: Engine
) -> None:
    receipt = business.cancellation.report_death(ANNA, "Mein Vater", number="K-1002", key="d")
    assert [h["kind"] for h in rows(engine, t.holds, customer="K-1002")] == ["deceased"]
    assert rows(engine, t.holds, customer="K-1001") == []
    (case,) = rows(engine, t.cases, number=receipt.reference)
    assert case["customer"] == "K-1002"


def test_a_guardian_lets_collection_rest_too(business: Subscriptions, engine: Engine) -> None:
    business.cancellation.report_death(
        NOBODY, "Betreuerin", number="K-1001", guardian=True, key="d"
    )
    assert [h["kind"] for h in rows(engine, t.holds, customer="K-1001")] == ["hardship"]

"""Declarations about several contracts, for a wished day, in a fixed term, about what ended; a declaration for cause."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.cancellation import CauseReason, DeclarationOutcome
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import fingerprint, rows
from tests.integration.subscriptions.making_plans import change, contract_of, second_contract
from tests.integration.subscriptions.people import NOBODY, NOW, SetClock, bot_for

BEN = bot_for("K-1004")  # learn-start, 6 November to 6 December
TOM = bot_for("K-1006")  # stream-premium, until 1 December
O = DeclarationOutcome  # noqa: E741 - as short as the other tables of tests


def test_several_contracts_and_none_named_is_a_receipt_and_a_question_for_a_person(
    business: Subscriptions, engine: Engine
) -> None:
    second_contract(engine)
    receipt = business.cancellation.declare(BEN, "Ich kündige.", key="k")
    assert (receipt.outcome, receipt.matched, receipt.ends_on) == (O.WHICH_CONTRACT, True, None)
    assert receipt.received_at == NOW
    (case,) = rows(engine, t.cases, customer="K-1004", kind="cancel_subscription")
    assert (case["skill"], case["number"], case["text"]) == ("RET", receipt.case, "Ich kündige.")
    assert {c["state"] for c in rows(engine, t.subscriptions, customer="K-1004")} == {"active"}
    again = business.cancellation.declare(BEN, "Ich kündige!!", key="k2")
    assert (again.reference, again.repeated) == (receipt.reference, True)


def test_naming_the_contract_later_keeps_the_day_of_the_first_declaration(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    second = second_contract(engine)
    first = business.cancellation.declare(BEN, "Ich kündige.", key="k")
    clock.forward(timedelta(days=2))
    named = business.cancellation.declare(BEN, "Streaming.", key="k2", subscription=second)
    assert (named.reference, named.received_at) == (first.reference, NOW)
    assert (named.outcome, named.ends_on) == (O.SCHEDULED, date(2026, 12, 1))
    assert contract_of(engine, "K-1004", second).state is SubscriptionState.CANCEL_SCHEDULED
    assert len(rows(engine, t.cancellations, customer="K-1004")) == 1
    (case,) = rows(engine, t.cases, customer="K-1004", kind="cancel_subscription")
    assert (case["state"], case["outcome"]) == ("closed", f"{first.reference}: {second}")


def test_a_named_contract_ends_and_the_other_goes_on(
    business: Subscriptions, engine: Engine
) -> None:
    second = second_contract(engine)
    receipt = business.cancellation.declare(BEN, "Ende.", key="k", subscription=second)
    assert (receipt.subscription, receipt.ends_on) == (second, date(2026, 12, 1))
    assert contract_of(engine, "K-1004", "S-1004").state is SubscriptionState.ACTIVE


def test_a_contract_that_is_not_theirs_still_gets_a_receipt(
    business: Subscriptions, engine: Engine
) -> None:
    receipt = business.cancellation.declare(BEN, "Ende.", key="k", subscription="S-1006")
    assert (receipt.outcome, receipt.subscription) == (O.WHICH_CONTRACT, None)
    assert contract_of(engine, "K-1006").state is SubscriptionState.ACTIVE
    assert contract_of(engine, "K-1004").state is SubscriptionState.ACTIVE


@pytest.mark.parametrize(
    ("wished", "ends"),
    [
        (date(2027, 2, 15), date(2027, 2, 15)),  # later: honoured to the day
        (date(2026, 11, 25), date(2026, 12, 1)),  # sooner than possible: the earliest day
        (date(2020, 1, 1), date(2026, 12, 1)),
    ],
)
def test_a_wished_day(business: Subscriptions, wished: date, ends: date) -> None:
    receipt = business.cancellation.declare(TOM, "Ich kündige", key="k", wished=wished)
    assert receipt.ends_on == ends


def test_a_sooner_wish_brings_a_scheduled_end_forward_and_a_later_one_does_not_push_it(
    business: Subscriptions, engine: Engine
) -> None:
    wished = date(2027, 2, 15)
    first = business.cancellation.declare(TOM, "Zum Februar", key="k1", wished=wished)
    sooner = business.cancellation.declare(TOM, "Doch eher", key="k2", wished=date(2027, 1, 10))
    assert (sooner.repeated, sooner.ends_on) == (False, date(2027, 1, 10))
    assert sooner.reference != first.reference
    later = business.cancellation.declare(TOM, "Später", key="k3", wished=date(2027, 5, 1))
    assert (later.repeated, later.ends_on) == (True, date(2027, 1, 10))
    assert contract_of(engine, "K-1006").ends_on == date(2027, 1, 10)


def test_a_fixed_term_is_kept_to_its_end(business: Subscriptions, engine: Engine) -> None:
    change(engine, "K-1006", fixed_until=date(2027, 6, 1))
    receipt = business.cancellation.declare(TOM, "Ich kündige", key="k")
    assert receipt.ends_on == date(2027, 6, 1)


def test_what_ended_already_gets_a_receipt_that_says_so(
    business: Subscriptions, engine: Engine
) -> None:
    ended = date(2026, 10, 1)
    change(engine, "K-1006", state=SubscriptionState.ENDED, ends_on=ended)
    receipt = business.cancellation.declare(TOM, "Ich kündige", key="k")
    assert (receipt.outcome, receipt.ends_on) == (O.ENDED_ALREADY, ended)
    assert receipt.plan is not None
    again = business.cancellation.declare(TOM, "Ich kündige", key="k2")
    assert (again.reference, again.repeated) == (receipt.reference, True)


def test_an_unidentified_declaration_goes_to_a_person(
    business: Subscriptions, engine: Engine
) -> None:
    receipt = business.cancellation.declare(NOBODY, "Vertrag 4711 kündigen", key="k")
    (case,) = rows(engine, t.cases, number=receipt.case)
    assert (case["customer"], case["skill"]) == (None, "RET")
    assert receipt.outcome is O.PERSON
    weak = Caller("K-1006", Level.ANONYMOUS, "bot")
    assert not business.cancellation.declare(weak, "Ich kündige", key="w").matched
    assert contract_of(engine, "K-1006").state is SubscriptionState.ACTIVE


@pytest.mark.parametrize("reason", CauseReason)
def test_a_declaration_for_cause_is_received_and_decided_by_a_person(
    business: Subscriptions, engine: Engine, reason: CauseReason
) -> None:
    before = contract_of(engine, "K-1006")
    receipt = business.cancellation.declare_for_cause(TOM, "Ich ziehe um", reason=reason, key="k")
    assert (receipt.matched, receipt.reason, receipt.received_at) == (True, reason, NOW)
    assert receipt.promised_at == NOW + timedelta(hours=48)
    assert contract_of(engine, "K-1006") == before
    (stored,) = rows(engine, t.cancellations, customer="K-1006")
    assert (stored["kind"], stored["reason"], stored["ends_on"]) == ("cause", reason.value, None)
    (case,) = rows(engine, t.cases, number=receipt.case)
    assert (case["skill"], case["kind"]) == ("CMP", "cancel_for_cause")
    assert [e["action"] for e in rows(engine, t.audit)] == ["cancellation.declare_for_cause"]
    assert rows(engine, t.contacts, template="cause_received")


def test_the_same_cause_again_is_the_first_receipt_until_it_is_decided(
    business: Subscriptions, engine: Engine
) -> None:
    declare = business.cancellation.declare_for_cause
    first = declare(TOM, "Zu teuer", reason=CauseReason.PRICE, key="k1")
    again = declare(TOM, "Viel zu teuer", reason=CauseReason.PRICE, key="k2")
    other = declare(TOM, "Krank", reason=CauseReason.ILLNESS, key="k3")
    assert (again.reference, again.repeated) == (first.reference, True)
    assert (other.repeated, other.reference != first.reference) == (False, True)


def test_a_cause_does_not_stand_in_the_way_of_an_ordinary_end(business: Subscriptions) -> None:
    business.cancellation.declare_for_cause(
        TOM, "Umzug", reason=CauseReason.MOVED, key="c", subscription="S-1006"
    )
    receipt = business.cancellation.declare(TOM, "Ich kündige", key="k")
    assert (receipt.repeated, receipt.ends_on) == (False, date(2026, 12, 1))


def test_nobody_identified_declares_for_cause(business: Subscriptions, engine: Engine) -> None:
    receipt = business.cancellation.declare_for_cause(
        NOBODY, "Inhalte weg", reason=CauseReason.CONTENT_GONE, key="c"
    )
    assert (receipt.matched, receipt.plan) == (False, None)
    assert rows(engine, t.cases, number=receipt.case)[0]["customer"] is None


def test_the_same_key_gives_the_first_result_and_changes_nothing(
    business: Subscriptions, engine: Engine
) -> None:
    first = business.cancellation.declare_for_cause(TOM, "Umzug", reason=CauseReason.MOVED, key="c")
    before = fingerprint(engine)
    again = business.cancellation.declare_for_cause(TOM, "Umzug", reason=CauseReason.MOVED, key="c")
    assert again == first
    assert fingerprint(engine) == before
    with pytest.raises(SubscriptionError) as refused:
        business.cancellation.declare_for_cause(TOM, "Umzug", reason=CauseReason.OTHER, key="c")
    assert refused.value.code is Code.KEY_REUSED

"""Cases: anybody gets a number and a promise, the number opens only that, and promises end kept or broken."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.entities.cases import CaseState
from subscriptions.model.cases import ConcernKind, OrderFound
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import count, rows
from tests.integration.subscriptions.making_cases import (
    MONDAY_NINE,
    MONDAY_TEN,
    PHONE,
    opened_case,
    paid_without_contract,
    phone_on_file,
    promised_call,
)
from tests.integration.subscriptions.people import AGENT, NOBODY, NOW, SetClock, bot_for

READER = bot_for("K-1002")
HOURS_48 = timedelta(hours=48)


def test_anybody_may_complain_and_gets_a_number_and_a_promise(
    business: Subscriptions, engine: Engine
) -> None:
    before = count(engine, t.cases)
    said = " Always wet! My card is 4111 1111 1111 1111. "
    receipt = business.cases.complain(NOBODY, said, key="k", about="delivery", urgent=True)
    assert (receipt.promised_at, receipt.urgent, receipt.state) == (NOW + HOURS_48, True, "open")
    assert business.cases.complain(NOBODY, said, key="k", about="delivery", urgent=True) == receipt
    assert count(engine, t.cases) == before + 1
    (case,) = rows(engine, t.cases, number=receipt.number)
    assert case["text"] == "Always wet! My card is [card ••••1111]."
    assert (case["skill"], case["customer"], case["owner"]) == ("CMP", None, None)
    assert case["facts"] == {"kind": "complaint", "about": "delivery", "urgent": 1}
    (entry,) = rows(engine, t.audit)
    assert entry["facts"] == {"number": receipt.number, "kind": "complaint", "urgent": True}
    assert rows(engine, t.contacts, template="case_opened") == []


@pytest.mark.parametrize("kind", list(ConcernKind))
def test_praise_and_ideas_are_taken_as_well(
    business: Subscriptions, engine: Engine, kind: ConcernKind
) -> None:
    receipt = business.cases.complain(READER, "More puzzles!", kind, key="k")
    (case,) = rows(engine, t.cases, number=receipt.number)
    assert case["facts"]["kind"] == kind.value
    is_question = kind is ConcernKind.QUESTION
    assert case["kind"] == ("request_human" if is_question else "complaint")
    (contact,) = rows(engine, t.contacts, template="case_opened")
    assert (contact["customer"], contact["facts"]) == ("K-1002", {"number": receipt.number})


def test_case_numbers_cannot_be_guessed(business: Subscriptions) -> None:
    numbers = {business.cases.complain(NOBODY, "Wet.", key=f"k{n}").number for n in range(20)}
    assert len(numbers) == 20
    assert all(len(number) == 14 and number.startswith("F-") for number in numbers)


def test_the_number_alone_opens_state_and_promise_only(
    business: Subscriptions, engine: Engine
) -> None:
    case = opened_case(engine, "K-1002")
    for caller in (NOBODY, bot_for("K-1001")):
        (told,) = business.cases.status(caller, f" {case.number.lower()} ")
        assert (told.number, told.state, told.promised_at) == (
            case.number, "open", NOW + HOURS_48,
        )  # fmt: skip
        assert told.details is None
        assert told.missed is False


def test_the_subscriber_sees_all_of_the_case(business: Subscriptions, engine: Engine) -> None:
    case = opened_case(engine, "K-1002")
    promised_call(engine, case)
    business.cases.assign(AGENT, case.number, "kim", key="a")
    (told,) = business.cases.status(READER, case.number)
    assert told.details is not None
    assert (told.details.owner, told.details.kind, told.details.skill) == (
        "kim", "complaint", "CMP",
    )  # fmt: skip
    assert told.details.callback is not None
    assert told.details.callback.phone == "+49***61"
    assert told in business.cases.status(READER)
    assert all(c.details is not None for c in business.cases.status(READER))


def test_a_missed_promise_is_said(business: Subscriptions, engine: Engine, clock: SetClock) -> None:
    case = opened_case(engine, None)
    clock.forward(HOURS_48)
    assert business.cases.status(NOBODY, case.number)[0].missed is False
    clock.forward(timedelta(seconds=1))
    assert business.cases.status(NOBODY, case.number)[0].missed is True
    business.cases.wait_for_subscriber(AGENT, case.number, key="w")
    assert business.cases.status(NOBODY, case.number)[0].missed is False


def test_a_call_is_promised_about_a_new_case(business: Subscriptions, engine: Engine) -> None:
    def ask() -> object:
        return business.cases.call_back(NOBODY, PHONE, MONDAY_NINE, MONDAY_TEN, key="k")

    receipt = business.cases.call_back(NOBODY, PHONE, MONDAY_NINE, MONDAY_TEN, key="k")
    assert ask() == receipt
    assert (receipt.phone, receipt.state) == ("+49***61", "promised")
    (call,) = rows(engine, t.callbacks, id=receipt.id)
    assert (call["phone"], call["from_at"]) == ("+493023125061", MONDAY_NINE)
    assert rows(engine, t.cases, number=receipt.case_number)[0]["kind"] == "request_human"
    (entry,) = rows(engine, t.audit)
    assert "3023125061" not in str(entry)
    (key,) = rows(engine, t.write_keys)
    assert "3023125061" not in str(key)


def test_a_call_to_the_number_on_file_tells_the_subscriber(
    business: Subscriptions, engine: Engine
) -> None:
    phone_on_file(engine, "K-1002", "+493023125061")
    case = opened_case(engine, "K-1002")
    first = business.cases.call_back(
        READER, None, MONDAY_NINE, MONDAY_TEN, key="k", case=case.number
    )
    later = business.cases.call_back(
        READER, None, MONDAY_TEN, MONDAY_TEN + timedelta(hours=1), key="m", case=case.number
    )
    states = {c["id"]: c["state"] for c in rows(engine, t.callbacks, case=case.number)}
    assert states == {first.id: "withdrawn", later.id: "promised"}
    assert len(rows(engine, t.contacts, template="call_promised")) == 2


def test_a_call_about_a_closed_case_opens_it_again(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    case = opened_case(engine, "K-1002", state=CaseState.CLOSED)
    clock.forward(timedelta(hours=5))
    business.cases.call_back(READER, PHONE, MONDAY_NINE, MONDAY_TEN, key="k", case=case.number)
    (told,) = business.cases.status(READER, case.number)
    assert (told.state, told.promised_at) == ("open", clock.now + HOURS_48)


def test_a_window_that_has_begun_starts_now(business: Subscriptions, clock: SetClock) -> None:
    clock.now = MONDAY_NINE + timedelta(minutes=20)
    receipt = business.cases.call_back(NOBODY, PHONE, MONDAY_NINE, MONDAY_TEN, key="k")
    assert receipt.from_at == clock.now


def test_promises_of_calls_end_kept_withdrawn_or_broken(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    case = opened_case(engine, "K-1002")
    for number in ("T-kept", "T-withdrawn", "T-broken"):
        promised_call(engine, case, number)
    assert business.cases.keep_call_back(AGENT, "T-kept", key="a").state == "kept"
    assert business.cases.withdraw_call_back(READER, "T-withdrawn", key="b").state == "withdrawn"
    clock.now = MONDAY_TEN + timedelta(minutes=60)
    assert business.cases.break_missed_call_backs() == 0
    clock.forward(timedelta(seconds=1))
    seeded = business.cases.break_missed_call_backs()
    assert seeded >= 1
    assert business.cases.break_missed_call_backs() == 0
    states = {c["id"]: c["state"] for c in rows(engine, t.callbacks, case=case.number)}
    assert states == {"T-kept": "kept", "T-withdrawn": "withdrawn", "T-broken": "broken"}
    assert {n: business.cases.promised_call(n).state for n in states} == states
    assert rows(engine, t.callbacks, id="T-broken")[0]["settled_at"] == clock.now
    told = [c["template"] for c in rows(engine, t.contacts, customer="K-1002")][-2:]
    assert told == ["call_withdrawn", "call_missed"]
    (entry,) = [
        e for e in rows(engine, t.audit, action="cases.break_call_back")
        if e["facts"]["id"] == "T-broken"
    ]  # fmt: skip
    assert entry["actor"] == "schedule"


def test_the_desk_settles_a_case_and_its_calls(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    case = opened_case(engine, "K-1002")
    promised_call(engine, case)
    assert business.cases.assign(AGENT, case.number, "kim", key="a").state == "open"
    assert business.cases.wait_for_subscriber(AGENT, case.number, key="w").state == "waiting"
    closed = business.cases.close_case(AGENT, case.number, "New bag for the paper.", key="c")
    assert (
        business.cases.close_case(AGENT, case.number, "New bag for the paper.", key="c") == closed
    )
    assert closed.details is not None
    assert (closed.state, closed.details.outcome) == ("closed", "New bag for the paper.")
    assert rows(engine, t.callbacks, id="T-1")[0]["state"] == "withdrawn"
    clock.forward(timedelta(days=3))
    again = business.cases.reopen(READER, case.number, key="r")
    assert (again.state, again.promised_at, again.missed) == ("open", clock.now + HOURS_48, False)
    assert again.details is not None
    assert again.details.outcome == "New bag for the paper."
    actions = [e["action"] for e in rows(engine, t.audit, customer="K-1002")]
    assert actions == [
        "cases.assign", "cases.wait_for_subscriber", "cases.close_case", "cases.reopen",
    ]  # fmt: skip
    templates = [c["template"] for c in rows(engine, t.contacts, customer="K-1002")][-3:]
    assert templates == ["case_waiting", "case_closed", "case_reopened"]
    assert business.cases.assign(AGENT, case.number, None, key="b").details == replace(
        again.details, owner=None
    )


def test_a_missed_order_is_the_same_answer_for_everybody_unknown(
    business: Subscriptions, engine: Engine
) -> None:
    texts = ("marcus.okafor@example.org", "nobody@example.org", "B-12")
    answers = [business.cases.order_help(NOBODY, text, key=text) for text in texts]
    assert {(a.found, a.plan, a.started_on, a.promised_at) for a in answers} == {
        (OrderFound.UNKNOWN, None, None, NOW + HOURS_48)
    }
    assert all(a.case_number for a in answers)
    customers = {rows(engine, t.cases, number=a.case_number)[0]["customer"] for a in answers}
    assert customers == {None}


def test_what_was_paid_without_a_contract_becomes_one_case(
    business: Subscriptions, engine: Engine
) -> None:
    paid_without_contract(engine, "K-1002")
    first = business.cases.order_help(READER, key="k")
    assert first.found is OrderFound.WITHOUT_CONTRACT
    assert rows(engine, t.cases, number=first.case_number)[0]["skill"] == "BIL"
    assert business.cases.order_help(READER, key="later").case_number == first.case_number


def test_a_contract_that_waits_or_is_new_is_found(business: Subscriptions, engine: Engine) -> None:
    def change(**values: object) -> None:
        with engine.begin() as db:
            mine = t.subscriptions.c.customer == "K-1002"
            db.execute(t.subscriptions.update().where(mine).values(**values))

    assert business.cases.order_help(READER, key="a").found is OrderFound.UNKNOWN
    change(started_on=NOW.date() - timedelta(days=3))
    arrived = business.cases.order_help(READER, key="b")
    assert (arrived.found, arrived.plan, arrived.case_number) == (
        OrderFound.ARRIVED, "stream-basic", None,
    )  # fmt: skip
    change(state=SubscriptionState.PENDING.value)
    assert business.cases.order_help(READER, key="c").found is OrderFound.WITHOUT_CONTRACT

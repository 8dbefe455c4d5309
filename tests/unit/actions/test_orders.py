"""Lost orders: told alike to strangers, found for customers, never paid twice."""

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.unit.actions.conftest import Start


def cases(database: Path) -> list[Any]:
    with create_engine(f"sqlite:///{database}").connect() as db:
        found = "SELECT number, customer, text FROM cases WHERE kind = 'order_help'"
        return list(db.execute(text(found)))


def change(database: Path, statement: str) -> None:
    with create_engine(f"sqlite:///{database}").begin() as db:
        db.execute(text(statement))


async def test_what_was_said_first_and_what_was_asked_for_are_kept(
    chat: Start, database: Path
) -> None:
    talk = chat()
    asked = await talk.says("Bestellung geht nicht durch", "order_help")
    assert asked.open == ["order_help"]
    assert cases(database) == []
    done = await talk.says("Zeitung Plus, gestern, Eva Muster", "compare_plans")
    ((number, customer, words),) = cases(database)
    assert done.rows()["Vorgang"] == number
    assert (customer, words) == (
        None,
        "Bestellung geht nicht durch\nZeitung Plus, gestern, Eva Muster",
    )


async def test_a_stranger_hears_the_same_whoever_is_named(chat: Start) -> None:
    heard = []
    for name in ("anna.lindqvist@example.org", "nobody@example.org"):
        talk = chat()
        await talk.says("Bestellung weg", "order_help")
        answer = await talk.says(f"{name}, gestern", "inform", entities={"email": name})
        heard.append((sorted(answer.rows()), [b.intent for b in answer.buttons]))
    assert heard[0] == heard[1]


async def test_money_that_is_gone_reaches_billing(chat: Start) -> None:
    talk = chat()
    await talk.says("Abgebucht habt ihr, aber keine Bestellung da", "order_help")
    passed = await talk.says("Eva Muster, gestern", "inform")
    assert passed.handoff is not None
    assert (passed.handoff.skill, passed.handoff.reason) == ("BIL", "catalogue")


async def test_the_newest_contract_is_the_order(chat: Start, database: Path) -> None:
    change(
        database,
        "UPDATE subscriptions SET started_on = date('now', '-2 days') WHERE customer = 'K-1003'",
    )
    answer = await chat("K-1003").says("keine Bestätigung", "order_help")
    assert "Zeitung Plus" in answer.text
    assert cases(database) == []


async def test_asked_twice_there_is_one_case(chat: Start, database: Path) -> None:
    first = await chat("K-1004").says("Bestellung weg", "order_help")
    second = await chat("K-1004").says("immer noch weg", "order_help")
    assert first.rows()["Vorgang"] == second.rows()["Vorgang"]
    assert len(cases(database)) == 1


async def test_stopped_before_the_details_nothing_is_kept(chat: Start, database: Path) -> None:
    talk = chat()
    await talk.says("Bestellung weg", "order_help")
    assert not (await talk.says("stopp", "stop_flow")).open
    assert cases(database) == []

"""Pausing: what was said becomes days and months, nothing is done before the yes, and once after it."""

import sqlite3
from datetime import timedelta

import pytest

from tests.unit.actions.conftest import Start

COUNT = "SELECT count(*) FROM pauses WHERE subscription = 'S-1002'"


def one(database, query: str) -> object:
    with sqlite3.connect(database) as db:
        return db.execute(query).fetchone()[0]


def months_of(answer) -> int:
    return int(answer.slots["open"][0]["months"])


@pytest.mark.parametrize(
    ("duration", "months"),
    [("P2M", 2), ("P6W", 1), ("P7W", 2), ("P30D", 1), ("P3D", 1), ("P3M", 3)],
)
async def test_a_duration_is_counted_in_months(chat: Start, duration: str, months: int) -> None:
    answer = await chat("K-1002").says(
        "Pause", "pause_subscription", entities={"duration": duration}
    )
    assert months_of(answer) == months


@pytest.mark.parametrize("duration", ["P4M", "P1Y"])
async def test_longer_than_allowed_is_for_a_person(chat: Start, database, duration: str) -> None:
    answer = await chat("K-1002").says(
        "Pause", "pause_subscription", entities={"duration": duration}
    )
    assert answer.handoff is not None
    assert (answer.handoff.skill, answer.handoff.reason) == ("RET", "catalogue")
    assert "höchstens 3 Monate" in answer.text
    assert one(database, COUNT) == 0


async def test_a_last_day_is_counted_from_the_day_it_begins(chat: Start, clock, database) -> None:
    start = str(one(database, "SELECT period_end FROM subscriptions WHERE id = 'S-1002'"))[:10]
    until = (clock() + timedelta(days=80)).date().isoformat()
    talk = chat("K-1002")
    answer = await talk.says("Pause bis dann", "pause_subscription", entities={"date": until})
    assert months_of(answer) in (1, 2)
    assert answer.rows()["Pause ab"] == f"{start[8:]}.{start[5:7]}.{start[:4]}"
    longer = await talk.says("nein, drei", "deny", entities={"duration": "P3M"})
    assert months_of(longer) == 3


async def test_a_day_that_is_over_is_asked_again(chat: Start, database) -> None:
    talk = chat("K-1002")
    answer = await talk.says(
        "Pause ab Mai",
        "pause_subscription",
        entities={"date": "2020-05-01", "duration": "P1M"},
    )
    assert "hinter uns" in answer.text
    assert answer.open == ["pause_subscription"]
    assert one(database, COUNT) == 0


async def test_yes_pressed_twice_is_one_pause(chat: Start, database) -> None:
    talk = chat("K-1002")
    shown = await talk.says("Pause", "pause_subscription", entities={"duration": "P1M"})
    yes = shown.button("affirm")
    first = await talk.presses(yes)
    second = await talk.presses(yes)
    assert first.rows() == second.rows()
    assert one(database, COUNT) == 1


async def test_a_longer_minimum_term_is_said_before_the_yes(chat: Start, database, clock) -> None:
    term = (clock() + timedelta(days=200)).date().isoformat()
    with sqlite3.connect(database) as db:
        db.execute("UPDATE subscriptions SET fixed_until = ? WHERE id = 'S-1002'", (term,))
    answer = await chat("K-1002").says("Pause", "pause_subscription", entities={"duration": "P2M"})
    assert "Mindestlaufzeit verlängert sich" in answer.text
    assert answer.rows()["Mindestlaufzeit bis"] in answer.text


async def test_a_pause_there_is_is_told_and_can_be_ended_by_its_button(
    chat: Start, database
) -> None:
    talk = chat("K-1016")
    told = await talk.says("Pause", "pause_subscription")
    assert "pausiert seit" in told.text
    shown = await talk.presses(told.button("pause_subscription"))
    done = await talk.presses(shown.button("affirm"))
    assert done.rows()["Referenz"]
    assert one(database, "SELECT state FROM subscriptions WHERE id = 'S-1016'") == "active"


async def test_without_a_pause_there_is_nothing_to_end(chat: Start) -> None:
    answer = await chat("K-1002").says("Bitte die Pause beenden", "pause_subscription")
    assert "pausiert nicht" in answer.text
    assert answer.handoff is None


async def test_of_several_contracts_the_named_one_pauses(chat: Start) -> None:
    named = await chat("K-1031").says(
        "Die Zeitung pausieren", "pause_subscription", entities={"duration": "P1M"}
    )
    assert named.rows()["Tarif"] == "Zeitung Digital"
    talk = chat("K-1031")
    asked = await talk.says("Pause", "pause_subscription", entities={"duration": "P1M"})
    assert "welchen" in asked.text
    chosen = await talk.says("die zweite", "inform")
    assert chosen.rows()["Tarif"] in ("Zeitung Digital", "Stream Premium")
    assert months_of(chosen) == 1


async def test_a_contract_of_a_partner_is_not_paused_here(chat: Start) -> None:
    answer = await chat("K-1033").says("Pause", "pause_subscription", entities={"duration": "P1M"})
    assert "Partner" in answer.text
    assert answer.button("request_human")


@pytest.mark.parametrize(
    ("words", "read_as", "plan"),
    [
        ("the streaming one", "cancel_subscription", "Stream Premium"),
        ("the newspaper one", "delivery_problem", "Press Digital"),
        ("the second one", "inform", "Stream Premium"),
        ("one", "inform", "Press Digital"),
    ],
)
async def test_one_is_a_place_only_by_itself(
    chat: Start, words: str, read_as: str, plan: str
) -> None:
    talk = chat("K-1031", locale="en")
    await talk.says("a pause", "pause_subscription", entities={"duration": "P1M"})
    answer = await talk.says(words, read_as, confidence=0.97)
    assert answer.rows()["Plan"] == plan
    assert answer.open == ["pause_subscription"]


async def test_another_first_day_than_the_wished_one_is_explained(chat: Start, clock) -> None:
    wished = (clock() + timedelta(days=3)).date().isoformat()
    answer = await chat("K-1002").says(
        "Pause", "pause_subscription", entities={"date": wished, "duration": "P1M"}
    )
    assert "beginnen mit einem neuen Abrechnungszeitraum" in answer.text


async def test_without_a_wished_day_there_is_nothing_to_explain(chat: Start) -> None:
    answer = await chat("K-1002").says("Pause", "pause_subscription", entities={"duration": "P1M"})
    assert "Abrechnungszeitraum" not in answer.text

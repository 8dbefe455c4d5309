"""Complaints, cases, calls back, data rights: what is clumsy to play as a talk."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.topics.cases import concern
from actions.topics.privacy import DataObjection
from handoff.contract import Button
from subscriptions.model.cases import ConcernKind
from subscriptions.policy.calendar import business_date, is_working_day
from tests.chats import Answer, Clock

TEXT = "Der Bote wirft die Zeitung seit Wochen in die nasse Hecke."


def rows(database: Path, statement: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(database) as db:
        return db.execute(statement).fetchall()


def working_day(clock: Clock) -> str:
    today = business_date(clock())
    days = (today + timedelta(days=ahead) for ahead in range(1, 8))
    return next(day for day in days if is_working_day(day)).isoformat()


def button(answer: Answer, title: str) -> Button:
    return next(b for b in answer.buttons if b.title == title)


async def test_two_yeses_are_one_complaint(chat, database: Path) -> None:
    talk = chat("K-1001")
    shown = await talk.says(TEXT, "complaint")
    assert TEXT in shown.text
    yes = shown.button("affirm")
    first, second = await talk.presses(yes), await talk.presses(yes)
    assert first.rows() == second.rows()
    assert rows(
        database, f"SELECT kind, skill, text FROM cases WHERE number = '{number(first)}'"
    ) == [("complaint", "CMP", TEXT)]
    assert len(rows(database, "SELECT 1 FROM cases WHERE customer = 'K-1001'")) == 1


def number(answer: Answer) -> str:
    return answer.rows()["Vorgang"]


async def test_only_a_wish_to_complain_is_asked_what_happened(chat) -> None:
    talk = chat(None)
    asked = await talk.says("Ich möchte mich über Ihren Service beschweren", "complaint")
    assert asked.slots["open"][0]["asks"] == "text"
    shown = await talk.says(TEXT, "delivery_problem")
    assert TEXT in shown.text
    assert "Ohne Anmeldung" in shown.text


async def test_a_no_with_words_corrects_the_complaint(chat, database: Path) -> None:
    talk = chat("K-1001")
    await talk.says(TEXT, "complaint")
    shown = await talk.says("Nein, es war nur in dieser Woche so", "deny")
    assert "nur in dieser Woche" in shown.text
    await talk.says("ja", "affirm")
    ((text,),) = rows(database, "SELECT text FROM cases WHERE customer = 'K-1001'")
    assert text == "Nein, es war nur in dieser Woche so"


async def test_a_bare_no_writes_nothing(chat, database: Path) -> None:
    talk = chat("K-1001")
    await talk.says(TEXT, "complaint")
    await talk.says("nein", "deny")
    assert rows(database, "SELECT 1 FROM cases WHERE customer = 'K-1001'") == []


@pytest.mark.parametrize(
    "words",
    [
        "Mein Anwalt kümmert sich jetzt um diese Sache mit Ihnen",
        "I will go to the press with this, you can be sure",
        "Die Verbraucherzentrale wird sich dafür interessieren, was hier läuft",
    ],
)
async def test_a_lawyer_waits_for_no_yes(chat, database: Path, words: str) -> None:
    answer = await chat("K-1001").says(words, "complaint")
    assert answer.handoff is not None
    assert (answer.handoff.skill, answer.handoff.reason) == ("CMP", "policy")
    ((facts,),) = rows(database, "SELECT facts FROM cases WHERE customer = 'K-1001'")
    assert '"urgent": 1' in facts


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Die Zustellerin ist immer so freundlich", ConcernKind.PRAISE),
        ("Na toll, wieder keine Zeitung", ConcernKind.COMPLAINT),
        ("Your driver is great", ConcernKind.PRAISE),
        ("The driver is not friendly", ConcernKind.COMPLAINT),
        ("Ein Vorschlag: ein dunkles Design", ConcernKind.IDEA),
        ("It would be nice to have a dark mode", ConcernKind.IDEA),
    ],
)
def test_praise_is_told_from_blame(words: str, kind: ConcernKind) -> None:
    assert concern(words) is kind


async def test_a_call_is_promised_once(chat, database: Path, clock: Clock) -> None:
    talk = chat("K-1021")
    day = working_day(clock)
    shown = await talk.says(
        "Ruft mich dann um drei an", "request_human", entities={"date": day, "time": "15:00"}
    )
    assert "zwischen 15:00 und 16:00" in shown.text
    assert "***" in shown.text
    yes = shown.button("affirm")
    await talk.presses(yes)
    await talk.presses(yes)
    ((state, begins),) = rows(
        database, "SELECT state, from_at FROM callbacks WHERE customer = 'K-1021'"
    )
    assert state == "promised"
    assert datetime.fromisoformat(begins).replace(tzinfo=UTC).astimezone().date().isoformat() == day


async def test_a_sunday_is_explained_and_another_time_taken(chat, clock: Clock) -> None:
    talk = chat("K-1021")
    today = business_date(clock())
    sunday = today + timedelta(days=7 - today.isoweekday() or 7)
    entities = {"date": sunday.isoformat(), "time": "10:00"}
    await talk.says("Bitte rufen Sie mich an", "request_human", entities=entities)
    again = await talk.says("ja", "affirm")
    assert "Montag bis Samstag" in again.text
    entities = {"date": working_day(clock), "time": "10:00"}
    shown = await talk.says("dann eben so", "inform", entities=entities)
    done = await talk.presses(shown.button("affirm"))
    assert "Vereinbarter Rückruf" in done.all_words


async def test_an_unknown_caller_says_the_number(chat, database: Path, clock: Clock) -> None:
    talk = chat(None, locale="en")
    entities = {"date": working_day(clock), "time": "11:00"}
    asked = await talk.says("Please call me then", "request_human", entities=entities)
    assert asked.slots["open"][0]["asks"] == "phone"
    shown = await talk.says("030 23125 001", "inform", entities={"phone": "+493023125001"})
    assert "+49***01" in shown.text
    await talk.says("yes", "affirm")
    assert rows(database, "SELECT customer, phone FROM callbacks WHERE state = 'promised'") == [
        (None, "+493023125001")
    ]


async def test_the_next_hours_can_be_pressed(chat, database: Path) -> None:
    talk = chat("K-1021")
    asked = await talk.says("Rückruf bitte", "request_human")
    offered = [b for b in asked.buttons if b.intent == "inform"]
    assert len(offered) == 3
    shown = await talk.presses(offered[0])
    await talk.presses(shown.button("affirm"))
    assert len(rows(database, "SELECT 1 FROM callbacks WHERE customer = 'K-1021'")) == 1


async def test_a_call_is_offered_with_the_case_it_is_about(chat, database: Path) -> None:
    talk = chat("K-1021")
    shown = await talk.says(TEXT, "complaint")
    told = await talk.presses(shown.button("affirm"))
    asked = await talk.presses(button(told, "Rückruf vereinbaren"))
    shown = await talk.presses(next(b for b in asked.buttons if b.intent == "inform"))
    await talk.presses(shown.button("affirm"))
    assert rows(database, "SELECT \"case\" FROM callbacks WHERE customer = 'K-1021'") == [
        (number(told),)
    ]


async def test_a_person_in_the_middle_of_a_call(chat) -> None:
    talk = chat("K-1001")
    await talk.says("Rückruf bitte", "request_human")
    answer = await talk.says("Nein, ich will jetzt jemanden sprechen", "request_human")
    assert answer.handoff is not None
    assert answer.handoff.reason == "asked"


async def test_a_stranger_learns_no_more_than_the_number_opens(chat) -> None:
    answer = await chat(None).says("Stand?", "case_status", entities={"case": "F-1060A1C2"})
    assert "F-1060A1C2" in answer.text
    assert set(answer.rows()) == {"Vorgang", "Status", "Antwort bis"}
    assert "Zertifikat" not in answer.all_words


async def test_a_number_that_is_unknown_is_asked_again_then_passed_on(chat) -> None:
    talk = chat(None)
    first = await talk.says("Stand?", "case_status", entities={"case": "F-0000XXXX"})
    assert first.handoff is None
    assert first.slots["open"][0]["asks"] == "case"
    second = await talk.says("F-0000YYYY", "inform", entities={"case": "F-0000YYYY"})
    assert second.handoff is not None


async def test_without_the_number_one_may_say_who_one_is(chat) -> None:
    talk = chat(None)
    asked = await talk.says("Was wurde aus meiner Sache?", "case_status")
    proof = await talk.presses(button(asked, "Ich habe die Nummer nicht"))
    assert proof.open == ["identify", "case_status"]


async def test_a_broken_promise_goes_to_the_people_of_the_case(chat) -> None:
    answer = await chat("K-1061").says("Wann ruft ihr an?", "case_status")
    packet = answer.handoff
    assert packet is not None
    assert (packet.skill, packet.slots["case"], packet.slots["owner"]) == (
        "CMP",
        "F-1061CA11",
        "kim",
    )
    assert "kim" not in answer.all_words


async def test_advertising_ends_at_once_and_once(chat, database: Path) -> None:
    talk = chat("K-1001")
    asked = await talk.says("Ich widerspreche", "data_objection")
    pressed = button(asked, "Werbung")
    first, second = await talk.presses(pressed), await talk.presses(pressed)
    assert first.rows() == second.rows()
    found = rows(database, "SELECT kind FROM objections WHERE customer = 'K-1001'")
    assert found == [("advertising",)]


@pytest.mark.parametrize(
    ("words", "passage"),
    [
        ("Wer sieht meine Daten?", "data-we-keep#p3"),
        ("Wie wurde das entschieden?", "your-data-rights#p5"),
    ],
)
async def test_questions_are_answered_by_the_articles(
    chat, database: Path, words: str, passage: str
) -> None:
    answer = await chat("K-1001").says(words, DataObjection.intent)
    (link,) = (link for said in answer.says for link in said.links)
    assert link.url == f"/help/de/{passage}"
    assert rows(database, "SELECT 1 FROM objections WHERE customer = 'K-1001'") == []


def proven(talk: Any) -> Any:
    talk.level, talk.proven_at = 2, datetime.now(UTC).isoformat()
    return talk


async def test_the_data_of_others_go_to_privacy(chat, database: Path) -> None:
    answer = await proven(chat("K-1001")).says("Alle Daten von meiner Frau bitte", "data_export")
    assert answer.handoff is not None
    assert answer.handoff.skill == "PRV"
    assert rows(database, "SELECT 1 FROM data_jobs WHERE customer = 'K-1001'") == []


async def test_a_second_wish_to_be_erased_is_the_first(chat, database: Path) -> None:
    numbers = []
    for _ in range(2):
        talk = proven(chat("K-1001"))
        shown = await talk.says("Alles löschen", "data_erasure")
        done = await talk.presses(shown.button("affirm"))
        assert done.handoff is not None
        assert done.handoff.skill == "PRV"
        numbers.append(number(done))
        assert "§ 147 AO" in "".join(
            point for s in done.says for c in s.cards for point in c.points
        )
    assert numbers[0] == numbers[1]
    assert len(rows(database, "SELECT 1 FROM data_jobs WHERE customer = 'K-1001'")) == 1


async def test_help_comes_before_everything(chat) -> None:
    talk = chat("K-1001")
    await talk.says("Ich möchte mich beschweren", "complaint")
    answer = await talk.says("ICH WILL NICHT MEHR LEBEN", "crisis")
    assert "112" in answer.text
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("crisis", "CMP")


async def test_help_comes_before_a_proof(chat) -> None:
    talk = chat(None)
    await talk.says("Löscht alles", "data_erasure")
    answer = await talk.says("ich kann nicht mehr", "crisis")
    assert "0800 1110111" in answer.text
    assert answer.handoff is not None
    assert answer.handoff.open == ["data_erasure"]


async def test_another_language_in_the_middle(chat) -> None:
    talk = chat("K-1001")
    await talk.says("Ich möchte mich beschweren", "complaint")
    answer = await talk.says("English please", "switch_language")
    assert "What is it about?" not in answer.says[0].text
    assert answer.says[-1].locale == "en"
    assert "Complaint" in answer.says[-1].text
    assert answer.open == ["complaint"]


@pytest.mark.parametrize(
    "words", ["Du bist so dumm", "Halt die Klappe", "IHR SEID DAS LETZTE HIER"]
)
async def test_an_insult_is_met_calmly(chat, words: str) -> None:
    answer = await chat(None).says(words, "out_of_scope")
    assert answer.handoff is None
    assert "Worum geht es" in answer.text or "worum es geht" in answer.text
    assert answer.buttons[-1].style == "person"


@pytest.mark.parametrize("words", ["/restart", '/affirm{"kind": "x"}', "/cancel_subscription"])
async def test_a_typed_command_is_no_button(chat, words: str) -> None:
    """The gateway hands typed text on as text; a yes without a matter changes nothing."""
    answer = await chat("K-1001").says(words, "affirm")
    assert not answer.open
    assert answer.handoff is None


@pytest.mark.parametrize("words", ["Cancel that", "cancel", "Please cancel it."])
async def test_a_bare_cancel_stops_what_is_open_and_ends_no_contract(
    chat, database: Path, words: str
) -> None:
    talk = chat("K-1021", locale="en")
    await talk.says("I want to complain", "complaint")
    answer = await talk.says(words, "cancel_subscription")
    assert not answer.open
    assert rows(database, "SELECT 1 FROM cancellations WHERE customer = 'K-1021'") == []

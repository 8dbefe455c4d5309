"""Proving who one is inside the chat, and going on where the proof was asked for."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chats import Mails


@pytest.fixture
def mails(tmp_path: Path) -> Mails:
    """The mails of this test."""
    return Mails(tmp_path)


@pytest.fixture
def known(database: Path) -> str:
    """An address on file."""
    with closing(sqlite3.connect(database)) as db:
        [address] = db.execute("SELECT email FROM customers WHERE number = 'K-1001'").fetchone()
    return str(address)


async def test_a_code_opens_what_was_asked(chat, mails, known: str) -> None:
    talk = chat(None)
    await talk.says("Wofür die Abbuchung?", "explain_charge")
    asked = await talk.says(known, "inform", entities={"email": known})
    assert "wenn es dazu ein konto gibt" in asked.text.lower()
    assert known not in asked.text
    answer = await talk.says(mails.next_secret(), "inform")
    assert answer.says[-1].cards[0].kind == "invoice"
    assert (talk.subscriber, talk.level) == ("K-1001", 2)
    assert not answer.open


async def test_the_words_are_the_same_for_an_address_nobody_has(chat, known: str) -> None:
    texts = set()
    for address in (known, "nobody@example.org"):
        talk = chat(None)
        await talk.says("Wofür die Abbuchung?", "explain_charge")
        asked = await talk.says(address, "inform", entities={"email": address})
        texts.add(asked.text)
        assert [b.title for b in asked.buttons] == [
            "Neuen Code schicken",
            "Abbrechen",
            "Mit einem Menschen sprechen",
        ]
    assert len(texts) == 1


async def test_a_wrong_code_opens_nothing(chat, known: str) -> None:
    talk = chat(None)
    await talk.says("Wofür die Abbuchung?", "explain_charge")
    await talk.says("K-1001", "inform")
    for _ in range(2):
        wrong = await talk.says("000000", "inform")
        assert "stimmt nicht" in wrong.text
    assert talk.subscriber is None
    locked = await talk.says("000000", "inform")
    assert "request_human" in {button.intent for button in locked.buttons}
    assert not locked.says[0].cards


async def test_a_new_code_on_request(chat, mails, clock, known: str) -> None:
    talk = chat(None)
    asked = await talk.says("Wofür?", "explain_charge")
    asked = await talk.says("K-1001", "inform")
    first = mails.next_secret()
    clock.ahead = timedelta(minutes=2)
    again = await talk.presses(next(b for b in asked.buttons if b.title == "Neuen Code schicken"))
    assert "sechsstelliger Code" in again.text
    second = mails.next_secret()
    assert second != first
    answer = await talk.says(second, "inform")
    assert answer.says[-1].cards


async def test_stop_ends_the_proof_and_calls_the_matter_to_mind_no_more(chat) -> None:
    talk = chat(None)
    await talk.says("Wofür?", "explain_charge")
    stopped = await talk.says("lass gut sein", "stop_flow")
    assert not stopped.open


async def test_a_question_in_between_does_not_lose_the_proof(chat, mails) -> None:
    talk = chat(None)
    await talk.says("Wofür?", "explain_charge")
    await talk.says("K-1001", "inform")
    between = await talk.says("Bist du ein Bot?", "about_bot")
    assert between.open == ["identify", "explain_charge"]
    assert "Code" in between.says[-1].text
    assert (await talk.says(mails.next_secret(), "inform")).says[-1].cards

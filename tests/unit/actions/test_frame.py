"""The frame of every action: never silent, executed once, back from a person, nothing logged."""

import asyncio
import logging
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from actions.refusals import REFUSALS
from actions.services import ask
from subscriptions import open_subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.store.engine import Patience

BRIEF = {"agent": "Maya", "outcome": "Rechnung storniert.", "closed": False}
SECRET = "my card 4111 1111 1111 1111"


@pytest.fixture
def broken(tmp_path):
    """A business whose database has no tables."""
    with open_subscriptions(f"sqlite:///{tmp_path / 'empty.db'}") as business:
        yield business


def test_every_code_has_a_sentence(services) -> None:
    assert set(REFUSALS) == set(Code)
    for refusal in (*REFUSALS.values(), *(r.of_write for r in REFUSALS.values() if r.of_write)):
        assert refusal.text in services.texts.by_key
        assert all(f"intent_title.{way}" in services.texts.by_key for way in refusal.ways)


@pytest.mark.parametrize(
    ("intent", "reason"),
    [("explain_charge", "bot_unavailable"), ("cancel_subscription", "write_failed")],
)
async def test_a_broken_database_becomes_an_apology(
    chat, broken, caplog, capsys, *, intent, reason
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = await chat("K-1001", subscriptions=broken).says(f"I cancel, {SECRET}", intent)
    assert "Entschuldigung" in answer.text
    assert answer.handoff is not None
    assert answer.handoff.reason == reason
    logged = caplog.text + "".join(capsys.readouterr())
    assert "OperationalError" in logged
    assert "4111" not in logged
    assert "K-1001" not in logged


@pytest.mark.parametrize(
    ("intent", "words", "reason"),
    [
        ("explain_charge", "verändert wurde nichts", "bot_unavailable"),
        ("cancel_subscription", "Ob der Vorgang abgeschlossen ist", "write_failed"),
    ],
)
async def test_a_bug_is_told_like_a_database_that_is_away(
    chat, services, *, intent, words, reason
) -> None:
    """A bug inside of the use case itself, which no code names."""
    wrong = replace(services, subscriptions=None)
    answer = await chat("K-1001", subscriptions=wrong.subscriptions).says("x", intent)
    assert words in answer.text
    assert answer.handoff is not None
    assert answer.handoff.reason == reason


async def test_a_write_that_waits_in_vain_is_over_when_it_is_answered(chat, database) -> None:
    """Nobody may read "something went wrong" while the write still happens afterwards."""
    blocker = sqlite3.connect(database, isolation_level=None)
    (before,) = blocker.execute("SELECT count(*) FROM cancellations").fetchone()
    blocker.execute("BEGIN IMMEDIATE")
    patience = Patience(lock=1, write=2)
    with open_subscriptions(f"sqlite:///{database}", patience=patience) as business:
        began = time.monotonic()
        talk = chat("K-1001", subscriptions=business)
        answer = await talk.says("Ich kündige", "cancel_subscription")
        assert time.monotonic() - began < 12
    assert "Ob der Vorgang abgeschlossen ist" in answer.text
    assert answer.handoff is not None
    assert answer.handoff.tried[-1].result_de.startswith("Fehler beim Ausführen")
    blocker.execute("ROLLBACK")
    (stored,) = blocker.execute("SELECT count(*) FROM cancellations").fetchone()
    blocker.close()
    assert stored == before


async def test_a_call_that_stood_in_line_too_long_is_never_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("actions.services.LONGEST_IN_LINE", 0.05)
    free, begun = threading.Event(), []
    with ThreadPoolExecutor(1) as one_thread:
        asyncio.get_running_loop().set_default_executor(one_thread)
        ahead = asyncio.create_task(asyncio.to_thread(free.wait, 5))
        late = asyncio.create_task(ask(begun.append, "late"))
        await asyncio.sleep(0.2)
        free.set()
        with pytest.raises(SubscriptionError) as refused:
            await late
        await ahead
        assert refused.value.code is Code.STORE_UNAVAILABLE
        await ask(begun.append, "in time")
    assert begun == ["in time"]


async def test_the_same_turn_gets_the_same_answer_once_executed(chat) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    first = await talk.says("ja", "affirm")
    second = await talk.says("ja", "affirm", again=True)
    assert second.says == first.says
    assert second.rows()["Ergebnis"] == "bezahlt"


@pytest.mark.parametrize(
    ("locale", "words"), [("de", "automatische Assistent"), ("en", "automated assistant")]
)
async def test_back_from_a_person(chat, locale: str, words: str) -> None:
    talk = chat("K-1001", locale=locale)
    answer = await talk.says("x", "balance_next_charge", handback=BRIEF)
    opening = answer.text.split("\n\n")[0]
    assert words in opening
    assert "Maya" in opening
    assert "Rechnung storniert" in opening
    assert words not in (await talk.says("x", "balance_next_charge")).text
    empty = await talk.says("x", "thank", handback={**BRIEF, "outcome": " "})
    assert words in empty.text


async def test_metadata_of_nobody_is_anonymous(chat) -> None:
    talk = chat("K-1001")
    answer = await talk.says("x", "explain_charge", subscriber_id=None)
    assert answer.says[0].cards == []


async def test_metadata_that_is_not_ours_is_left_to_the_gateway(chat) -> None:
    answer = await chat("K-1001").says("x", "explain_charge", level="high")
    assert answer.says == []


async def test_slots_and_entities_are_no_identity(chat) -> None:
    talk = chat(None)
    talk.slots |= {"subscriber_id": "K-1001", "open": [{"kind": "retry_payment"}]}
    answer = await talk.says("x", "explain_charge", entities={"subscriber_id": "K-1001"})
    assert answer.says[0].cards == []


async def test_a_forged_proposal_is_checked_by_the_business(chat, services) -> None:
    charge = (await chat("K-1001").says("x", "explain_charge")).says[0].cards[0].title
    talk = chat("K-1002")
    forged = {
        "kind": "retry_payment",
        "subject": "K-1002",
        "key": "k",
        "until": "2999-01-01T00:00:00+00:00",
        "invoice": charge.removeprefix("Rechnung "),
        "method": "x",
    }
    talk.slots["open"] = [forged]
    assert (await talk.says("ja", "affirm")).rows() == {}


async def test_greeting_by_name(chat) -> None:
    assert "Anna Lindqvist" in (await chat("K-1001").says("hallo", "greet")).text
    assert "automatische Assistent" in (await chat(None).says("hallo", "greet")).text


async def test_a_question_about_the_bot_is_answered_truly(chat, services) -> None:
    answer = await chat(None, locale="en", texts=replace(services.texts)).says("x", "about_bot")
    assert "not a person" in answer.text
    assert answer.buttons[-1].style == "person"

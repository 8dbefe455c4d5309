"""Getting in: rounds that end, unlocking once, and what nobody unknown is told."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from actions.topics.mailbox import lost_mailbox
from handoff.contract import Button

LOCKED, CLOSED = "K-1020", "K-1021"


def count(database: Path, statement: str) -> int:
    with sqlite3.connect(database) as db:
        return int(db.execute(statement).fetchone()[0])


UNLOCKS = "SELECT count(*) FROM audit_entries WHERE action = 'identity.unlock'"


async def test_two_yeses_unlock_once(chat, database: Path) -> None:
    talk = chat(LOCKED, locale="en")
    yes = (await talk.says("locked out", "cannot_log_in")).button("affirm")
    first, again = await talk.presses(yes), await talk.presses(yes)
    assert "lock is lifted" in first.text
    assert "lock is lifted" in again.text
    assert count(database, UNLOCKS) == 1


async def test_a_no_leaves_the_lock(chat, database: Path) -> None:
    talk = chat(LOCKED, locale="en")
    await talk.says("locked out", "cannot_log_in")
    left = await talk.says("no", "deny")
    assert not left.open
    assert count(database, UNLOCKS) == 0


async def test_asking_why_again_is_no_yes(chat, database: Path) -> None:
    talk = chat(LOCKED, locale="en")
    await talk.says("locked out", "cannot_log_in")
    again = await talk.says("but why is it blocked", "cannot_log_in")
    assert "Shall I lift" in again.text
    assert count(database, UNLOCKS) == 0


async def test_a_lock_that_went_away_meanwhile_is_not_claimed(chat, database: Path) -> None:
    talk = chat(LOCKED, locale="en")
    yes = (await talk.says("locked out", "cannot_log_in")).button("affirm")
    with sqlite3.connect(database) as db:
        db.execute("UPDATE logins SET locked_at = NULL, lock_reason = NULL, failed_tries = 0")
    said = await talk.presses(yes)
    assert "is lifted" not in said.text
    assert "not locked" in said.text


async def test_the_words_do_not_tell_who_exists_nor_what_is_locked(chat) -> None:
    answers = set()
    for address in ("grace.oconnor@example.org", "leila.haddad@example.org", "no@example.org"):
        talk = chat(None)
        said = await talk.says("geht nicht", "cannot_log_in", entities={"email": address})
        answers.add((said.text.split("Minuten.")[0], len(said.buttons)))
    assert len(answers) == 1


async def test_no_other_address_ends_with_the_technicians(chat) -> None:
    talk = chat(None)
    await talk.says("geht nicht", "cannot_log_in", entities={"email": "anna.lindqvist@example.org"})
    asked = await talk.says("nein", "deny")
    assert asked.handoff is None
    passed = await talk.says("nein, habe nur die eine", "deny")
    assert passed.handoff is not None
    assert (passed.handoff.skill, passed.handoff.reason) == ("TEC", "catalogue")


async def test_another_persons_button_does_nothing(chat, database: Path) -> None:
    theirs: Button = (await chat(LOCKED).says("zu", "cannot_log_in")).button("affirm")
    await chat("K-1001").presses(theirs)
    assert count(database, UNLOCKS) == 0


async def test_stop_after_a_link_does_not_claim_that_nothing_happened(chat) -> None:
    talk = chat("K-1013")
    await talk.says("geht nicht", "cannot_log_in")
    await talk.says("nein", "deny")
    stopped = await talk.says("stopp", "stop_flow")
    assert "nichts" not in stopped.text
    assert not stopped.open


async def test_a_closed_account_is_opened_by_a_person_only(chat) -> None:
    passed = await chat(CLOSED).says("geht nicht", "cannot_log_in")
    assert passed.handoff is not None
    assert passed.handoff.skill == "SEC"


@pytest.mark.parametrize(
    "typed",
    [
        "ich hab auf das Postfach keinen Zugriff mehr",
        "Die alte Mail gibt es nicht mehr",
        "komme an das Postfach nicht mehr ran",
        "I no longer have access to that mailbox",
        "my old email doesn't exist any more",
    ],
)
def test_a_mailbox_out_of_reach_is_heard(typed: str) -> None:
    assert lost_mailbox(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Die Mail habe ich nicht bekommen",
        "Code per Mail kommt nicht an",
        "I can't log in with my email",
        "I can't access my account",
        "I no longer have my password, email me a new one",
        "Neue E-Mail-Adresse bitte",
    ],
)
def test_other_trouble_is_not_taken_for_it(typed: str) -> None:
    assert not lost_mailbox(typed)


async def test_an_old_yes_to_signing_out_is_shown_again(chat, clock, database: Path) -> None:
    talk = chat("K-1011")
    yes = (await talk.says("alle abmelden", "device_limit")).button("affirm")
    clock.ahead += timedelta(minutes=45)
    again = await talk.presses(yes)
    gone = "SELECT count(*) FROM devices WHERE customer = 'K-1011' AND signed_out_at IS NOT NULL"
    assert count(database, gone) == 0
    await talk.presses(again.button("affirm"))
    assert count(database, gone) == 3


async def test_a_device_by_a_word_of_its_name(chat) -> None:
    talk = chat("K-1011")
    await talk.says("zu viele", "device_limit")
    shown = await talk.says("das Pixel", "out_of_scope")
    assert "Pixel 8" in shown.text
    other = await talk.says("nein, das iPad", "playback_problem")
    assert "iPad" in other.text


async def test_a_break_in_reported_twice_is_one_case(chat, database: Path) -> None:
    talk = chat("K-1011")
    for _ in range(2):
        told = await talk.says("gehackt", "account_compromised")
        assert told.handoff is not None
    cases = "SELECT count(*) FROM cases WHERE customer = 'K-1011' AND kind = 'account_compromised'"
    assert count(database, cases) == 1

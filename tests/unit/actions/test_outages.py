"""What is down, told as it is known, and passed on when it is not enough."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.unit.actions.conftest import Start

COURSES = "Die Videos der Kurse laden nicht"


def change(database: Path, values: str, outage: str = "O-training-video") -> None:
    """Another state of an outage of the demo."""
    with create_engine(f"sqlite:///{database}").begin() as db:
        db.execute(text(f"UPDATE outages SET {values} WHERE id = '{outage}'"))


async def test_a_stranger_hears_of_all_of_them(chat: Start) -> None:
    answer = await chat().says("Störung?", "outage")
    assert answer.text.startswith("Online-Kurse: Die Videos")
    assert "Voraussichtlich" in answer.text


async def test_a_subscriber_hears_of_the_own_product_first(chat: Start) -> None:
    own = await chat("K-1004").says("Störung?", "outage")
    assert COURSES in own.text
    other = await chat("K-1001").says("Störung?", "outage")
    assert COURSES not in other.text
    assert "Anderswo" in other.text
    shown = next(button for button in other.buttons if button.title == "Online-Kurse")
    assert shown.value == {"product": "training"}


async def test_a_plan_names_its_product(chat: Start) -> None:
    answer = await chat("K-1001").says(
        "Geht da was nicht?", "outage", entities={"plan": "learn-pro"}
    )
    assert COURSES in answer.text


async def test_the_product_of_a_button(chat: Start) -> None:
    talk = chat("K-1001")
    first = await talk.says("Störung?", "outage")
    shown = next(button for button in first.buttons if button.title == "Online-Kurse")
    assert COURSES in (await talk.presses(shown)).text


async def test_longer_than_expected_is_said_without_a_time(chat: Start, database: Path) -> None:
    change(database, "expected_until = datetime('now', '-1 hour')")
    answer = await chat().says("Störung bei den Kursen?", "outage")
    assert "länger als erwartet" in answer.text
    assert "Voraussichtlich" not in answer.text


async def test_planned_work_is_no_disturbance(chat: Start, database: Path) -> None:
    change(database, "started_at = datetime('now', '+2 days'), expected_until = NULL")
    answer = await chat().says("Störung bei den Kursen?", "outage")
    assert "Geplant bei Online-Kurse" in answer.text
    assert "Störung" in answer.text.split("Geplant")[0]


@pytest.mark.parametrize("locale", ["de", "en"])
async def test_nothing_known_claims_nothing(chat: Start, database: Path, locale: str) -> None:
    change(database, "ended_at = started_at")
    answer = await chat(locale=locale).says("?", "outage")
    assert ("bekannt" in answer.text or "gemeldet" in answer.text) == (locale == "de")
    assert {button.intent for button in answer.buttons} >= {"playback_problem", "request_human"}


async def test_still_not_working_reaches_a_technician(chat: Start) -> None:
    talk = chat()
    await talk.says("Störung?", "outage")
    passed = await talk.says("bei mir geht es trotzdem nicht", "deny")
    assert passed.handoff is not None
    assert (passed.handoff.skill, passed.handoff.reason) == ("TEC", "not_covered")


async def test_a_plain_no_afterwards_is_no_report(chat: Start) -> None:
    talk = chat()
    await talk.says("Störung?", "outage")
    assert (await talk.says("nein", "deny")).handoff is None

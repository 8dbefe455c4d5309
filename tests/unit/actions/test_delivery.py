"""The printed issue talked through: what only awkward moments show."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from subscriptions.policy.calendar import business_date, working_days
from tests.chats import Clock
from tests.unit.actions.conftest import Start


def all_of(database: Path, statement: str) -> list[Any]:
    """The rows of a question to the database of this test."""
    with create_engine(f"sqlite:///{database}").connect() as db:
        return list(db.execute(text(statement)))


def change(database: Path, statement: str) -> None:
    """Something done to the database before."""
    with create_engine(f"sqlite:///{database}").begin() as db:
        db.execute(text(statement))


@pytest.fixture
def paper(clock: Clock) -> date:
    """The last day before today with an issue."""
    today = business_date(clock())
    return working_days(today - timedelta(days=10), today - timedelta(days=1))[-1]


@pytest.fixture
def holiday(clock: Clock) -> tuple[str, str]:
    """Ten days in three weeks."""
    first = business_date(clock()) + timedelta(days=21)
    return first.isoformat(), (first + timedelta(days=9)).isoformat()


def reports(database: Path) -> list[Any]:
    return all_of(
        database,
        "SELECT state, remedy FROM deliveries WHERE subscription IN"
        " (SELECT id FROM subscriptions WHERE customer = 'K-1051')",
    )


async def test_a_yes_that_comes_twice_reports_once(
    chat: Start, database: Path, paper: date
) -> None:
    talk = chat("K-1051")
    shown = await talk.says(
        "fehlt, gutschrift", "delivery_problem", entities={"date": paper.isoformat()}
    )
    first = await talk.presses(shown.button("affirm"))
    second = await talk.presses(shown.button("affirm"))
    assert first.rows()["Referenz"] == second.rows()["Referenz"]
    assert reports(database) == [("missing", "credit")]


async def test_a_no_reports_nothing(chat: Start, database: Path, paper: date) -> None:
    talk = chat("K-1051")
    await talk.says("fehlt, gutschrift", "delivery_problem", entities={"date": paper.isoformat()})
    dropped = await talk.says("nein", "deny")
    assert not dropped.open
    assert reports(database) == []


async def test_an_old_proposal_is_shown_again_and_not_executed(
    chat: Start, database: Path, paper: date, clock: Clock
) -> None:
    talk = chat("K-1051")
    shown = await talk.says(
        "fehlt, gutschrift", "delivery_problem", entities={"date": paper.isoformat()}
    )
    clock.ahead = timedelta(minutes=31)
    again = await talk.presses(shown.button("affirm"))
    assert again.open == ["delivery_problem"]
    assert reports(database) == []


async def test_somebody_elses_button_reports_nothing(
    chat: Start, database: Path, paper: date
) -> None:
    shown = await chat("K-1051").says(
        "fehlt, gutschrift", "delivery_problem", entities={"date": paper.isoformat()}
    )
    await chat("K-1043").presses(shown.button("affirm"))
    rows = all_of(database, "SELECT * FROM deliveries WHERE reference NOT LIKE 'L-1035%'")
    assert rows == []


async def test_the_printed_one_of_several_contracts_is_meant(
    chat: Start, database: Path, paper: date
) -> None:
    change(database, "UPDATE subscriptions SET customer = 'K-1051' WHERE customer = 'K-1002'")
    shown = await chat("K-1051").says(
        "fehlt, gutschrift", "delivery_problem", entities={"date": paper.isoformat()}
    )
    assert shown.button("affirm")


async def test_two_printed_contracts_are_asked_about(
    chat: Start, database: Path, paper: date
) -> None:
    change(database, "UPDATE subscriptions SET customer = 'K-1051' WHERE customer = 'K-1043'")
    talk = chat("K-1051")
    asked = await talk.says(
        "fehlt, gutschrift", "delivery_problem", entities={"date": paper.isoformat()}
    )
    assert "mehrere Verträge" in asked.text
    assert (await talk.presses(asked.buttons[0])).button("affirm")


async def test_a_weekday_ahead_means_the_one_before(
    chat: Start, database: Path, paper: date, clock: Clock
) -> None:
    ahead = paper + timedelta(days=7)
    answer = await chat("K-1051").says(
        "Die von Freitag fehlt, gutschrift",
        "delivery_problem",
        entities={"date": ahead.isoformat()},
    )
    assert f"{paper:%d.%m.%Y}" in answer.text


async def test_a_delay_that_is_known_is_said(chat: Start, database: Path, clock: Clock) -> None:
    today = business_date(clock())
    change(
        database,
        "UPDATE outages SET started_at = datetime('now', '-1 hour'), ended_at = NULL,"
        " expected_until = NULL WHERE id = 'O-press-late'",
    )
    answer = await chat("K-1051").says(
        "fehlt, gutschrift", "delivery_problem", entities={"date": today.isoformat()}
    )
    is_printed = today in working_days(today, today)
    assert ("Glatteis" in answer.text) == is_printed


async def test_days_without_any_issue_are_asked_for_again(chat: Start, clock: Clock) -> None:
    today = business_date(clock())
    sunday = today + timedelta(days=13 - today.weekday() + 7)
    answer = await chat("K-1051").says(
        "unterbrechen",
        "suspend_delivery",
        entities={"period": f"{sunday}/{sunday}"},
    )
    assert answer.open == ["suspend_delivery"]
    assert "kann ich so nicht verwenden" in answer.text


async def test_how_long_becomes_a_last_day(chat: Start, holiday: tuple[str, str]) -> None:
    first, last = holiday
    talk = chat("K-1051")
    await talk.says("Zeitung unterbrechen", "suspend_delivery", entities={"duration": "P10D"})
    shown = await talk.says("ab dann", "inform", entities={"date": first})
    assert f"{date.fromisoformat(last):%d.%m.%Y}" in shown.text


async def test_an_interruption_is_entered_once(
    chat: Start, database: Path, holiday: tuple[str, str]
) -> None:
    talk = chat("K-1051")
    shown = await talk.says(
        "unterbrechen", "suspend_delivery", entities={"period": "/".join(holiday)}
    )
    first = await talk.presses(shown.button("affirm"))
    second = await talk.presses(shown.button("affirm"))
    assert first.rows()["Referenz"] == second.rows()["Referenz"]
    rows = all_of(database, "SELECT from_on, until_on FROM suspensions WHERE id LIKE 'U-%'")
    assert rows == [holiday]


@pytest.mark.parametrize(
    ("typed", "entities"),
    [
        ("nachsenden nach Österreich", {}),
        ("umleiten ins Ausland", {}),
        ("umleiten an Graben 1, 1010 Wien, Österreich", {"postcode": "1010", "city": "Wien"}),
    ],
)
async def test_abroad_is_a_persons_business(
    chat: Start, database: Path, typed: str, entities: dict[str, str]
) -> None:
    answer = await chat("K-1051").says(typed, "suspend_delivery", entities=entities)
    assert answer.handoff is not None
    assert (answer.handoff.skill, answer.handoff.reason) == ("DLV", "catalogue")
    assert all_of(database, "SELECT * FROM suspensions WHERE id LIKE 'U-%'") == []


async def test_an_address_of_ours_counts_whatever_country_the_journey_goes_to(
    chat: Start, holiday: tuple[str, str]
) -> None:
    place = {"street": "Am Deich 4", "postcode": "25813", "city": "Husum"}
    answer = await chat("K-1051").says(
        "Wir sind in Italien, bitte umleiten",
        "suspend_delivery",
        entities={"period": "/".join(holiday), **place},
    )
    assert answer.handoff is None
    assert answer.rows()["Geht an"] == "Am Deich 4, 25813 Husum"


async def test_nothing_to_take_back_is_said(chat: Start) -> None:
    answer = await chat("K-1051").says("Unterbrechung zurücknehmen", "suspend_delivery")
    assert "keine Unterbrechung" in answer.text
    assert not answer.open


async def test_what_runs_is_shortened(chat: Start, database: Path) -> None:
    change(
        database,
        "UPDATE suspensions SET from_on = date('now', '-3 days'), until_on = date('now', '+30 days')"
        " WHERE id = 'N-1036-1'",
    )
    talk = chat("K-1036", locale="en")
    await talk.says("take the interruption back", "suspend_delivery")
    done = await talk.says("yes", "affirm")
    assert "It now ends earlier" in done.text
    (row,) = all_of(database, "SELECT state, until_on < date('now', '+14 days') FROM suspensions")
    assert row[1] == 1


async def test_what_ends_by_itself_stays(chat: Start, database: Path) -> None:
    change(
        database,
        "UPDATE suspensions SET from_on = date('now', '-3 days'), until_on = date('now', '+1 day')"
        " WHERE id = 'N-1036-1'",
    )
    talk = chat("K-1036", locale="en")
    await talk.says("take the interruption back", "suspend_delivery")
    done = await talk.says("yes", "affirm")
    assert "I have changed nothing" in done.text
    assert not done.open


async def test_an_address_in_pieces(chat: Start, holiday: tuple[str, str]) -> None:
    talk = chat("K-1051")
    await talk.says("umleiten", "suspend_delivery", entities={"period": "/".join(holiday)})
    await talk.says("Lange Reihe 15 in Hamburg", "nlu_fallback")
    await talk.says("20099", "inform")
    shown = await talk.says("Hamburg", "inform")
    assert shown.rows()["Geht an"] == "Lange Reihe 15, 20099 Hamburg"


async def test_a_no_is_no_town(chat: Start, holiday: tuple[str, str]) -> None:
    talk = chat("K-1051")
    place = {"street": "Lange Reihe 15", "postcode": "20099"}
    asked = await talk.says(
        "umleiten", "suspend_delivery", entities={"period": "/".join(holiday), **place}
    )
    assert asked.open == ["suspend_delivery"]
    assert not (await talk.says("nein danke", "deny")).open

"""Addresses, contact details and preferences: corrections, several changes, what is not promised."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from actions.topics.countries import country_of
from actions.topics.wishes import PREFERENCES, together, wished


def rows(database: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database) as db:
        return db.execute(statement).fetchall()


ADDRESS = {"street": "Lindenweg 12", "postcode": "10437", "city": "Berlin"}


async def test_two_yeses_store_one_address_for_each_kind(chat, database: Path) -> None:
    talk = chat("K-1035")
    shown = await talk.says("Umzug ab heute", "change_address", entities=ADDRESS)
    yes = shown.button("affirm")
    first, again = await talk.presses(yes), await talk.presses(yes)
    assert first.rows()["Referenz"] == again.rows()["Referenz"]
    stored = rows(database, "SELECT kind FROM addresses WHERE street = 'Lindenweg 12'")
    assert sorted(stored) == [("delivery",), ("postal",)]


async def test_a_town_and_a_postcode_are_asked_one_by_one(chat) -> None:
    talk = chat("K-1012")
    await talk.says("Neue Adresse ab heute", "change_address")
    asked = await talk.says("Lindenweg 12", "inform", entities={"street": "Lindenweg 12"})
    assert "Postleitzahl" in asked.text
    asked = await talk.says("10437", "inform")
    assert "Ort" in asked.text
    shown = await talk.says("Berlin", "nlu_fallback")
    assert shown.rows()["Ort"] == "10437 Berlin"


async def test_four_digits_ask_for_the_country(chat, database: Path) -> None:
    talk = chat("K-1012")
    parts = {"street": "Ringstraße 1", "postcode": "1010", "city": "Wien"}
    asked = await talk.says("Neue Adresse ab heute", "change_address", entities=parts)
    assert "Land" in asked.text
    shown = await talk.says("Österreich", "nlu_fallback")
    assert shown.rows()["Land"] == "Österreich"
    await talk.presses(shown.button("affirm"))
    assert rows(database, "SELECT country FROM addresses WHERE city = 'Wien'") == [("AT",)]


async def test_a_day_that_is_over_means_today(chat) -> None:
    talk = chat("K-1012")
    said = {**ADDRESS, "date": "2024-01-01"}
    shown = await talk.says("Wir sind umgezogen", "change_address", entities=said)
    today = await chat("K-1012").says("ab heute", "change_address", entities=ADDRESS)
    assert shown.rows()["Gilt ab"] == today.rows()["Gilt ab"]


async def test_an_english_house_number_stands_in_front(chat) -> None:
    talk = chat("K-1012", locale="en")
    said = {**ADDRESS, "street": "12 Baker Street"}
    await talk.says("from today", "change_address", entities=said)
    shown = await talk.says("no, number 15", "deny")
    assert shown.rows()["Street"] == "15 Baker Street"


async def test_e_mail_and_phone_one_after_the_other(chat, database: Path) -> None:
    talk = chat("K-1011")
    talk.level, talk.proven_at = 2, datetime.now(UTC).isoformat()
    values = {"email": "elif.neu@example.org", "phone": "+491713920012"}
    first = await talk.says("neue Mail und Nummer", "change_contact_details", entities=values)
    second = await talk.presses(first.button("affirm"))
    assert second.rows()["Neu"] == "+491713920012"
    await talk.presses(second.button("affirm"))
    changed = rows(database, "SELECT field FROM contact_changes WHERE customer = 'K-1011'")
    assert sorted(changed) == [("email",), ("phone",)]


async def test_without_a_fresh_proof_nothing_is_shown(chat, database: Path) -> None:
    talk = chat("K-1011")
    asked = await talk.says(
        "neue Nummer", "change_contact_details", entities={"phone": "+491713920012"}
    )
    assert asked.open == ["identify", "change_contact_details"]
    assert "+49" not in asked.all_words
    assert rows(database, "SELECT * FROM contact_changes WHERE customer = 'K-1011'") == []


async def test_whoever_wants_no_calls_is_not_written_to_by_calls(chat, database: Path) -> None:
    with sqlite3.connect(database) as db:
        db.execute(
            "INSERT INTO preferences (customer, channel, less_contact, changed_at)"
            " VALUES ('K-1035', 'phone', 0, '2026-01-01 00:00:00.000000')"
        )
    talk = chat("K-1035")
    shown = await talk.says("Bitte keine Anrufe mehr", "contact_preferences")
    assert "keine Anrufe" in shown.text
    await talk.presses(shown.button("affirm"))
    assert rows(database, "SELECT channel FROM preferences WHERE customer = 'K-1035'") == [
        ("email",)
    ]
    given = rows(database, "SELECT channel, given FROM consents WHERE customer = 'K-1035'")
    assert given == [("phone", 0)]


async def test_what_holds_already_is_not_offered(chat) -> None:
    asked = await chat("K-1051").says("Einstellungen", "contact_preferences")
    titles = [button.title for button in asked.buttons]
    assert "Nachrichten per Post" not in titles
    assert "weniger Nachrichten" not in titles


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lieber per Post statt E-Mail", "channel_post"),
        ("Rechnung lieber per Mail statt Post", "channel_email"),
        ("Ruft mich nicht mehr an, nur schreiben", "calls_off channel_email"),
        ("unsubscribe me from the marketing emails", "ads_off"),
        ("Bestellt bitte den Newsletter ab", "newsletter_off"),
        ("I'd like the newsletter again", "newsletter_on"),
        ("english letters please", "letters_en"),
        ("Einmal im Monat reicht", "less_on"),
        ("duzt mich bitte", "form_informal"),
        ("WhatsApp wäre schön", None),
    ],
)
def test_wishes_are_read(typed: str, meant: str | None) -> None:
    assert wished(SimpleNamespace(typed=typed)) == meant  # type: ignore[arg-type]


def test_of_two_channels_the_last_counts() -> None:
    both = together(["channel_post", "letters_en", "channel_sms"])
    assert (both.channel, both.letters_locale, both.less_contact) == ("sms", "en", None)
    assert set(PREFERENCES) >= {"channel_post", "letters_en"}


@pytest.mark.parametrize(
    ("typed", "postcode", "code"),
    [
        ("wir wohnen jetzt in Österreich", None, "AT"),
        ("moving to England", None, "GB"),
        ("12 Baker Street", "NW1 6XE", "GB"),
        ("Schweizer Platz 4", "60594", None),
    ],
)
def test_countries_are_named_or_beyond_doubt(
    typed: str, postcode: str | None, code: str | None
) -> None:
    assert country_of(typed, postcode) == code

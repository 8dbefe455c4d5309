"""Ways to pay: what a talk cannot show easily, such as a second yes, somebody else's button, what is remembered."""

import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chats import Chat

AUSTRIAN = {"iban": "AT611904300234573201"}


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database) as db:
        return db.execute(query).fetchall()


async def shown(talk: Chat) -> object:
    """The mandate of a new account, to be agreed to."""
    await talk.says("neue IBAN", "change_bank_account", entities=AUSTRIAN)
    return await talk.says("Júlia Szabó", "nlu_fallback")


def confirmed(chat, clock, locale: str = "de") -> Chat:
    talk: Chat = chat("K-1003", locale=locale)
    talk.level, talk.proven_at = 2, clock().isoformat()
    return talk


async def test_a_second_yes_changes_the_account_once(chat, clock, database) -> None:
    talk = confirmed(chat, clock)
    proposal = await shown(talk)
    first = await talk.presses(proposal.buttons[0])
    again = await talk.presses(proposal.buttons[0])
    assert first.rows()["Referenz"] == again.rows()["Referenz"] == "M-1003-02"
    assert len(rows(database, "SELECT 1 FROM mandates WHERE reference LIKE 'M-1003-%'")) == 1


async def test_a_proof_that_ran_out_is_asked_again_before_anything_changes(
    chat, clock, database
) -> None:
    talk = confirmed(chat, clock)
    proposal = await shown(talk)
    clock.ahead = timedelta(minutes=15)
    answer = await talk.presses(proposal.buttons[0])
    assert answer.open == ["identify", "change_bank_account"]
    assert rows(database, "SELECT 1 FROM mandates WHERE reference LIKE 'M-1003-%'") == []


async def test_somebody_elses_yes_changes_nothing(chat, clock, database) -> None:
    proposal = await shown(confirmed(chat, clock))
    answer = await chat("K-1002").presses(proposal.buttons[0])
    assert not answer.open
    assert rows(database, "SELECT 1 FROM mandates WHERE reference LIKE 'M-1003-%'") == []


async def test_the_account_that_is_there_is_not_changed(chat, clock) -> None:
    same = {"iban": "DE89370400440532013000"}
    answer = await confirmed(chat, clock).says("neu", "change_bank_account", entities=same)
    assert "schon so hinterlegt" in answer.text
    assert not answer.open


async def test_the_iban_is_never_said(chat, clock) -> None:
    talk = confirmed(chat, clock)
    answers = [await talk.says("neue IBAN", "change_bank_account", entities=AUSTRIAN)]
    answers.append(await talk.says("Júlia Szabó", "nlu_fallback"))
    answers.append(await talk.says("ja", "affirm"))
    assert not any("1904" in answer.all_words for answer in answers)
    assert "open" in answers[-1].slots
    assert answers[-1].slots["open"] is None


async def test_a_card_number_gets_a_word_of_warning_and_the_page(chat) -> None:
    answer = await chat("K-1002").says(
        "meine Karte •••• 1111", "change_payment_method", entities={"card": "•••• 1111"}
    )
    assert "nie hier im Chat" in answer.text
    assert answer.says[0].links[0].url.startswith("/simulator/")


async def test_direct_debit_leads_to_the_mandate(chat) -> None:
    answer = await chat("K-1002").says("lieber Lastschrift", "change_payment_method")
    assert "change_bank_account" in {b.intent for b in answer.buttons}


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("statt Karte jetzt PayPal", "paypal"),
        ("PayPal statt Kreditkarte", "paypal"),
        ("from my card to Google Pay", "wallet"),
        ("a credit card instead of PayPal", "card"),
    ],
)
async def test_the_way_that_is_wanted(chat, words: str, way: str) -> None:
    answer = await chat("K-1002").says(words, "change_payment_method")
    assert f"sim_{way}_" in answer.says[0].links[0].url


async def test_the_same_page_is_not_made_twice_by_asking(chat, database) -> None:
    talk = chat("K-1002")
    await talk.says("PayPal", "change_payment_method")
    await talk.says("Was steht noch aus?", "balance_next_charge")
    assert len(rows(database, "SELECT 1 FROM setup_links WHERE customer = 'K-1002'")) == 1


async def test_a_revoked_mandate_says_so_and_offers_no_revoking(chat) -> None:
    talk = chat("K-1003")
    await talk.says("Mandat widerrufen", "mandate_info")
    await talk.says("ja", "affirm")
    answer = await talk.says("Mandat?", "mandate_info")
    assert "ist widerrufen" in answer.text
    assert "mandate_info" not in {b.intent for b in answer.buttons}


@pytest.mark.parametrize("words", ["zum Monatsanfang", "vom 15. auf den 1.", "to the 1st"])
async def test_the_day_that_is_wanted(chat, words: str) -> None:
    talk = chat("K-1003")
    answer = await talk.says(words, "change_debit_date")
    assert "am 1. des Monats" in answer.text


async def test_a_second_yes_stores_the_day_once(chat, database) -> None:
    talk = chat("K-1003")
    proposal = await talk.says("am 5.", "change_debit_date")
    for _ in range(2):
        assert "5. des Monats" in (await talk.presses(proposal.buttons[0])).text
    query = "SELECT 1 FROM audit_entries WHERE action = 'methods.change_debit_day'"
    assert len(rows(database, query)) == 1


async def test_the_day_it_is_anyway_spends_no_change(chat, database) -> None:
    talk = chat("K-1050")
    told = await talk.says("Was kommt als Nächstes?", "balance_next_charge")
    day = re.search(r"(\d{2})\.\d{2}\.\d{4}", told.text)
    assert day
    same = await talk.says(f"immer am {int(day[1])}.", "change_debit_date")
    assert "schon am" in same.text
    assert not same.open
    other = await talk.says("immer am 3.", "change_debit_date")
    assert other.button("affirm")

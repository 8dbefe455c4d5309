"""Contracts, plans and add-ons: several contracts, a second press, what is derived when somebody changes their mind."""

import sqlite3
from pathlib import Path

import pytest


def one(database: Path, query: str) -> object:
    with sqlite3.connect(database) as db:
        return db.execute(query).fetchone()[0]


async def test_of_several_contracts_the_named_plan_decides(chat) -> None:
    quote = await chat("K-1031").says("Plus", "upgrade_plan", entities={"plan": "press-plus"})
    assert "Zeitung Plus" in quote.text
    assert quote.buttons[0].style == "order"


async def test_without_a_name_the_contract_is_asked(chat) -> None:
    talk = chat("K-1031")
    asked = await talk.says("größer", "upgrade_plan")
    assert asked.open == ["upgrade_plan"]
    quote = await talk.says("Zeitung Digital", "nlu_fallback")
    assert "Zeitung" in quote.buttons[0].order.terms


async def test_the_addon_decides_the_contract(chat, database) -> None:
    talk = chat("K-1031")
    quote = await talk.says("das Archiv", "manage_addon")
    await talk.presses(quote.buttons[0])
    assert (
        one(
            database,
            "SELECT subscription FROM subscription_addons WHERE addon = 'press-archive' AND subscription LIKE 'S-1031%'",
        )
        == "S-1031-2"
    )


async def test_the_own_plan_is_no_change(chat) -> None:
    answer = await chat("K-1002").says("Basic", "upgrade_plan", entities={"plan": "stream-basic"})
    assert "haben Sie schon" in answer.text
    away = await chat("K-1002").says(
        "weg von Basic, größer", "upgrade_plan", entities={"plan": "stream-basic"}
    )
    assert "Stream Standard" in away.text


async def test_yearly_is_said_after_the_quote(chat) -> None:
    talk = chat("K-1004")
    await talk.says("größer", "upgrade_plan")
    quote = await talk.says("jährlich bitte", "downgrade_plan")
    assert "Lernen Pro Jahr" in quote.text
    assert "Feste Laufzeit bis" in quote.buttons[0].order.terms


async def test_there_is_no_yearly_one(chat) -> None:
    answer = await chat("K-1002").says("jährlich statt monatlich", "downgrade_plan")
    assert "gibt es nur so" in answer.text


async def test_a_cancelled_contract_changes_no_plan(chat) -> None:
    answer = await chat("K-1057").says("größer", "upgrade_plan")
    assert "cancellation_status" in {b.intent for b in answer.buttons}
    assert not answer.open


async def test_nothing_pends_nothing_is_called_off(chat) -> None:
    answer = await chat("K-1006").says("doch nicht wechseln", "downgrade_plan")
    assert "keine Änderung vorgemerkt" in answer.text


async def test_a_button_to_keep_the_plan_works_once(chat, database) -> None:
    talk = chat("K-1018")
    stands = await talk.says("kleiner", "downgrade_plan")
    proposal = await talk.presses(stands.button("downgrade_plan"))
    receipts = [await talk.presses(proposal.buttons[0]) for _ in range(2)]
    assert receipts[0].rows() == receipts[1].rows()
    query = "SELECT count(*) FROM audit_entries WHERE action = 'plans.withdraw_pending'"
    assert one(database, query) == 1


async def test_profiles_can_be_more_or_fewer(chat) -> None:
    talk = chat("K-1029")
    asked = await talk.says("Profil", "manage_addon")
    assert "Mehr davon" in {b.title for b in asked.buttons}
    proposal = await talk.says("eins abbestellen", "inform")
    assert "der Rest bleibt" in proposal.text


async def test_one_profile_of_two_goes(chat, database) -> None:
    talk = chat("K-1029")
    proposal = await talk.says("ein Profil abbestellen", "manage_addon")
    await talk.presses(proposal.buttons[0])
    left = "SELECT sum(quantity) FROM subscription_addons WHERE subscription = 'S-1029' AND addon = 'stream-profile' AND ends_on IS NULL"
    assert one(database, left) == 1


async def test_what_was_derived_for_one_addon_is_not_kept_for_another(chat) -> None:
    talk = chat("K-1029")
    proposal = await talk.says("Sportpaket", "manage_addon")
    assert "abbestellen?" in proposal.text
    asked = await talk.says("nein, das Profil", "deny")
    assert "Mehr davon" in {b.title for b in asked.buttons}


async def test_a_typed_yes_orders_no_addon(chat, database) -> None:
    talk = chat("K-1002")
    await talk.says("Sportpaket dazu", "manage_addon")
    answer = await talk.says("ja", "affirm")
    assert "nichts bestellt" in answer.text
    assert (
        one(database, "SELECT count(*) FROM subscription_addons WHERE subscription = 'S-1002'") == 0
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("K-1014", "Probezeitraum geht bis"),
        ("K-1016", "pausiert seit"),
        ("K-1018", "Wechsel zu Stream Basis"),
        ("K-1030", "läuft bei Ihnen kein Vertrag"),
        ("K-1033", "bei einem unserer Partner"),
        ("K-1039", "ein Geschenk"),
        ("K-1057", "endet am"),
        ("K-1001", "noch offen"),
    ],
)
async def test_what_is_special_is_said(chat, number: str, words: str) -> None:
    assert words in (await chat(number).says("Mein Abo?", "subscription_status")).text


async def test_a_fixed_term_and_a_coming_price_stand_on_the_card(chat) -> None:
    fixed = await chat("K-1055").says("Mein Abo?", "subscription_status")
    assert "Feste Laufzeit bis" in fixed.rows()
    dearer = await chat("K-1050").says("Mein Abo?", "subscription_status")
    assert "Neuer Preis" in dearer.rows()


async def test_all_contracts_are_told(chat) -> None:
    answer = await chat("K-1031", locale="en").says("My contracts?", "subscription_status")
    assert "2 contracts" in answer.text
    assert len(answer.says[0].cards) == 2


async def test_a_plan_of_another_product_is_told_and_not_denied(chat) -> None:
    told = await chat("K-1052").says(
        "Premium?", "upgrade_plan", entities={"plan": "stream-premium"}
    )
    assert "Stream Premium kostet" in told.text
    assert "eigenes Abo" in told.text
    assert not told.open

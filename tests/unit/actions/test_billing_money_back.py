"""Refunds, vouchers, invoice details and prices: done once, after a yes, by whom it belongs to."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine, reading
from tests.chats import Clock


def count(database, table, **where: str) -> int:
    """Rows of a table."""
    engine = open_engine(f"sqlite:///{database}")
    with reading(engine) as db:
        conditions = [table.c[name] == value for name, value in where.items()]
        found = db.execute(select(func.count()).select_from(table).where(*conditions)).scalar()
    engine.dispose()
    return int(found or 0)


async def test_a_yes_that_arrives_twice_gives_back_once(chat, database) -> None:
    talk = chat("K-1006")
    proposed = await talk.says("5 € zurück", "refund", entities={"amount": "500"})
    yes = proposed.button("affirm")
    first = await talk.says("ja", "affirm")
    again = await talk.presses(yes)
    assert again.rows()["Referenz"] == first.rows()["Referenz"]
    assert count(database, t.refunds, customer="K-1006") == 1


async def test_another_persons_button_gives_nothing(chat, database) -> None:
    proposed = await chat("K-1006").says("5 € zurück", "refund", entities={"amount": "500"})
    await chat("K-1002").presses(proposed.button("affirm"))
    assert count(database, t.refunds, customer="K-1006") == 0
    assert count(database, t.refunds, customer="K-1002") == 0


async def test_an_old_proposal_is_shown_again_before_it_counts(chat, database, clock) -> None:
    talk = chat("K-1006")
    await talk.says("5 € zurück", "refund", entities={"amount": "500"})
    clock.ahead += timedelta(hours=3)
    again = await talk.says("ja", "affirm")
    assert "5,00 €" in again.text
    assert again.open == ["refund"]
    assert count(database, t.refunds, customer="K-1006") == 0
    await talk.says("ja", "affirm")
    assert count(database, t.refunds, customer="K-1006") == 1


async def test_another_invoice_brings_its_own_amount(chat) -> None:
    talk = chat("K-1025")
    first = await talk.says("Geld zurück", "refund")
    assert "9,59 €" in first.text
    other = next(b for b in first.buttons if b.intent == "refund")
    second = await talk.presses(other)
    assert "11,99 €" in second.text
    assert second.open == ["refund"]


async def test_one_miss_in_a_refund_brings_a_person(chat) -> None:
    talk = chat("K-1006")
    await talk.says("Geld zurück", "refund")
    missed = await talk.says("blubb", "nlu_fallback")
    assert missed.handoff is not None
    assert (missed.handoff.skill, missed.handoff.reason) == ("BIL", "misunderstood")


async def test_a_question_when_it_comes_leaves_the_proposal_open(chat) -> None:
    talk = chat("K-1006")
    await talk.says("5 € zurück", "refund", entities={"amount": "500"})
    asked = await talk.says("Und wann ist das dann da?", "refund")
    assert "5,00 €" in asked.text
    assert asked.open == ["refund"]


async def test_where_while_a_wish_is_open_tells_where(chat) -> None:
    talk = chat("K-1062")
    wished = await talk.says("3 € zurück", "refund", entities={"amount": "300"})
    assert wished.handoff is not None, "goodwill was given this year"
    told = await chat("K-1062").says("Wo bleibt sie?", "refund")
    assert "10,00 €" in told.text
    assert "ausgezahlt" in told.text


async def test_a_voucher_for_one_of_two_contracts(chat, database) -> None:
    talk = chat("K-1031")
    asked = await talk.says("ZEITUNG5", "redeem_voucher", entities={"voucher": "ZEITUNG5"})
    assert "mehrere Verträge" in asked.text
    shown = await talk.says("Zeitung Digital", "inform")
    assert shown.rows()["Vertrag"] == "S-1031-2"
    yes = shown.button("affirm")
    await talk.says("ja", "affirm")
    assert (await talk.presses(yes)).rows()["Vertrag"] == "S-1031-2"
    assert count(database, t.voucher_redemptions, customer="K-1031") == 1


@pytest.mark.parametrize(
    ("who", "code", "words"),
    [
        ("K-1031", "ZEITUNG5", "anderen Angebot"),
        ("K-1033", "WILLKOMMEN20", "Partner"),
        ("K-1057", "LERNEN10", "geht das nicht"),
    ],
)
async def test_why_a_voucher_cannot_be_redeemed(chat, who: str, code: str, words: str) -> None:
    talk = chat(who)
    answer = await talk.says(code, "redeem_voucher", entities={"voucher": code})
    if answer.open:
        answer = await talk.says("Stream Premium", "inform")
    assert words in answer.text
    assert [b.intent for b in answer.buttons] == ["redeem_voucher", "request_human"]
    assert not answer.open


async def test_two_unknown_codes_bring_a_person(chat) -> None:
    talk = chat("K-1006")
    await talk.says("AAAAA1", "redeem_voucher", entities={"voucher": "AAAAA1"})
    second = await talk.says("AAAAA2", "inform", entities={"voucher": "AAAAA2"})
    assert second.handoff is not None
    assert second.handoff.skill == "BIL"


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Bitte auf die Firma Muster & Söhne OHG", "Muster & Söhne OHG"),
        ("und Firma Reuter GmbH", "Reuter GmbH"),
        ("Nordlicht Consulting GmbH & Co. KG bitte", "Nordlicht Consulting GmbH & Co. KG"),
        ("made out to Miller and Sons Ltd", "Miller and Sons Ltd"),
        (
            "Rechnung bitte an unsere Kranich UG (haftungsbeschränkt)",
            "Kranich UG (haftungsbeschränkt)",
        ),
    ],
)
async def test_a_company_is_read_with_its_legal_form(chat, text: str, company: str) -> None:
    talk = sure(chat)
    shown = await talk.says(text, "change_invoice_details")
    assert shown.rows()["Firma"] == company


def sure(chat, who: str = "K-1006"):
    """A conversation with a freshly confirmed customer."""
    talk = chat(who)
    talk.level, talk.proven_at = 2, Clock()().isoformat()
    return talk


async def test_a_company_without_a_legal_form_is_taken_when_asked(chat, database) -> None:
    talk = sure(chat)
    await talk.says("Rechnungsangaben", "change_invoice_details")
    await talk.says("Firmenname", "inform")
    shown = await talk.says("Zur Alten Mühle", "inform")
    assert shown.rows()["Firma"] == "Zur Alten Mühle"
    yes = shown.button("affirm")
    first = await talk.says("ja", "affirm")
    assert (await talk.presses(yes)).rows()["Referenz"] == first.rows()["Referenz"]
    assert count(database, t.audit, action="billing.change_invoice_details") == 1


async def test_details_are_removed(chat) -> None:
    talk = sure(chat, "K-1054")
    shown = await talk.says("Die Firma bitte entfernen", "change_invoice_details")
    assert shown.rows()["Firma"] == "keine"
    assert shown.rows()["USt-IdNr."] == "DE999999995"
    done = await talk.says("ja", "affirm")
    assert done.rows()["Firma"] == "keine"


async def test_the_last_of_two_addresses_counts(chat, database) -> None:
    talk = sure(chat)
    where = {"street": "Werkstraße 7", "postcode": "20095", "city": "Hamburg"}
    await talk.says("Werkstraße 7, 20095 Hamburg", "change_invoice_details", entities=where)
    back = await talk.says("nein, wieder an meine Postadresse", "change_invoice_details")
    assert back.rows()["Adresse"] == "wie Ihre Postadresse"
    await talk.says("ja", "affirm")
    assert count(database, t.addresses, customer="K-1006", kind="invoice") == 0


async def test_details_need_a_fresh_proof(chat) -> None:
    answer = await chat("K-1006").says("Kranich GmbH auf die Rechnung", "change_invoice_details")
    assert answer.open == ["identify", "change_invoice_details"]


async def test_the_price_of_nobody_is_only_told_for_a_named_plan(chat) -> None:
    general = await chat(None).says("Warum teurer?", "price_change")
    assert "€" not in general.text
    named = await chat(None).says("Warum?", "price_change", entities={"plan": "learn-team"})
    assert "55,00 €" in named.text


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        ("Ich widerspreche", True),
        ("Das zahle ich nicht", True),
        ("I won't pay that", True),
        ("Muss ich zustimmen oder kann ich widersprechen?", False),
        ("Kann ich da widersprechen", False),
        ("Warum wird es teurer", False),
    ],
)
async def test_an_objection_is_told_from_a_question(chat, text: str, objects: bool) -> None:
    answer = await chat("K-1006").says(text, "price_change")
    assert (answer.handoff is not None) == objects
    if not objects:
        assert answer.buttons[-2].value == {"objects": "yes"}
        pressed = await chat("K-1006").presses(answer.buttons[-2])
        assert pressed.handoff is not None
        assert pressed.handoff.skill == "RET"


async def test_where_the_newest_is_unpaid_the_paid_ones_are_offered(chat, database) -> None:
    talk = chat("K-1010")
    told = await talk.says("Geld zurück!", "refund")
    assert "noch nichts bei uns eingegangen" in told.text
    older = [button for button in told.buttons if button.intent == "refund"]
    assert older
    assert "RE-" in (await talk.presses(older[0])).all_words
    assert count(database, t.refunds, customer="K-1010") == 0

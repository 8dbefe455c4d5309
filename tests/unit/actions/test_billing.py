"""Charges and balances: each customer's own, nobody's for strangers."""

import pytest

from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.store import holds
from subscriptions.store.engine import open_engine, writing


async def test_a_charge_is_itemised(chat) -> None:
    answer = await chat("K-1001").says("Wofür ist diese Abbuchung?", "explain_charge")
    card = answer.says[0].cards[0]
    labels = [row.label for row in card.rows]
    assert card.kind == "invoice"
    assert {"Gesamt", "darin MwSt.", "Zeitraum", "Zahlungsweg", "Fällig am", "Status"} <= set(
        labels
    )
    assert answer.rows()["Gesamt"] == "11,99 €"
    assert answer.rows()["Zahlungsweg"] == "Visa •••• 4242"
    assert answer.rows()["Status"] == "Zahlung fehlgeschlagen"


async def test_two_customers_get_two_answers(chat) -> None:
    anna = await chat("K-1001").says("Wofür?", "explain_charge")
    ben = await chat("K-1004", locale="en").says("What for?", "explain_charge")
    assert anna.rows()["Gesamt"] == "11,99 €"
    assert ben.rows()["Total"] == "€20.00"
    assert ben.rows()["VAT included"] != anna.rows()["darin MwSt."]


async def test_a_foreign_invoice_does_not_exist(chat) -> None:
    title = (await chat("K-1001").says("Wofür?", "explain_charge")).says[0].cards[0].title
    number = title.removeprefix("Rechnung ")
    own = await chat("K-1001").says("Wofür?", "explain_charge", entities={"invoice": number})
    assert own.says[0].cards
    foreign = await chat("K-1002").says("Wofür?", "explain_charge", entities={"invoice": number})
    assert foreign.says[0].cards == []
    assert number not in foreign.text


@pytest.mark.parametrize(
    "intent",
    [
        "explain_charge",
        "balance_next_charge",
        "why_payment_failed",
        "retry_payment",
        "upgrade_plan",
        "downgrade_plan",
    ],
)
async def test_a_stranger_proves_who_they_are_first(chat, intent: str) -> None:
    answer = await chat(None).says("Was ist das?", intent)
    assert "E-Mail-Adresse oder Kundennummer" in answer.text
    assert answer.open == ["identify", intent]
    assert answer.buttons[-1].style == "person"
    assert answer.says[0].cards == []
    assert answer.handoff is None


async def test_a_level_without_a_subscriber_is_worth_nothing(chat) -> None:
    answer = await chat(None).says("Was ist das?", "explain_charge", level=2)
    assert answer.says[0].cards == []


async def test_the_open_amount_and_the_next_debit(chat) -> None:
    failed = await chat("K-1001").says("Was ist offen?", "balance_next_charge")
    assert "11,99 €" in failed.text
    assert {button.intent for button in failed.buttons} == {
        "why_payment_failed",
        "pay_now",
        "retry_payment",
    }
    paid = await chat("K-1002", locale="en").says("What is open?", "balance_next_charge")
    assert "€7.99" in paid.text
    assert "Mastercard" in paid.text


async def test_no_retry_is_offered_where_none_is_allowed(chat) -> None:
    hard = await chat("K-1005").says("Was ist offen?", "balance_next_charge")
    assert {button.intent for button in hard.buttons} == {"why_payment_failed", "pay_now"}


async def test_no_debit_is_announced_that_cannot_be_made(chat) -> None:
    closed = await chat("K-1005").says("Wann bucht ihr ab?", "balance_next_charge")
    assert "fehlt ein gültiger Zahlungsweg" in closed.text
    assert "IBAN" not in closed.text
    expired = await chat("K-1007").says("When do you collect?", "balance_next_charge")
    assert "fehlt ein gültiger Zahlungsweg" in expired.text


async def test_on_hold_nothing_is_announced(chat, services, database) -> None:
    engine = open_engine(f"sqlite:///{database}")
    with writing(engine) as db:
        holds.place(db, Hold("H-1", "K-1002", HoldKind.DISPUTE, services.clock()))
    engine.dispose()
    resting = await chat("K-1002", locale="en").says("When?", "balance_next_charge")
    assert "we do not collect anything" in resting.text

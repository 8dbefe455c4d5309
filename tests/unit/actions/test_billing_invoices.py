"""Charges explained and invoices handed out: which one, corrections, what a person does."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from subscriptions.policy.calendar import business_date
from subscriptions.store import tables as t
from subscriptions.store.engine import open_engine, writing
from tests.chats import Answer, Clock, Mails


def shown(answer: Answer) -> str:
    """The number of the invoice on the card."""
    (card,) = [card for said in answer.says for card in said.cards]
    return card.title.rpartition(" ")[2]


async def newest(chat, who: str) -> str:
    return shown(await chat(who).says("Wofür?", "explain_charge"))


async def test_not_this_one_is_asked_about(chat) -> None:
    last = await newest(chat, "K-1013")
    number = int(last[-4:])
    talk = chat("K-1013")
    asked = await talk.says("Nicht diese", "explain_charge")
    assert asked.open == ["explain_charge"]
    assert len([b for b in asked.buttons if b.intent == "inform"]) == 6
    chosen = await talk.says("die zweite", "inform")
    assert shown(chosen) == f"RE-1013-{number - 1:04d}"
    assert not chosen.open


async def test_a_no_with_a_value_after_the_answer_corrects_it(chat) -> None:
    talk = chat("K-1006")
    last = shown(await talk.says("Wofür?", "explain_charge"))
    number = f"RE-1006-{int(last[-4:]) - 3:04d}"
    other = await talk.says(f"nein, {number}", "deny", entities={"invoice": number})
    assert shown(other) == number


async def test_a_plain_no_after_the_answer_is_no_correction(chat) -> None:
    talk = chat("K-1006")
    await talk.says("Wofür?", "explain_charge")
    answer = await talk.says("nein", "deny")
    assert answer.handoff is None
    assert not [card for said in answer.says for card in said.cards]


async def test_a_correction_in_between_leaves_what_is_open(chat) -> None:
    talk = chat("K-1006")
    await talk.says("Gutschein einlösen", "redeem_voucher")
    explained = await talk.says("Wofür war das?", "explain_charge")
    assert explained.open == ["redeem_voucher"]
    month = f"{business_date(Clock()()) - timedelta(days=90):%Y-%m}"
    other = await talk.says("nein, die davor", "deny", entities={"month": month})
    assert shown(other) != shown(explained)
    assert other.open == ["redeem_voucher"], "the no was not to the open question"
    assert not (await talk.says("nein", "deny")).open


async def test_an_unknown_amount_shows_the_last_invoices(chat) -> None:
    answer = await chat("K-1006").says(
        "Was sind 3 €?", "explain_charge", entities={"amount": "300"}
    )
    assert [b.intent for b in answer.buttons] == [
        *["explain_charge"] * 3,
        "wrong_or_double_charge",
        "request_human",
    ]
    pressed = await chat("K-1006").presses(answer.buttons[1])
    assert shown(pressed)


@pytest.mark.parametrize("intent", ["explain_charge", "get_invoice"])
async def test_who_has_no_invoice_is_told_so(chat, intent: str) -> None:
    answer = await chat("K-1014").says("Rechnung?", intent)
    assert "bisher keine Rechnung" in answer.text
    assert answer.buttons


async def test_a_link_opens_the_own_document_and_a_repeat_is_the_same(chat, services) -> None:
    talk = chat("K-1006")
    first = await talk.says("Rechnung bitte", "get_invoice")
    (link,) = first.says[0].links
    token = link.url.removeprefix("/documents/")
    document = services.subscriptions.billing.document_of(token)
    assert document.content.startswith(b"%PDF")
    again = await talk.says("Rechnung bitte", "get_invoice", again=True)
    assert again.says[0].links == [link]


async def test_a_foreign_invoice_has_no_link(chat) -> None:
    answer = await chat("K-1006").says(
        "RE-1005-0020", "get_invoice", entities={"invoice": "RE-1005-0020"}
    )
    assert [said.links for said in answer.says] == [[]]


async def test_another_year_after_the_answer(chat) -> None:
    talk = chat("K-1006")
    first = await talk.says("Rechnungen von 2019", "get_invoice")
    years = [button.title.rpartition(" ")[2] for button in first.buttons[:-1]]
    assert years
    second = await talk.says(f"nein, {years[-1]}", "deny")
    assert f"Rechnungen {years[-1]} (ZIP)" in second.all_words


async def test_a_second_complaint_without_a_finding_goes_to_billing(chat) -> None:
    talk = chat("K-1006")
    first = await talk.says("falsch abgebucht", "wrong_or_double_charge")
    assert first.handoff is None
    second = await talk.says("doch, zu viel!", "wrong_or_double_charge")
    assert second.handoff is not None
    assert (second.handoff.skill, second.handoff.reason) == ("BIL", "catalogue")


@pytest.mark.parametrize(
    ("text", "intent", "asked"), [("ja", "affirm", "identify"), ("nein", "deny", None)]
)
async def test_an_unknown_debit_of_a_stranger(chat, text: str, intent: str, asked) -> None:
    talk = chat(None)
    first = await talk.says("eine Abbuchung, die kenne ich nicht", "wrong_or_double_charge")
    assert first.open == ["wrong_or_double_charge"]
    second = await talk.says(text, intent)
    assert (second.open[:1] == [asked]) if asked else (second.handoff.skill == "SEC")


async def test_a_stranger_with_a_double_debit_proves_who_they_are(chat) -> None:
    answer = await chat(None).says("doppelt abgebucht", "wrong_or_double_charge")
    assert answer.open == ["identify", "wrong_or_double_charge"]


async def test_a_change_of_plan_is_explained_to_the_day(chat) -> None:
    talk = chat("K-1004")
    offered = await talk.says("Lernen Pro", "upgrade_plan", entities={"plan": "learn-pro"})
    await talk.presses(next(button for button in offered.buttons if button.style == "order"))
    answer = await talk.says("Wofür sind die 5 €?", "explain_charge", entities={"amount": "500"})
    assert "10,00 € zurück" in answer.text
    assert "15,00 € für dieselben Tage" in answer.text
    assert answer.rows()["Gesamt"] == "5,00 €"


async def test_a_credit_note_stands_on_the_card(chat) -> None:
    last = await newest(chat, "K-1062")
    number = f"RE-1062-{int(last[-4:]) - 1:04d}"
    answer = await chat("K-1062").says(number, "explain_charge", entities={"invoice": number})
    credited = {label: value for label, value in answer.rows().items() if "GS-1062-0001" in label}
    assert list(credited.values()) == ["-10,00 €"]


async def test_what_is_cancelled_is_not_called_open(chat, database) -> None:
    number = await newest(chat, "K-1006")
    engine = open_engine(f"sqlite:///{database}")
    with writing(engine) as db:
        db.execute(update(t.invoices).where(t.invoices.c.number == number).values(lifecycle="void"))
    engine.dispose()
    answer = await chat("K-1006").says(number, "explain_charge", entities={"invoice": number})
    assert answer.rows()["Status"] == "storniert"
    assert "müssen Sie nichts bezahlen" in answer.text


async def test_a_correction_reaches_what_went_on_after_the_proof(chat, tmp_path) -> None:
    talk = chat(None)
    await talk.says("Wofür?", "explain_charge")
    await talk.says("K-1006", "nlu_fallback")
    proven = await talk.says(Mails(tmp_path).next_secret(), "inform")
    number = f"RE-1006-{int(shown(proven)[-4:]) - 2:04d}"
    other = await talk.says(f"nein, {number}", "deny", entities={"invoice": number})
    assert shown(other) == number

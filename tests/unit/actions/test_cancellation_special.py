"""Ends of other kinds, staying after all, better offers: what a clumsy talk may and may not do."""

import sqlite3

import pytest

from tests.unit.actions.conftest import Start


def one(database, query: str) -> object:
    with sqlite3.connect(database) as db:
        return db.execute(query).fetchone()[0]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Ich kündige fristlos, die Preise sind unverschämt", "price"),
        ("I am moving abroad, end it now", "moved"),
        ("Wegen einer schweren Erkrankung kündige ich sofort", "illness"),
        ("Die Serie ist weg, ich kündige sofort", "content_gone"),
        ("Ich kündige aus wichtigem Grund", "other"),
    ],
)
async def test_the_reason_for_ending_at_once_is_kept(
    chat: Start, database, words: str, reason: str
) -> None:
    answer = await chat("K-1002").says(words, "cancel_for_cause")
    assert answer.handoff is not None
    assert (answer.handoff.skill, answer.handoff.reason) == ("CMP", "catalogue")
    reference = answer.rows().get("Referenz") or answer.rows()["Reference"]
    query = f"SELECT reason FROM cancellations WHERE reference = '{reference}'"
    assert one(database, query) == reason
    assert one(database, "SELECT state FROM subscriptions WHERE id = 'S-1002'") == "active"


async def test_asking_about_a_cause_declares_nothing(chat: Start, database) -> None:
    answer = await chat("K-1002").says("Kann ich fristlos kündigen?", "cancel_for_cause")
    assert answer.handoff is not None
    assert one(database, "SELECT count(*) FROM cancellations WHERE customer = 'K-1002'") == 0


async def test_a_withdrawal_says_what_goes_back_and_is_one(chat: Start, database) -> None:
    talk = chat("K-1024")
    answer = await talk.says("Ich widerrufe", "withdraw_contract")
    assert answer.says[0].cards
    assert answer.says[0].buttons == []
    paid = "SELECT refund_minor FROM withdrawals WHERE customer = 'K-1024'"
    assert one(database, paid) == 1699
    assert "16,99 € gehen an Sie zurück" in answer.text
    again = await talk.says("Ich widerrufe nochmal", "withdraw_contract")
    assert again.rows()["Referenz"] == answer.rows()["Referenz"]
    assert one(database, "SELECT count(*) FROM withdrawals WHERE customer = 'K-1024'") == 1


@pytest.mark.parametrize(
    "words",
    [
        "I withdraw from the contract.",
        "As I said, I withdraw from my order.",
        "Hiermit widerrufe ich den Vertrag.",
        "Also ich widerrufe meine Bestellung",
        "The box never came. I hereby withdraw from this purchase.",
    ],
)
async def test_plain_words_of_withdrawal_are_received_though_the_reading_doubts(
    chat: Start, database, words: str
) -> None:
    ranking = ["nlu_fallback", "withdraw_contract", "cancel_subscription"]
    answer = await chat("K-1024").says(words, "nlu_fallback", ranking=ranking)
    assert answer.says[0].cards
    assert one(database, "SELECT count(*) FROM withdrawals WHERE customer = 'K-1024'") == 1


@pytest.mark.parametrize(
    ("words", "guess"),
    [
        ("I withdraw from the contract.", "cancellation_status"),
        ("I withdraw my consent.", "withdraw_contract"),
        ("I revoke the mandate.", "withdraw_contract"),
        ("Ich widerrufe die Einwilligung.", "withdraw_contract"),
        ("Ich widerrufe den Vertrag nicht.", "withdraw_contract"),
        ("If I withdraw from the contract, what then", "withdraw_contract"),
        ("How do I withdraw from the contract", "withdraw_contract"),
        ("Widerrufe ich den Vertrag, wenn ich hier drücke?", "withdraw_contract"),
        ("The help says to write: maybe I withdraw from the contract", "withdraw_contract"),
        ("Withdrawing", "withdraw_contract"),
    ],
)
async def test_a_doubt_about_anything_else_withdraws_nothing(
    chat: Start, database, words: str, guess: str
) -> None:
    await chat("K-1024").says(words, "nlu_fallback", ranking=["nlu_fallback", guess])
    assert one(database, "SELECT count(*) FROM withdrawals WHERE customer = 'K-1024'") == 0


async def test_money_under_way_is_not_called_going_back(chat: Start, database) -> None:
    with sqlite3.connect(database) as db:
        db.execute("UPDATE invoices SET status = 'processing' WHERE customer = 'K-1024'")
        db.execute("UPDATE attempts SET state = 'submitted' WHERE invoice LIKE 'RE-1024%'")
    answer = await chat("K-1024").says("Ich widerrufe", "withdraw_contract")
    assert "Kommt sie an, gehen auch 16,99 € zurück" in answer.text
    assert "gehen an Sie zurück;" not in answer.text


async def test_too_late_a_withdrawal_is_kept_and_not_turned_into_a_cancellation(
    chat: Start, database
) -> None:
    answer = await chat("K-1006").says("Ich widerrufe", "withdraw_contract")
    assert answer.rows()["Referenz"]
    assert "vorbei" in answer.text
    assert answer.handoff is None
    assert one(database, "SELECT count(*) FROM cancellations WHERE customer = 'K-1006'") == 0
    assert one(database, "SELECT state FROM subscriptions WHERE id = 'S-1006'") == "active"


async def test_a_question_about_withdrawing_undoes_nothing(chat: Start, database) -> None:
    talk = chat("K-1024")
    answer = await talk.says("Kann ich noch widerrufen?", "withdraw_contract")
    count = "SELECT count(*) FROM withdrawals WHERE customer = 'K-1024'"
    assert one(database, count) == 0
    amount = await talk.says("Wie viel bekomme ich dann zurück?", "withdraw_contract")
    assert amount.handoff is not None
    assert amount.handoff.skill == "BIL"
    assert answer.buttons[0].intent == "affirm"
    assert one(database, count) == 0


async def test_a_death_holds_everything_and_tells_a_stranger_nothing(chat: Start, database) -> None:
    known = await chat(None).says("Mein Vater ist gestorben, K-1002", "subscriber_deceased")
    unknown = await chat(None).says("Mein Vater ist gestorben, K-9999", "subscriber_deceased")
    assert [said.text for said in known.says][1] == [said.text for said in unknown.says][1]
    assert known.rows().keys() == unknown.rows().keys()
    assert known.handoff is not None
    assert (known.handoff.skill, known.handoff.reason) == ("CMP", "catalogue")
    holds = "SELECT kind FROM holds WHERE customer = 'K-1002'"
    assert one(database, holds) == "deceased"


async def test_a_guardian_is_no_death(chat: Start, database) -> None:
    answer = await chat("K-1002").says(
        "Ich bin die gesetzliche Betreuerin von Frau Berg", "subscriber_deceased"
    )
    assert "Beileid" not in answer.text
    assert one(database, "SELECT kind FROM holds WHERE customer = 'K-1002'") == "hardship"


async def test_staying_is_confirmed_and_done_once(chat: Start, database) -> None:
    talk = chat("K-1057")
    shown = await talk.says("Ich will doch bleiben", "cancellation_status")
    state = "SELECT state FROM subscriptions WHERE id = 'S-1057'"
    assert one(database, state) == "cancel_scheduled"
    yes = shown.button("affirm")
    first = await talk.presses(yes)
    assert (await talk.presses(yes)).rows() == first.rows()
    assert one(database, state) == "active"
    told = await talk.says("Wie steht es?", "cancellation_status")
    assert "zurückgenommen" in told.text


async def test_asked_again_in_the_middle_it_is_shown_again(chat: Start) -> None:
    talk = chat("K-1057")
    await talk.says("Ich will doch bleiben", "cancellation_status")
    again = await talk.says("Wie steht es denn?", "cancellation_status")
    assert again.handoff is None
    assert again.open == ["cancellation_status"]


async def test_nothing_found_and_another_price_are_for_a_person(chat: Start) -> None:
    nothing = await chat("K-1002").says("Ist sie da?", "cancellation_status")
    price = await chat("K-1057").says("Für einen günstigeren Preis", "cancellation_status")
    for answer in (nothing, price):
        assert answer.handoff is not None
        assert answer.handoff.skill == "RET"


async def test_the_offer_can_be_asked_for_later_and_is_the_same(chat: Start, database) -> None:
    talk = chat("K-1002")
    await talk.says("Ich kündige", "cancel_subscription")
    again = await talk.says("Ich nehme das Angebot", "cancellation_status")
    assert "3 Monate ruhen" in again.text
    count = "SELECT count(*) FROM retention_offers WHERE customer = 'K-1002'"
    assert one(database, count) == 1
    await talk.presses(again.button("affirm"))
    assert one(database, "SELECT state FROM subscriptions WHERE id = 'S-1002'") == "active"


async def test_who_bargains_or_asks_twice_gets_a_person(chat: Start) -> None:
    talk = chat("K-1006")
    first = await talk.says("Geht es günstiger?", "ask_for_better_offer")
    assert first.handoff is None
    assert "Stream Standard" in first.text
    more = await talk.says("nein, 30 Prozent", "deny", entities={"percent": "30"})
    assert more.handoff is not None
    assert more.handoff.skill == "RET"
    twice = chat("K-1006")
    await twice.says("Geht es günstiger?", "ask_for_better_offer")
    assert (await twice.says("Und sonst?", "ask_for_better_offer")).handoff is not None


async def test_nothing_is_offered_while_a_hold_stands(chat: Start) -> None:
    answer = await chat("K-1047").says("Geht es günstiger?", "ask_for_better_offer")
    assert answer.handoff is None
    assert "Stream" not in answer.text
    assert answer.button("request_human")

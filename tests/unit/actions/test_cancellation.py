"""Cancelling: the receipt first, for anybody; then the contract that is meant, or the one offer."""

import sqlite3
from datetime import timedelta

from tests.unit.actions.conftest import Start


def rows_of(database, query: str) -> list[tuple]:
    with sqlite3.connect(database) as db:
        return db.execute(query).fetchall()


async def test_a_customer_gets_the_receipt_at_once_and_the_offer_after_it(chat: Start) -> None:
    talk = chat("K-1002")
    answer = await talk.says("Ich kündige", "cancel_subscription")
    rows = answer.rows()
    assert rows["Referenz"]
    assert rows["Eingegangen am"]
    assert rows["Vertrag endet am"]
    assert answer.says[0].buttons == []
    assert [len(said.cards) for said in answer.says] == [1, 0]
    assert "Angebot" in answer.says[1].text
    assert answer.handoff is None
    again = await talk.says("Ich kündige wirklich", "cancel_subscription")
    assert again.rows()["Referenz"] == rows["Referenz"]
    assert "bereits" in again.text
    assert "Angebot" not in again.text


async def test_a_stranger_gets_the_receipt_and_a_person_afterwards(chat: Start) -> None:
    answer = await chat(None).says("Ich kündige", "cancel_subscription")
    assert answer.rows()["Referenz"]
    assert "Vertrag endet am" not in answer.rows()
    assert "Mensch" in answer.says[1].text
    assert "Mensch" not in answer.says[0].text
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("catalogue", "RET")


async def test_an_unknown_subscriber_is_not_turned_away(chat: Start) -> None:
    answer = await chat("K-9999").says("Ich kündige", "cancel_subscription")
    assert answer.rows()["Referenz"]
    assert answer.handoff is not None


async def test_the_same_turn_twice_is_one_declaration(chat: Start) -> None:
    talk = chat(None)
    first = await talk.says("Ich kündige", "cancel_subscription")
    second = await talk.says("Ich kündige", "cancel_subscription", again=True)
    assert second.rows()["Referenz"] == first.rows()["Referenz"]
    talk.slots.clear()  # Rasa died before it stored the answer
    third = await talk.says("Ich kündige", "cancel_subscription", again=True)
    assert third.rows()["Referenz"] == first.rows()["Referenz"]


async def test_a_pressed_button_is_a_declaration_too(chat: Start) -> None:
    talk = chat("K-1008")
    failed = await talk.says("Warum?", "why_payment_failed")
    answer = await talk.presses(failed.button("cancel_subscription"))
    assert answer.rows()["Referenz"]


async def test_an_offer_is_taken_once_however_often_yes_is_pressed(chat: Start, database) -> None:
    talk = chat("K-1002")
    offer = await talk.says("Ich kündige", "cancel_subscription")
    yes = offer.button("affirm")
    first = await talk.presses(yes)
    second = await talk.presses(yes)
    assert first.rows() == second.rows()
    assert first.rows()["Vereinbart"] == "Pause"
    found = rows_of(database, "SELECT count(*) FROM pauses WHERE subscription = 'S-1002'")
    assert found == [(1,)]


async def test_a_declined_offer_cannot_be_taken_any_more(chat: Start, database) -> None:
    talk = chat("K-1002")
    offer = await talk.says("Ich kündige", "cancel_subscription")
    declined = await talk.presses(offer.button("deny"))
    assert "bleibt" in declined.text
    late = await talk.presses(offer.button("affirm"))
    assert late.rows() == {}
    shown = await talk.presses(late.button("inform"))
    assert "gilt nicht mehr" in shown.text
    states = rows_of(database, "SELECT state FROM subscriptions WHERE id = 'S-1002'")
    assert states == [("cancel_scheduled",)]


async def test_a_yes_to_something_else_takes_nothing_back(chat: Start, database) -> None:
    talk = chat("K-1002")
    await talk.says("Ich kündige", "cancel_subscription")
    between = await talk.says("danke", "thank")
    assert "Angebot" not in between.text
    asked = await talk.says("ja", "affirm")
    assert "Soll ich die Kündigung dafür zurücknehmen" in asked.text
    states = rows_of(database, "SELECT state FROM subscriptions WHERE id = 'S-1002'")
    assert states == [("cancel_scheduled",)]
    assert "zurückgenommen" in (await talk.says("ja", "affirm")).text


async def test_an_offer_that_is_old_is_shown_again_and_one_that_ran_out_is_gone(
    chat: Start, clock
) -> None:
    talk = chat("K-1002")
    offer = await talk.says("Ich kündige", "cancel_subscription")
    clock.ahead += timedelta(hours=1)
    again = await talk.presses(offer.button("affirm"))
    assert "eine Weile her" in again.text
    assert "Angebot" in again.text
    clock.ahead += timedelta(days=8)
    gone = await talk.presses(again.button("affirm"))
    assert "gilt nicht mehr" in gone.text


async def test_several_contracts_are_asked_about_after_the_receipt(chat: Start, database) -> None:
    talk = chat("K-1031")
    asked = await talk.says("Ich kündige", "cancel_subscription")
    reference = asked.rows()["Referenz"]
    assert "Welche" in asked.says[1].text or "welchen" in asked.says[1].text
    assert "stop_flow" not in {button.intent for button in asked.buttons}
    chosen = await talk.says("die Zeitung", "delivery_problem", confidence=0.4)
    assert chosen.rows()["Referenz"] == reference
    assert chosen.rows()["Tarif"] == "Zeitung Digital"
    found = rows_of(
        database, "SELECT id FROM subscriptions WHERE customer = 'K-1031' AND ends_on IS NOT NULL"
    )
    assert found == [("S-1031-2",)]


async def test_who_does_not_say_which_contract_gets_a_person_and_stays_received(
    chat: Start, database
) -> None:
    talk = chat("K-1031")
    await talk.says("Ich kündige", "cancel_subscription")
    answer = await talk.says("weiß nicht", "deny")
    assert answer.handoff is not None
    assert answer.handoff.skill == "RET"
    found = rows_of(database, "SELECT count(*) FROM cancellations WHERE customer = 'K-1031'")
    assert found == [(1,)]


async def test_one_miss_at_the_question_which_contract_is_a_person(chat: Start) -> None:
    talk = chat("K-1031")
    await talk.says("Ich kündige", "cancel_subscription")
    answer = await talk.says("blubb", "nlu_fallback")
    assert answer.handoff is not None


async def test_asking_how_declares_nothing_until_the_yes(chat: Start, database) -> None:
    talk = chat("K-1006")
    answer = await talk.says("Wie kann ich kündigen?", "cancel_subscription")
    count = "SELECT count(*) FROM cancellations WHERE customer = 'K-1006'"
    assert rows_of(database, count) == [(0,)]
    assert "Referenz" not in answer.rows()
    assert (await talk.presses(answer.button("affirm"))).rows()["Referenz"]
    assert rows_of(database, count) == [(1,)]


async def test_a_polite_request_in_the_form_of_a_question_is_a_declaration(chat: Start) -> None:
    answer = await chat("K-1006").says("Können Sie bitte mein Abo kündigen?", "cancel_subscription")
    assert answer.rows()["Referenz"]


async def test_a_later_day_is_kept_and_an_earlier_one_corrects_it(chat: Start) -> None:
    talk = chat("K-1006")
    late = await talk.says(
        "Ich kündige zum 31.03.2030", "cancel_subscription", entities={"date": "2030-03-31"}
    )
    assert late.rows()["Vertrag endet am"] == "31.03.2030"
    soon = await talk.says("nein, zum 15.02.2030", "inform", entities={"date": "2030-02-15"})
    assert soon.rows()["Vertrag endet am"] == "15.02.2030"
    back = await talk.says("doch zum 31.03.2030", "inform", entities={"date": "2030-03-31"})
    assert back.rows()["Vertrag endet am"] == "15.02.2030"
    assert "Es bleibt beim 15.02.2030" in back.text


async def test_a_day_without_a_year_lies_ahead_and_one_that_is_over_is_no_wish(chat: Start) -> None:
    ahead = await chat("K-1006").says(
        "Ich kündige zum 20. November", "cancel_subscription", entities={"date": "2025-11-20"}
    )
    assert ahead.rows()["Vertrag endet am"].startswith("20.11.20")
    over = await chat("K-1002").says(
        "Ich kündige meinen Vertrag von 2024",
        "cancel_subscription",
        entities={"date": "2024-05-01"},
    )
    assert "Am " not in over.text


async def test_too_early_a_day_is_told_so(chat: Start, clock) -> None:
    tomorrow = (clock() + timedelta(days=2)).date().isoformat()
    answer = await chat("K-1006").says(
        "Ich kündige zu übermorgen", "cancel_subscription", entities={"date": tomorrow}
    )
    assert "der früheste Tag" in answer.text


async def test_the_button_of_another_person_does_nothing(chat: Start, database) -> None:
    offer = await chat("K-1002").says("Ich kündige", "cancel_subscription")
    await chat("K-1006").presses(offer.button("affirm"))
    states = rows_of(database, "SELECT state FROM subscriptions WHERE id = 'S-1002'")
    assert states == [("cancel_scheduled",)]


async def test_a_bare_day_after_a_no_to_the_question_how_cancels_nothing(chat: Start) -> None:
    talk = chat("K-1006")
    await talk.says("Wie kann ich kündigen?", "cancel_subscription")
    await talk.says("nein", "deny")
    answer = await talk.says("15.3.2027", "inform", entities={"date": "2027-03-15"})
    assert "Referenz" not in answer.rows()

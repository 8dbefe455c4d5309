"""Cancelling: the receipt first, for anybody, nothing before and nothing offered."""


async def test_a_customer_gets_the_receipt_at_once(chat) -> None:
    talk = chat("K-1002")
    answer = await talk.says("Ich kündige", "cancel_subscription")
    rows = answer.rows()
    assert rows["Referenz"]
    assert rows["Eingegangen am"]
    assert rows["Vertrag endet am"]
    assert answer.buttons == []
    assert [len(said.cards) for said in answer.says] == [1, 0]
    assert answer.handoff is None
    again = await talk.says("Ich kündige wirklich", "cancel_subscription")
    assert again.rows()["Referenz"] == rows["Referenz"]
    assert "bereits" in again.text


async def test_a_stranger_gets_the_receipt_and_a_person_afterwards(chat) -> None:
    answer = await chat(None).says("Ich kündige", "cancel_subscription")
    assert answer.rows()["Referenz"]
    assert "Vertrag endet am" not in answer.rows()
    assert "Mensch" in answer.says[1].text
    assert "Mensch" not in answer.says[0].text
    assert answer.handoff is not None
    assert (answer.handoff.reason, answer.handoff.skill) == ("catalogue", "RET")


async def test_an_unknown_subscriber_is_not_turned_away(chat) -> None:
    answer = await chat("K-9999").says("Ich kündige", "cancel_subscription")
    assert answer.rows()["Referenz"]
    assert answer.handoff is not None


async def test_the_same_turn_twice_is_one_declaration(chat) -> None:
    talk = chat(None)
    first = await talk.says("Ich kündige", "cancel_subscription")
    second = await talk.says("Ich kündige", "cancel_subscription", again=True)
    assert second.rows()["Referenz"] == first.rows()["Referenz"]
    talk.slots.clear()  # Rasa died before it stored the answer
    third = await talk.says("Ich kündige", "cancel_subscription", again=True)
    assert third.rows()["Referenz"] == first.rows()["Referenz"]


async def test_a_pressed_button_is_a_declaration_too(chat) -> None:
    talk = chat("K-1008")
    failed = await talk.says("Warum?", "why_payment_failed")
    answer = await talk.presses(failed.button("cancel_subscription"))
    assert answer.rows()["Referenz"]

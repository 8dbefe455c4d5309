"""Orders called to mind keep their button; some refusals are for people at once; something new is no repetition."""


async def test_an_order_is_called_to_mind_with_its_button_only(chat) -> None:
    talk = chat("K-1004")
    quote = await talk.says("größer", "upgrade_plan")
    between = await talk.says("Wer bist du?", "about_bot")
    assert quote.buttons[0] in between.buttons
    assert "Ja" not in {button.title for button in between.buttons}


async def test_a_refusal_for_people_goes_to_those_it_names(chat) -> None:
    for intent in ("upgrade_plan", "downgrade_plan"):
        answer = await chat("K-1033").says("wechseln", intent, entities={"plan": "stream-premium"})
        assert answer.handoff is not None
        assert (answer.handoff.skill, answer.handoff.reason) == ("SAL", "catalogue")
        assert "Partner" in answer.text
        assert not answer.open


async def test_changing_ones_mind_is_no_repetition(chat) -> None:
    talk = chat("K-1002")
    for way in ("Karte", "PayPal", "Apple Pay"):
        answer = await talk.says(f"lieber {way}", "change_payment_method")
        assert answer.handoff is None
        assert "ärgerlich" not in answer.text
    answer = await talk.says("lieber Apple Pay", "change_payment_method")
    assert answer.handoff is not None
    assert answer.handoff.reason == "repeated"

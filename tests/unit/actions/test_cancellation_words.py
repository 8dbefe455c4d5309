"""Which words declare an end, and which only ask about it, refuse it, suppose it or think of it."""

import pytest

from tests.unit.actions.conftest import Start

ASKING = [
    "Wenn das nicht klappt, kündige ich mein Abo",
    "Ich überlege zu kündigen",
    "I'm thinking about cancelling",
    "Meine Frau will kündigen",
    "Ich würde vielleicht kündigen",
    "Ist das Abo monatlich kündbar?",
    "Kostet die Kündigung etwas?",
    "Können Sie mir die Kündigungsfrist nennen?",
    "Kündigungsfrist?",
    "Does cancelling cost anything?",
    "Is cancelling free?",
    "Setz mein Abo bitte einen Monat aus",
    "If this is not fixed I will cancel",
    "Können Sie mir sagen, wie ich kündigen kann?",
    "Sonst kündige ich",
    "x",
    "I might cancel",
    "My husband wants to cancel",
    "Warum kann ich nicht kündigen?",
]
REFUSING = [
    "Bitte nicht kündigen! Ich wollte nur die Kündigungsfrist wissen.",
    "Ich will nicht kündigen",
    "Ich möchte mein Abo nicht kündigen",
    "Bitte nicht kündigen!",
    "I do not want to cancel my subscription",
    "Please don't cancel my subscription",
    "Ich kündige nicht",
    "Kündigen will ich nicht",
]
DECLARING = [
    "Ich kündige hiermit",
    "Hiermit kündige ich mein Abo zum 31.12.",
    "Ich möchte nicht mehr, bitte kündigen",
    "Ich will nicht länger zahlen, kündige",
    "kündigen",
    "Bitte kündigen Sie meinen Vertrag",
    "Cancel my subscription please",
    "I'd like to cancel",
    "can you please cancel my subscription?",
    "Ich habe keine Lust mehr und kündige",
    "Könnt ihr bitte mein Abo kündigen?",
    "Können Sie bitte mein Abo kündigen?",
    "Hiermit kündige ich. Können Sie mir das bestätigen?",
    "Ich will nicht pausieren, sondern kündigen",
    "Ich habe lange überlegt und kündige",
    "Bitte kündigen, wenn möglich sofort",
    "Ich kann das nicht bezahlen bitte kündigen",
    "Ich kündige wirklich",
    "I don't want to be charged any more, cancel it",
    "Meine Frau und ich wollen kündigen",
    "Ich kündige, weil ich es nicht brauche",
    "Ich möchte nicht verlängern",
]


@pytest.mark.parametrize("words", ASKING)
async def test_who_asks_supposes_or_thinks_is_asked_for_a_yes(chat: Start, words: str) -> None:
    answer = await chat("K-1006").says(words, "cancel_subscription")
    assert not {"Referenz", "Reference"} & answer.rows().keys()
    assert answer.open == ["cancel_subscription"]


@pytest.mark.parametrize("words", REFUSING)
async def test_who_refuses_an_end_hears_that_there_is_none(chat: Start, words: str) -> None:
    answer = await chat("K-1006").says(words, "cancel_subscription")
    assert "kündigt nichts" in answer.text
    ways = [button.intent for button in answer.buttons]
    assert ways == ["pause_subscription", "ask_for_better_offer", "request_human"]
    assert answer.open == []


@pytest.mark.parametrize("words", DECLARING)
async def test_a_declaration_is_received_at_once(chat: Start, words: str) -> None:
    answer = await chat("K-1006").says(words, "cancel_subscription")
    assert answer.rows()["Referenz"]


async def test_a_cause_and_a_withdrawal_are_guarded_alike(chat: Start) -> None:
    cause = await chat("K-1002").says("Ich will nicht fristlos kündigen", "cancel_for_cause")
    assert "Referenz" not in cause.rows()
    withdrawal = await chat("K-1024").says("Ich will nicht widerrufen", "withdraw_contract")
    assert "widerruft nichts" in withdrawal.text
    told = await chat("K-1024").says(
        "Gestern aus Versehen bestellt, bitte behandeln wie nie geschehen", "withdraw_contract"
    )
    assert told.rows()["Referenz"]

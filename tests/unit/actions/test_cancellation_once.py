"""An end is declared by what is said or pressed now: an old button, a day in another wish, half a condition declare none."""

from pathlib import Path

import pytest

from tests.unit.actions.conftest import Start
from tests.unit.actions.test_care import rows

ENDS = "SELECT id FROM subscriptions WHERE customer = 'K-1031' AND ends_on IS NOT NULL"
DECLARED = "SELECT count(*) FROM cancellations WHERE customer = '{}'"


async def test_the_old_question_which_contract_declares_nothing(
    chat: Start, database: Path
) -> None:
    talk = chat("K-1031")
    asked = await talk.says("Ich kündige", "cancel_subscription")
    one, other = [button for button in asked.buttons if button.intent == "inform"]
    receipt = await talk.presses(one)
    assert (await talk.presses(one)).rows() == receipt.rows(), "its receipt once more"
    shown = await talk.says("Ich möchte doch bleiben", "cancellation_status")
    await talk.presses(shown.button("affirm"))
    assert rows(database, ENDS) == []
    for old in (one, other):
        late = await talk.presses(old)
        assert late.rows() == {}
        assert late.handoff is None
    assert rows(database, ENDS) == []


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("Die Zeitung ab dem 1. Juni nicht zustellen", "suspend_delivery"),
        ("Newsletter zum 1. Juni abbestellen", "contact_preferences"),
    ],
)
async def test_a_wish_with_a_day_under_the_offer_is_a_wish_of_its_own(
    chat: Start, words: str, intent: str
) -> None:
    talk = chat("K-1001")
    await talk.says("Ich kündige", "cancel_subscription")
    told = await talk.says(words, intent, entities={"date": "2027-06-01"})
    assert "Kündigung" not in told.text


async def test_another_day_under_the_offer_is_heard(chat: Start) -> None:
    talk = chat("K-1001")
    await talk.says("Ich kündige", "cancel_subscription")
    told = await talk.says("nein, zum 1. Juni", "deny", entities={"date": "2027-06-01"})
    assert "01.06.2027" in told.text


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("Why 12 euros? If that is wrong, then I cancel", "then I cancel"),
        (
            "Wenn die 12 Euro falsch sind, will ich sie zurück haben und kündige mein Abo bei Ihnen",
            "kündige mein Abo bei Ihnen",
        ),
    ],
)
async def test_a_part_of_a_condition_declares_nothing(
    chat: Start, database: Path, words: str, part: str
) -> None:
    second = {"intent": "cancel_subscription", "text": part}
    told = await chat("K-1001").says(words, "explain_charge", second_request=second)
    assert rows(database, DECLARED.format("K-1001")) == [(0,)]
    assert "cancel_subscription" in told.open, "whether it is meant is asked"


async def test_an_end_in_a_sentence_of_its_own_is_declared(chat: Start, database: Path) -> None:
    words = "Wenn es regnet, fehlt die Zeitung. Und jetzt kündige ich mein Abo"
    second = {"intent": "cancel_subscription", "text": "jetzt kündige ich mein Abo"}
    await chat("K-1001").says(words, "delivery_problem", second_request=second)
    assert rows(database, DECLARED.format("K-1001")) == [(1,)]


@pytest.mark.parametrize("words", ["yes, cancel it", "Ja, storniere das", "ok then cancel that"])
@pytest.mark.parametrize("intent", ["manage_addon", "retry_payment"])
async def test_a_yes_to_something_else_declares_no_end(
    chat: Start, database: Path, words: str, intent: str
) -> None:
    talk = chat("K-1001", locale="en")
    asked = await talk.says("cancel the add-on", intent)
    told = await talk.says(words, "cancel_subscription")
    assert rows(database, DECLARED.format("K-1001")) == [(0,)]
    assert "receipt" not in {card.kind for said in told.says for card in said.cards}
    assert told.open in ([intent], []), "asked again, or let go"
    assert asked.open == [intent]


async def test_cancelling_the_payment_is_about_the_payment(chat: Start, database: Path) -> None:
    talk = chat("K-1001", locale="en")
    await talk.says("try again", "retry_payment")
    told = await talk.says("please cancel the payment", "cancel_subscription")
    assert rows(database, DECLARED.format("K-1001")) == [(0,)]
    assert told.open == []

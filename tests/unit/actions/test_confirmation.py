"""Yes, no, a value, stop, once more."""

import pytest

from actions.dialogue.acts import COMMON


async def test_a_yes_to_nothing(chat) -> None:
    answer = await chat("K-1001").says("ja", "affirm")
    assert answer.rows() == {}
    assert answer.buttons


@pytest.mark.parametrize("intent", ["deny", "stop_flow"])
async def test_no_drops_the_proposal(chat, intent: str) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    answer = await talk.says("nein", intent)
    assert not answer.open
    assert (await talk.says("ja", "affirm")).rows() == {}


@pytest.mark.parametrize("intent", ["repeat", "thank", "switch_language", "greet"])
async def test_small_acts_keep_the_proposal(chat, intent: str) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    kept = await talk.says("x", intent)
    assert kept.open == ["retry_payment"]
    assert (await talk.says("ja", "affirm")).rows()


async def test_once_more(chat) -> None:
    talk = chat("K-1001")
    first = await talk.says("Wofür?", "explain_charge")
    second = await talk.says("nochmal", "repeat")
    assert second.says[0].cards == first.says[0].cards
    assert second.text.endswith(first.text)
    third = await talk.says("nochmal", "repeat")
    assert third.text.endswith(first.text)
    assert third.text.count(first.text) == 1
    assert len(third.text) <= len(second.text) + 10


async def test_nothing_to_repeat(chat) -> None:
    assert "noch nichts gesagt" in (await chat(None).says("nochmal", "repeat")).text


async def test_a_bare_invoice_number_explains_it(chat) -> None:
    talk = chat("K-1001")
    title = (await talk.says("Wofür?", "explain_charge")).says[0].cards[0].title
    number = title.removeprefix("Rechnung ")
    answer = await talk.says(number, "inform", entities={"invoice": number})
    assert answer.says[0].cards[0].title == title


PROPOSALS = [("K-1001", "retry_payment"), ("K-1006", "downgrade_plan")]


@pytest.mark.parametrize(("maker", "intent"), PROPOSALS)
@pytest.mark.parametrize("after", ["K-1002", None])
async def test_a_yes_belongs_to_who_was_asked(
    chat, maker: str, intent: str, after: str | None
) -> None:
    """Whoever speaks in the conversation by now: what was proposed to another is nothing to them."""
    talk = chat(maker)
    proposed = await talk.says("bitte", intent)
    yes = next(button for button in proposed.buttons if button.intent == "affirm")
    talk.subscriber = after
    for answer in (await talk.says("ja", "affirm"), await talk.presses(yes)):
        assert answer.rows() == {}
        assert not answer.open
        assert [button.intent for button in answer.buttons] == [*COMMON, "request_human"]
    talk.subscriber = maker
    answer = await talk.presses(yes)
    assert answer.rows() == {}, "what was open went with the change of the subscriber"
    assert (await talk.presses(answer.button("inform"))).button("affirm")


async def test_an_offer_shows_its_price_to_nobody_else(chat) -> None:
    talk = chat("K-1002")
    await talk.says("größer", "upgrade_plan")
    talk.subscriber = "K-1001"
    answer = await talk.says("ja", "affirm")
    assert not [button for button in answer.buttons if button.order]


@pytest.mark.parametrize("intent", ["affirm", "inform"])
async def test_a_reset_begun_by_nobody_known_is_not_finished_for_a_subscriber(
    chat, intent: str
) -> None:
    talk = chat(None)
    assert (await talk.says("Passwort", "reset_password")).open
    talk.subscriber = "K-1001"
    answer = await talk.says("x@y.de", intent, entities={"email": "x@y.de"})
    assert not answer.open
    assert "minutes" not in answer.text
    assert "Minuten" not in answer.text

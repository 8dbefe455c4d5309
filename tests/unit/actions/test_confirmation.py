"""Yes, no, a value, stop, once more."""

import pytest


async def test_a_yes_to_nothing(chat) -> None:
    answer = await chat("K-1001").says("ja", "affirm")
    assert answer.rows() == {}
    assert answer.buttons


@pytest.mark.parametrize("intent", ["deny", "stop_flow"])
async def test_no_drops_the_proposal(chat, intent: str) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    answer = await talk.says("nein", intent)
    assert answer.slots["pending"] is None
    assert (await talk.says("ja", "affirm")).rows() == {}


@pytest.mark.parametrize("intent", ["repeat", "thank", "switch_language", "inform"])
async def test_small_acts_keep_the_proposal(chat, intent: str) -> None:
    talk = chat("K-1001")
    await talk.says("noch einmal", "retry_payment")
    kept = await talk.says("x", intent)
    assert kept.slots["pending"]["kind"] == "retry_payment"
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

"""Staying after all, said to the offer or after the receipt, is heard; sticking with the end is not staying."""

from pathlib import Path

import pytest

from tests.unit.actions.conftest import Start
from tests.unit.actions.test_care import rows

ENDS = "SELECT id FROM subscriptions WHERE customer = 'K-1001' AND ends_on IS NOT NULL"


@pytest.mark.parametrize("words", ["Nein, ich bleibe doch", "Doch nicht, ich bleibe"])
async def test_a_no_to_the_end_is_no_to_the_end(chat: Start, database: Path, words: str) -> None:
    talk = chat("K-1001")
    await talk.says("Ich kündige", "cancel_subscription")
    shown = await talk.says(words, "deny")
    assert "zurücknehmen" in shown.text
    await talk.presses(shown.button("affirm"))
    assert rows(database, ENDS) == []
    told = await talk.says("Wann endet es?", "cancellation_status")
    assert "Vertrag endet am" not in told.rows()


async def test_after_the_offer_was_declined_it_is_heard_too(chat: Start, database: Path) -> None:
    talk = chat("K-1001")
    await talk.says("Ich kündige", "cancel_subscription")
    await talk.says("Ich kündige", "cancel_subscription")
    shown = await talk.says("Doch nicht, ich bleibe", "deny")
    await talk.presses(shown.button("affirm"))
    assert rows(database, ENDS) == []


@pytest.mark.parametrize("words", ["Nein danke", "nein, ich bleibe dabei", "no, I stick to it"])
async def test_sticking_with_the_end_declines_the_offer(
    chat: Start, database: Path, words: str
) -> None:
    talk = chat("K-1001")
    await talk.says("Ich kündige", "cancel_subscription")
    told = await talk.says(words, "deny")
    assert "bleibt es bei der Kündigung" in told.text or "steht" in told.text
    assert rows(database, ENDS) != []

"""A message in doubt that begins with a no corrects the answer before it, if that can be meant otherwise."""

import pytest


@pytest.mark.parametrize("words", ["nein, ich meine den Streamingvertrag", "Nö, nur Streaming"])
async def test_a_no_in_doubt_corrects_the_answer_before(chat, words: str) -> None:
    talk = chat("K-1031")
    both = await talk.says("Was habe ich eigentlich für ein Abo?", "subscription_status")
    assert "Zeitung Digital" in both.all_words
    one = await talk.says(words, "nlu_fallback")
    assert "Stream Premium" in one.all_words
    assert "Zeitung Digital" not in one.all_words


@pytest.mark.parametrize(
    "words", ["ich meine den Streamingvertrag", "nein, das andere", "Nora hat Streaming"]
)
async def test_without_a_no_or_another_meaning_it_stays_in_doubt(chat, words: str) -> None:
    talk = chat("K-1031")
    await talk.says("Was habe ich eigentlich für ein Abo?", "subscription_status")
    doubt = await talk.says(words, "nlu_fallback")
    assert "nicht sicher verstanden" in doubt.text or doubt.handoff
    assert not [card for said in doubt.says for card in said.cards]

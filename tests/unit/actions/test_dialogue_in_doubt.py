"""A message in doubt that begins with a no corrects the answer before it, if that can be meant otherwise."""

import pytest

HINT = {"verdict": "answer", "passages": [{"name": "playback-problems/2", "sure": 0.9}]}


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


@pytest.mark.parametrize("words", ["nein, ich meine den Streamingvertrag", "Nö, nur Streaming"])
async def test_a_no_read_as_an_end_that_no_word_names_corrects(chat, words: str) -> None:
    talk = chat("K-1031")
    await talk.says("Was habe ich eigentlich für ein Abo?", "subscription_status")
    one = await talk.says(words, "cancel_subscription")
    assert "Stream Premium" in one.all_words
    assert "Zeitung Digital" not in one.all_words


@pytest.mark.parametrize(
    "words", ["nein, ich kündige das Streaming", "nein, wie werde ich das Streaming los? Kündigen?"]
)
async def test_a_no_with_a_word_for_an_end_is_about_the_end(chat, words: str) -> None:
    talk = chat("K-1031")
    await talk.says("Was habe ich eigentlich für ein Abo?", "subscription_status")
    told = await talk.says(words, "cancel_subscription")
    assert "ündig" in told.all_words


@pytest.mark.parametrize(
    "words",
    [
        *("bringt nichts", "Hat leider nichts gebracht", "hilft nicht", "geht immer noch nicht"),
        *("that didn't help", "still not working", "no luck", "nein, klappt leider nicht"),
        *("Das hab ich schon probiert", "immer noch nichts", "I did that already", "still nothing"),
    ],
)
@pytest.mark.parametrize("read", ["crisis", "nlu_fallback", "delivery_problem"])
async def test_what_did_not_help_is_a_round_whatever_it_is_read_as(
    chat, words: str, read: str
) -> None:
    talk = chat("K-1001")
    await talk.says("Der Film ruckelt ständig", "playback_problem", knowledge=HINT)
    await talk.says(words, read, knowledge=HINT)
    passed = await talk.says(words, read, knowledge=HINT)
    assert passed.handoff is not None
    assert (passed.handoff.skill, passed.handoff.reason) == ("TEC", "not_covered")


@pytest.mark.parametrize(
    "words", ["nichts hilft mehr", "bringt doch alles nichts mehr", "nothing helps any more"]
)
async def test_despair_after_a_hint_is_heard(chat, words: str) -> None:
    talk = chat("K-1001")
    await talk.says("Der Film ruckelt ständig", "playback_problem")
    heard = await talk.says(words, "crisis")
    assert heard.handoff is not None
    assert heard.handoff.reason == "crisis"


async def test_what_did_not_help_means_nothing_where_nothing_was_told(chat) -> None:
    heard = await chat("K-1001").says("bringt nichts", "crisis")
    assert heard.handoff is not None
    assert heard.handoff.reason == "crisis"

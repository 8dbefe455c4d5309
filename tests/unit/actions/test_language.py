"""The language of an answer: chosen, guessed, or kept."""

import pytest

from actions.dialogue.language import chosen_language
from handoff.contract import Locale


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("Bitte auf Englisch", "de", "en"),
        ("Können wir Deutsch sprechen?", "en", "de"),
        ("English please", "de", "en"),
        ("switch to german", "en", "de"),
        ("Ich spreche kein Deutsch", "de", "en"),
        ("I don't speak German", "de", "en"),
        ("not in English please, German", "en", "de"),
        ("lieber Deutsch statt Englisch", "en", "de"),
        ("andere Sprache", "de", "en"),
        ("another language", "en", "de"),
        ("Deutsch", "de", "de"),
    ],
)
def test_the_language_that_is_asked_for(text: str, now: Locale, expected: Locale) -> None:
    assert chosen_language(text, {}, now=now) == expected


def test_a_button_decides() -> None:
    assert chosen_language("Deutsch", {"locale": "en"}, now="de") == "en"


async def test_a_guess_counts_from_three_words_on(chat) -> None:
    talk = chat(locale="de")
    short = await talk.says("good morning", "greet", language="en")
    assert short.says[0].locale == "de"
    long = await talk.says("good morning to you", "greet", language="en")
    assert long.says[0].locale == "en"
    kept = await talk.says("ok", "thank", language="de")
    assert kept.says[0].locale == "en"


async def test_an_unsure_guess_keeps_the_language(chat) -> None:
    talk = chat(locale="en")
    assert (await talk.says("hmm hmm hmm hmm", "greet")).says[0].locale == "en"


async def test_a_choice_is_firm(chat) -> None:
    talk = chat(locale="de")
    switched = await talk.says("Please speak English with me", "switch_language", language="en")
    assert switched.says[0].locale == "en"
    assert switched.slots["locale"] == "en"
    after = await talk.says("wie hoch ist meine Rechnung", "greet", language="de")
    assert after.says[0].locale == "en"


async def test_the_switch_of_the_widget_is_heard(chat) -> None:
    talk = chat(locale="de")
    await talk.says("hallo", "greet")
    talk.locale = "en"
    assert (await talk.says("ok", "thank")).says[0].locale == "en"


async def test_a_bare_value_has_no_language(chat) -> None:
    talk = chat(locale="en")
    await talk.says("good morning to you", "greet", language="en")
    value = await talk.says("Werkstraße 7, 20095 Hamburg", "inform", language="de")
    assert value.says[0].locale == "en"


async def test_an_address_is_no_language(chat) -> None:
    talk = chat("K-1001", locale="en")
    await talk.says("why was I charged", "explain_charge", language="en")
    bare = await talk.says("Hauptstraße 3, 69117 Heidelberg", "inform", language="de")
    assert bare.says[0].locale == "en"

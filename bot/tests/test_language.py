"""The language of a message: right when said, silent when unclear."""

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.language import LANGUAGE, LanguageDetector, language_of


def guess(text: str) -> "str | None":
    """The guess with the default thresholds."""
    return language_of(text, **LanguageDetector.get_default_config())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wofür wurde mir da Geld abgebucht?", "de"),
        ("What is this charge for?", "en"),
        ("ich moechte kuendigen bitte", "de"),
        ("i wanna cancel my plan", "en"),
        ("Hallo", "de"),
        ("hello", "en"),
        ("Guten Morgen", "de"),
        ("thank you", "en"),
    ],
)
def test_clear_messages(text: str, language: str) -> None:
    assert guess(text) == language


@pytest.mark.parametrize(
    "text", ["", "ok", "K-1001", "Premium", "11,99 €", "DE89 3704 0044", "hi", "🙂"]
)
def test_silent_when_unclear(text: str) -> None:
    assert guess(text) is None


def test_the_key_is_part_of_the_parse_data() -> None:
    message = Message({TEXT: "Please cancel my subscription"})
    LanguageDetector(LanguageDetector.get_default_config()).process([message])
    assert message.as_dict(only_output_properties=True)[LANGUAGE] == "en"

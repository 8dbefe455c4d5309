"""Messages that name no matter are told from those that do."""

from pathlib import Path

import pytest

from components.vague import is_vague
from components.written import lines

DATA = Path(__file__).resolve().parents[2] / "data" / "nlu"


@pytest.mark.parametrize(
    "text",
    [
        "I have a question",
        "it's all a bit weird",
        "Something's not right",
        "hello, I need some help please",
        "There is a problem.",
        "Ich hätte da mal eine kurze Frage",
        "irgendwie ist alles komisch",
        "Hilfe!",
        "Hier stimmt irgendwas nicht",
        "Guten Tag, ich habe ein Anliegen",
    ],
)
def test_an_announcement_is_vague(text: str) -> None:
    assert is_vague(text)


@pytest.mark.parametrize(
    "text",
    [
        "I have a question about my bill",
        "the picture is a bit weird",
        "no problem",
        "What was the question?",
        "that's right",
        "Ich habe ein Problem mit der Zeitung",
        "Kein Problem",
        "Was war die Frage?",
        "das ist alles",
        "Ich kann nicht mehr",
        "ja bitte",
        "",
    ],
)
def test_what_names_a_matter_or_answers_is_not(text: str) -> None:
    assert not is_vague(text)


def test_vague_training_messages_are_greetings() -> None:
    found = [line for path in DATA.rglob("*.yml") for line in lines(path) if is_vague(line.text)]
    assert {line.intent for line in found} == {"greet"}

"""The words on the pages behind links: complete, the same in both languages, and always with a next step."""

import re

import pytest

from handoff.desk.links import Trouble
from handoff.web.link_words import WORDS

FACTS = {"amount", "invoice", "invoices", "state"}
SPOKEN = {
    "de": WORDS.of("de", informal=False),
    "du": WORDS.of("de", informal=True),
    "en": WORDS.of("en", informal=False),
}
PLACES = [(language, name) for language, words in SPOKEN.items() for name in words]


def test_both_languages_have_the_same_pages() -> None:
    german, english = SPOKEN["de"], SPOKEN["en"]
    assert german.keys() == english.keys()
    for name, words in german.items():
        other = english[name]
        assert (len(words.text), bool(words.button)) == (len(other.text), bool(other.button)), name


def test_every_trouble_has_its_page() -> None:
    assert {trouble.value for trouble in Trouble} <= WORDS.de.keys()


@pytest.mark.parametrize(("language", "name"), PLACES)
def test_it_is_said_plainly(language: str, name: str) -> None:
    words = SPOKEN[language][name]
    text = " ".join([words.title, *words.text, words.button])
    assert "!" not in text
    assert not re.search(r"\b(token|error|invalid|Fehler|ungültig)\b", text, re.IGNORECASE)
    if name not in FACTS:
        assert words.text
        assert all(line.endswith(".") for line in words.text)


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_says_what_to_do(language: str, trouble: Trouble) -> None:
    text = " ".join(SPOKEN[language][trouble.value].text)
    assert re.search(
        r"\b([Ii]m) Chat|noch einmal|nichts zu tun|[Ii]n the chat|try again|need not", text
    )

"""Words, languages and amounts of the simulator's pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.desk.words import amount_text
from handoff.web.pages import LANGUAGES, language_of
from handoff.web.simulated_page_texts import TEXTS


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["de"].keys() == TEXTS["en"].keys()
    assert all(words.strip() for language in LANGUAGES for words in TEXTS[language].values())


@pytest.mark.parametrize(
    ("asked", "accepted", "wanted"),
    [
        ("en", "de", "en"),
        ("fr", "en-GB,en;q=0.9", "en"),
        (None, "en-US,de;q=0.5", "en"),
        (None, "en;q=0.4,de-AT;q=0.8", "de"),
        (None, "fr,en;q=0.1", "en"),
        (None, "en;q=0,fr", "de"),
        (None, "en;q=x", "de"),
        (None, "", "de"),
    ],
)
def test_the_language_is_the_one_asked_for(asked: str | None, accepted: str, wanted: str) -> None:
    assert language_of(asked, accepted) == wanted


@given(st.none() | st.text(), st.text())
def test_every_header_has_a_language(asked: str | None, accepted: str) -> None:
    assert language_of(asked, accepted) in LANGUAGES


@pytest.mark.parametrize(
    ("minor", "currency", "german", "english"),
    [
        (1299, "EUR", "12,99\N{NO-BREAK SPACE}€", "€12.99"),
        (5, "EUR", "0,05\N{NO-BREAK SPACE}€", "€0.05"),
        (123450, "CHF", "1.234,50\N{NO-BREAK SPACE}CHF", "CHF\N{NO-BREAK SPACE}1,234.50"),
    ],
)
def test_amounts(minor: int, currency: str, german: str, english: str) -> None:
    assert amount_text(minor, currency, "de") == german
    assert amount_text(minor, currency, "en") == english

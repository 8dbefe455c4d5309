"""The gateway's own pages say "Sie" or "du" to a subscriber, as the operator chose, and never both."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import pytest

from handoff.web import agreement_words, link_words, transcript_words
from handoff.web.simulated_page_texts import TEXTS
from handoff.web.wording import Wording, Words
from tests.address import FAMILIAR, POLITE

PAGES: Mapping[str, Wording[Any]] = {
    "links": link_words.WORDS,
    "agreements": agreement_words.WORDS,
    "transcripts": transcript_words.WORDS,
}


def sentences(words: object) -> list[str]:
    """What stands on a page."""
    if isinstance(words, str):
        return [words]
    assert isinstance(words, Words)
    title, text, button = astuple(words)
    return [title, *text, button]


def mixed(words: Mapping[str, Any], wrong: Any) -> list[str]:
    """The sentences in the other form of address."""
    return [line for page in words.values() for line in sentences(page) if wrong.search(line)]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_says_sie_where_du_is_said_and_none_says_du_where_sie_is(page: str) -> None:
    words = PAGES[page]
    assert mixed(words.of("de", informal=True), POLITE) == []
    assert mixed(words.of("de", informal=False), FAMILIAR) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_rewording_says_the_same_and_differs(page: str) -> None:
    words = PAGES[page]
    for name, said in words.du.items():
        formal = words.de[name]
        assert [bool(line) for line in sentences(said)] == [bool(x) for x in sentences(formal)]
        assert sentences(said) != sentences(formal), name
        assert any(map(POLITE.search, sentences(formal))), f"{name} addresses nobody"


def test_what_the_simulator_says_addresses_nobody() -> None:
    assert [line for line in TEXTS["de"].values() if POLITE.search(line)] == []
    assert [line for line in TEXTS["de"].values() if FAMILIAR.search(line)] == []


def test_a_page_that_mixes_them_is_found() -> None:
    """The negative control of the checks above."""
    assert mixed({"a": Words("Titel", ("Bitte prüfen Sie das.",))}, POLITE)
    assert mixed({"a": Words("Titel", ("Bitte prüf das in deinem Konto.",))}, FAMILIAR)

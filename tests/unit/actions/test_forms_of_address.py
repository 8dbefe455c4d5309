"""Every German sentence that addresses somebody stands in both forms, and none mixes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.texts import Texts, load_texts
from tests.address import FAMILIAR, POLITE

RESPONSES = Path(__file__).resolve().parents[3] / "data" / "responses"

_NAMES_THE_FORM = {"profile.wish_form_informal"}


@pytest.fixture(scope="module")
def polite() -> Texts:
    return load_texts(RESPONSES)


@pytest.fixture(scope="module")
def familiar() -> Texts:
    return load_texts(RESPONSES, "du")


def german(texts: Texts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each key with its German variants."""
    for key, text in texts.by_key.items():
        yield key, text.variants["de"]


def test_whoever_wants_du_hears_no_sie(familiar: Texts) -> None:
    missing = {
        f"{key}: {variant}"
        for key, variants in german(familiar)
        for variant in variants
        if POLITE.search(variant)
    }
    assert not missing, "\n".join(["no du form yet:", *sorted(missing)])


def test_whoever_wants_sie_hears_no_du(polite: Texts) -> None:
    mixed = {key for key, variants in german(polite) if any(map(FAMILIAR.search, variants))}
    assert mixed - _NAMES_THE_FORM == set()


@pytest.mark.parametrize(
    "words",
    [
        "Bitte prüfen Sie das.",
        "Sie haben mehrere Verträge.",
        "Gut. Ihr Vertrag läuft.",
        "Ihnen fehlt etwas.",
        "Ich zeige Ihnen, was es gibt.",
        "Sie sind dran.",
        "Das steht in Ihrem Konto.",
        "„Sie können das ändern“",
    ],
)
def test_sie_is_found(words: str) -> None:
    assert POLITE.search(words)


@pytest.mark.parametrize(
    "words",
    [
        "Wie lautet die Nummer? Sie beginnt mit F-.",
        "Die Karte: Sie gilt noch.",
        "Soll ich sie nehmen?",
        "Du hast mehrere Verträge.",
        "Bitte prüf sie.",
    ],
)
def test_she_it_and_they_are_not_sie(words: str) -> None:
    assert not POLITE.search(words)

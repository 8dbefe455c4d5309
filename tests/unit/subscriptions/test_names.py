"""Names as they are compared: however somebody writes one, it is the same."""

import pytest

from subscriptions.policy.names import folded, words_of


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Júlia Szabó", "julia szabo"),
        ("MÜLLER-Lüdenscheidt", "mueller luedenscheidt"),
        ("Strauß, Änne", "strauss aenne"),
        ("O’Connor", "o connor"),
        ("Mu\u0308ller", "mueller"),
        ("  Anna   Lindqvist ", "anna lindqvist"),
        ("", ""),
    ],
)
def test_a_name_is_folded(written: str, kept: str) -> None:
    assert folded(written) == kept


def test_words_hold_letters_and_digits_only() -> None:
    assert words_of("O'Neil & Söhne':* | Söhne_KG") == ("o", "neil", "soehne", "kg")

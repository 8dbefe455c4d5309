"""Values stand for their kind; words and small numbers stay."""

import pytest

from components.neutral import neutral


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Passwort weg, ich bin anna.l@example.org", "Passwort weg, ich bin name@example.org"),
        ("neue IBAN DE02 1203 0000 0000 2020 51 bitte", "neue IBAN DE00 bitte"),
        ("my number is 4711 0815 99", "my number is 00000"),
        ("11,99 am 3.10. abgebucht, Folge 12", "11,99 am 3.10. abgebucht, Folge 12"),
        ("wrong invoice RE-1001-0025", "wrong invoice RE-1001-0025"),
    ],
)
def test_values_get_one_form(text: str, expected: str) -> None:
    assert neutral(text) == expected
    assert neutral(expected) == expected


def test_two_addresses_read_the_same() -> None:
    assert neutral("bin anna@example.org") == neutral("bin nobody.here@example.net")

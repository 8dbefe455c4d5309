"""Card numbers are found however they are typed; IBANs and our own numbers stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.conversations.cards import is_card, mask_cards

VISA = "4111111111111111"
MASKED = "•••• 1111"


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4222222222222",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "6011111111111117",
        "30569309025904",
        "36227206271667",
        "3566002020360505",
        "6200000000000005",
        "6759649826438453",
    ],
)
def test_cards_of_every_issuer(number: str) -> None:
    assert is_card(number)
    assert mask_cards(f"meine Karte {number}!") == f"meine Karte •••• {number[-4:]}!"


@pytest.mark.parametrize(
    "typed",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111  1111  1111  1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "４１１１１１１１１１１１１１１１",
        "٤١١١١١١١١١١١١١١١",
        "4111\u200b1111\u200b1111\u200b1111",
        "4111\n1111\n1111\n1111",
        "4111/1111/1111/1111",
    ],
)
def test_however_it_is_typed(typed: str) -> None:
    assert mask_cards(f"a {typed} b") == f"a {MASKED} b"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("4111 1111 1111 1111 12/27 123", f"{MASKED} 12/27 123"),
        ("4111111111111111 5555555555554444", f"{MASKED} •••• 4444"),
        ("am 12. 4111 1111 1111 1111", f"am 12. {MASKED}"),
        ("41111111111111111227123", f"{MASKED}1227123"),
    ],
)
def test_what_stands_beside_it_stays(typed: str, kept: str) -> None:
    assert mask_cards(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "DE89 3704 0044 0532 0130 00",
        "DE89370400440532013000",
        "AT611904300234573201",
        "NL91ABNA0417164300",
        "R-2026-4111111111111111",
        "K-4111111111111111",
        "4111 1111 1111 1112",
        "1234567890123456",
        "0171 1234567",
        "2026-11-23 10:00:00",
        "Betrag 11,99 und 16,99",
        "",
    ],
)
def test_what_is_no_card_stays(text: str) -> None:
    assert mask_cards(text) == text


def test_a_card_behind_an_iban_is_still_found() -> None:
    iban = "DE89 3704 0044 0532 0130 00"
    assert mask_cards(f"{iban}, {VISA}") == f"{iban}, {MASKED}"


def test_a_wrong_iban_hides_no_card() -> None:
    assert VISA not in mask_cards(f"DE00 {VISA}")


def test_a_long_row_of_digits_takes_no_time() -> None:
    assert len(mask_cards("1 " * 2000)) == 4000
    assert mask_cards("0" * 4000) == "0" * 4000


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more_and_never_raises(text: str) -> None:
    once = mask_cards(text)
    assert mask_cards(once) == once


@given(st.text(st.characters(exclude_categories=["Nd", "No"]), max_size=100))
def test_text_without_digits_stays(text: str) -> None:
    assert mask_cards(text) == text


@given(
    st.sampled_from(["4", "51", "34", "6011", "3528"]),
    st.lists(st.integers(0, 9), min_size=11, max_size=17),
    st.sampled_from(["", " ", "-"]),
)
def test_any_valid_number_is_masked_in_groups_of_four(
    prefix: str, rest: list[int], between: str
) -> None:
    body = prefix + "".join(map(str, rest))
    number = next(body + str(d) for d in range(10) if _luhn(body + str(d)))
    if not is_card(number):
        return
    groups = between.join(number[i : i + 4] for i in range(0, len(number), 4))
    assert mask_cards(f"x {groups} y") == f"x •••• {number[-4:]} y"


def _luhn(number: str) -> bool:
    """Written another way than the code under test."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        total += sum(divmod(int(digit) * 2, 10)) if place % 2 else int(digit)
    return total % 10 == 0

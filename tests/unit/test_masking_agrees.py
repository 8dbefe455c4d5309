"""Two lines keep card numbers out of storage: what the gateway masks in the chat, the business masks for any other caller."""

from collections.abc import Iterator

from stdnum import luhn

from handoff.conversations.cards import is_card
from subscriptions.policy.masking import mask_cards

PREFIXES = [f"{number:04}" for number in range(10_000)]
LENGTHS = range(12, 20)


def cards() -> Iterator[str]:
    """A number for each length and each first four digits that are an issuer's in the gateway's eyes."""
    for length in LENGTHS:
        for prefix in PREFIXES:
            body = prefix.ljust(length - 1, "0")
            number = body + luhn.calc_check_digit(body)
            if is_card(number):
                yield number


def test_the_business_masks_every_number_that_the_gateway_masks() -> None:
    numbers = list(cards())
    assert len(numbers) > 5_000
    assert [number for number in numbers if number in mask_cards(f"Karte {number}.")] == []


def test_what_the_gateway_has_masked_stays_as_it_is() -> None:
    assert mask_cards("Karte •••• 1111, Rechnung RE-1001-0025") == (
        "Karte •••• 1111, Rechnung RE-1001-0025"
    )

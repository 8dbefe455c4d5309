"""What people wrote to us, before it is kept: without card numbers, neither empty nor endless.

Invariants: pure; nothing is cut off silently.
"""

from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.masking import mask_cards


def kept(text: str, most: int) -> str:
    """The text as it is kept, perhaps empty; raises TEXT_TOO_LONG above `most` letters."""
    words = mask_cards(text).strip()
    if len(words) > most:
        raise SubscriptionError(Code.TEXT_TOO_LONG, most=most)
    return words


def needed(text: str, most: int) -> str:
    """The text as it is kept; raises TEXT_MISSING as well."""
    words = kept(text, most)
    if not words:
        raise SubscriptionError(Code.TEXT_MISSING)
    return words

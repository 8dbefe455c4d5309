"""What agents read of chats that they only look over, in lists and among what was found: without account numbers.

Invariant: what is masked is only shown so; whoever opens the chat to work on it reads what was written.
"""

from functools import lru_cache

from subscriptions.policy.masking import mask_accounts

_REMEMBERED = 8192


@lru_cache(maxsize=_REMEMBERED)
def looked_over(text: str) -> str:
    """The text without account numbers; lists ask for the same words again and again."""
    return mask_accounts(text)

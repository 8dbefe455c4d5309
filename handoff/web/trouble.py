"""What counts as trouble with storage: waited out, or answered with `unavailable`, never a crash.

Invariants: the stores turn whatever their driver says into `UNAVAILABLE`; trouble is always worth another
try, a bug never is.
"""

from handoff.conversations.errors import ConversationError, Refusal


def is_trouble(error: Exception) -> bool:
    """Is it storage that is away, full or slow?"""
    if isinstance(error, ConversationError):
        return error.code is Refusal.UNAVAILABLE
    return isinstance(error, OSError | TimeoutError)

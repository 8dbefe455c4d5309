"""What counts as trouble with storage: waited out, or answered with `unavailable`, never a crash.

Invariants: a broken rule of the schema (IntegrityError) or of ours is a bug and no trouble; trouble is
always worth another try.
"""

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from handoff.conversations.errors import ConversationError, Refusal


def is_trouble(error: Exception) -> bool:
    """Is it storage that is away, full or slow?"""
    if isinstance(error, ConversationError):
        return error.code is Refusal.UNAVAILABLE
    if isinstance(error, DBAPIError):
        lost = error.connection_invalidated and not isinstance(error, IntegrityError)
        return lost or isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, PoolTimeout | OSError | TimeoutError)

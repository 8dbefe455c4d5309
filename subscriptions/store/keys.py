"""The end of idempotency keys: a result that nobody can ask for any more goes.

Invariants: only keys of writes that came to their end are dropped, oldest first, at most as many as asked for.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, null, select, tuple_

from subscriptions.store import tables as t

_c = t.write_keys.c


def drop(db: Connection, before: datetime, limit: int) -> int:
    """Drop keys that were used before a moment, with what they keep; returns how many."""
    name = tuple_(_c.owner, _c.key)
    over = select(_c.owner, _c.key).where(_c.at < before, _c.result.is_not(null()))
    oldest = over.order_by(_c.at).limit(limit)
    return db.execute(delete(t.write_keys).where(name.in_(oldest))).rowcount

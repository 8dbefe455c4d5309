"""The audit: who did what to whom, append-only, each entry sealed with the one before it.

Invariants: one entry per write and per view of the 360°; entries are numbered without gaps; facts hold
codes and references, never message text; changing or removing an entry breaks the chain.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, func, insert, select, update

from subscriptions.store import tables as t

Facts = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written down; `customer` is None when nobody is identified."""

    at: datetime
    actor: str
    action: str
    customer: str | None
    facts: Facts


def _digest(seq: int, entry: Entry, previous: str) -> str:
    sealed = [
        seq,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.customer,
        dict(entry.facts),
        previous,
    ]
    text = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256(text.encode()).hexdigest()


def append(db: Connection, entry: Entry) -> int:
    """Add an entry to the chain; returns its number. Takes the chain's lock: call it last."""
    head = db.execute(select(t.audit_head).where(t.audit_head.c.id == 1).with_for_update()).one()
    seq = head.seq + 1
    digest = _digest(seq, entry, head.digest)
    db.execute(
        insert(t.audit).values(
            seq=seq,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            customer=entry.customer,
            facts=dict(entry.facts),
            previous=head.digest,
            digest=digest,
        )
    )
    db.execute(update(t.audit_head).where(t.audit_head.c.id == 1).values(seq=seq, digest=digest))
    return int(seq)


def count_since(db: Connection, customer: str, action: str, since: datetime) -> int:
    """How often something was done for a customer since then."""
    a = t.audit.c
    query = select(func.count()).where(a.customer == customer, a.action == action, a.at > since)
    return int(db.execute(query).scalar_one())


def first_broken(db: Connection) -> int | None:
    """The number of the first entry that was changed or is missing; None if the chain holds."""
    previous, expected = "", 1
    for row in db.execute(select(t.audit).order_by(t.audit.c.seq)):
        entry = Entry(row.at, row.actor, row.action, row.customer, row.facts)
        sealed = _digest(row.seq, entry, previous)
        if (row.seq, row.previous, row.digest) != (expected, previous, sealed):
            return expected
        previous, expected = row.digest, expected + 1
    head = db.execute(select(t.audit_head)).one()
    return None if (head.seq, head.digest) == (expected - 1, previous) else expected

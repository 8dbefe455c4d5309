"""What the provider is asked about and when again, and how far its own list of returned debits was read.

Invariants: what waits longest comes first, and what was asked about, answered or not, goes to the end: nothing is
asked about over and over while something else waits.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.methods import MethodKind
from subscriptions.entities.refunds import Refund, RefundState
from subscriptions.policy.calendar import business_date
from subscriptions.provider import ProviderEvent
from subscriptions.store import attempts, invoices, provider_events, refunds
from subscriptions.store import tables as t

_MAY_GO_BACK = frozenset({AttemptState.SUBMITTED, AttemptState.SUCCEEDED})


def pending(db: Connection, today: date, limit: int) -> Sequence[Attempt]:
    """Attempts on their way that are to be asked about by today."""
    return _attempts(db, t.attempts.c.state == AttemptState.SUBMITTED.value, today, limit)


def collected(db: Connection, today: date, limit: int) -> Sequence[Attempt]:
    """SEPA debits that may still go back and are to be asked about by today."""
    a = t.attempts.c
    sepa = (a.kind == MethodKind.SEPA.value) & (a.state == AttemptState.SUCCEEDED.value)
    return _attempts(db, sepa, today, limit)


def _attempts(
    db: Connection, wanted: ColumnElement[bool], today: date, limit: int
) -> Sequence[Attempt]:
    a = t.attempts.c
    query = select(t.attempts).where(wanted, a.ask_on <= today)
    rows = db.execute(query.order_by(a.ask_on, a.reference).limit(limit))
    return [invoices.attempt_of(row) for row in rows]


def given_back(db: Connection, today: date, limit: int) -> Sequence[Refund]:
    """Refunds that the provider has taken, that have not arrived, and that are to be asked about by today."""
    r = t.refunds.c
    query = select(r.reference).where(
        r.state == RefundState.SUBMITTED.value, r.provider_reference.is_not(None), r.ask_on <= today
    )
    rows = db.execute(query.order_by(r.ask_on, r.reference).limit(limit))
    found = (refunds.find(db, row.reference) for row in rows.all())
    return [refund for refund in found if refund is not None]


def made_on(thing: Attempt | Refund) -> date:
    """The day on which the money was asked for or sent."""
    return business_date(thing.at if isinstance(thing, Attempt) else thing.asked_at)


def ask_again(db: Connection, thing: Attempt | Refund, on: date | None) -> None:
    """Keep the day of the next look; None: never."""
    table = t.attempts if isinstance(thing, Attempt) else t.refunds
    mine = table.c.reference == thing.reference
    db.execute(update(table).where(mine).values(ask_on=on))


def is_open(db: Connection, told: ProviderEvent) -> bool:
    """Whether a debit that is said to have gone back is one of ours that is not known to have."""
    owner = provider_events.owner_of(db, told)
    attempt = attempts.find(db, owner[2]) if owner else None
    return attempt is not None and attempt.kind is MethodKind.SEPA and attempt.state in _MAY_GO_BACK


def read_until(db: Connection, provider: str) -> datetime | None:
    """Up to when the provider's list of debits that went back was read."""
    query = select(t.provider_lists.c.read_until).where(t.provider_lists.c.provider == provider)
    return db.execute(query).scalar_one_or_none()


def keep_read(db: Connection, provider: str, until: datetime) -> None:
    """Keep up to when it was read."""
    lists = t.provider_lists
    known = update(lists).where(lists.c.provider == provider).values(read_until=until)
    if db.execute(known).rowcount == 0:
        db.execute(insert(lists).values(provider=provider, read_until=until))

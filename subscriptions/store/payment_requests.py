"""Pay links: stored, and found by their token or by the provider's reference.

Invariants: only the hash of a token is stored. What their money does is in `collection`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.payment_requests import PaymentRequest
from subscriptions.model.base import Money
from subscriptions.model.payments import PaymentRequestState
from subscriptions.store import tables as t
from subscriptions.store.requests import hashed

_c = t.payment_requests.c


def add(db: Connection, request: PaymentRequest) -> None:
    """Store a new pay link."""
    db.execute(
        insert(t.payment_requests).values(
            id=request.id,
            token_hash=request.token_hash,
            customer=request.customer,
            amount_minor=request.amount.minor,
            currency=request.amount.currency,
            invoices=list(request.invoices),
            state=request.state.value,
            created_at=request.created_at,
            expires_at=request.expires_at,
            provider_reference=request.provider_reference,
        )
    )


def store(db: Connection, request: PaymentRequest) -> None:
    """Store a pay link that made a step."""
    db.execute(
        update(t.payment_requests)
        .where(_c.id == request.id)
        .values(state=request.state.value, provider_reference=request.provider_reference)
    )


def find(db: Connection, reference: str, *, lock: bool = False) -> PaymentRequest | None:
    """The pay link of this id."""
    return _one(db, _c.id == reference, lock=lock)


def by_token(db: Connection, token: str) -> PaymentRequest | None:
    """The pay link behind a token."""
    return _one(db, _c.token_hash == hashed(token), lock=False)


def by_provider_reference(
    db: Connection, reference: str, *, lock: bool = False
) -> PaymentRequest | None:
    """The pay link whose page the provider knows under this reference."""
    return _one(db, _c.provider_reference == reference, lock=lock)


def open_of(db: Connection, customer: str) -> tuple[PaymentRequest, ...]:
    """The pay links of a customer that nobody closed yet, locked, oldest first."""
    query = select(t.payment_requests).where(
        _c.customer == customer, _c.state == PaymentRequestState.OPEN.value
    )
    rows = db.execute(query.order_by(_c.created_at, _c.id).with_for_update())
    return tuple(_request(row) for row in rows)


def expire(db: Connection, now: datetime, limit: int) -> int:
    """Close pay links that ran out, at most `limit`; returns how many."""
    query = select(_c.id).where(_c.state == PaymentRequestState.OPEN.value, _c.expires_at <= now)
    over = [row.id for row in db.execute(query.order_by(_c.expires_at, _c.id).limit(limit))]
    changed = db.execute(
        update(t.payment_requests)
        .where(_c.id.in_(over), _c.state == PaymentRequestState.OPEN.value)
        .values(state=PaymentRequestState.EXPIRED.value)
    )
    return changed.rowcount


def _one(db: Connection, condition: Any, *, lock: bool) -> PaymentRequest | None:
    query = select(t.payment_requests).where(condition)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return _request(row) if row else None


def _request(row: Row[Any]) -> PaymentRequest:
    return PaymentRequest(
        id=row.id,
        token_hash=row.token_hash,
        customer=row.customer,
        amount=Money(row.amount_minor, row.currency),
        invoices=tuple(row.invoices),
        state=PaymentRequestState(row.state),
        created_at=row.created_at,
        expires_at=row.expires_at,
        provider_reference=row.provider_reference,
    )

"""Offers to those who cancelled, and their answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from subscriptions.entities.offers import OfferState, RetentionOffer
from subscriptions.model.cancellation import OfferKind
from subscriptions.store import tables as t

_o = t.retention_offers.c


def add(db: Connection, offer: RetentionOffer) -> None:
    """Store an offer."""
    terms = {
        "plan": offer.plan,
        "months": offer.months,
        "percent": offer.percent,
        "reason_de": offer.reason_de,
        "reason_en": offer.reason_en,
    }
    db.execute(
        insert(t.retention_offers).values(
            id=offer.id,
            customer=offer.customer,
            subscription=offer.subscription,
            cancellation=offer.cancellation,
            kind=offer.kind.value,
            terms=terms,
            offered_at=offer.offered_at,
            expires_at=offer.expires_at,
            answer=_answer(offer),
            answered_at=offer.answered_at,
        )
    )


def find(db: Connection, customer: str, offer_id: str) -> RetentionOffer | None:
    """The offer of this customer, locked; never one of somebody else."""
    query = select(t.retention_offers).where(_o.customer == customer, _o.id == offer_id)
    row = db.execute(query.with_for_update()).one_or_none()
    return _offer(row) if row else None


def of_customer(db: Connection, customer: str) -> tuple[RetentionOffer, ...]:
    """All offers to a customer, newest first."""
    query = select(t.retention_offers).where(_o.customer == customer)
    return tuple(
        _offer(row) for row in db.execute(query.order_by(_o.offered_at.desc(), _o.id.desc()))
    )


def expired(db: Connection, now: datetime, limit: int) -> tuple[RetentionOffer, ...]:
    """Offers that nobody answered in time, locked; those that somebody else holds are left out."""
    query = select(t.retention_offers).where(_o.answer.is_(None), _o.expires_at <= now)
    query = query.order_by(_o.expires_at, _o.id).limit(limit).with_for_update(skip_locked=True)
    return tuple(_offer(row) for row in db.execute(query))


def store(db: Connection, offer: RetentionOffer) -> None:
    """Store the answer to a locked offer."""
    db.execute(
        update(t.retention_offers)
        .where(_o.id == offer.id)
        .values(answer=_answer(offer), answered_at=offer.answered_at)
    )


def _answer(offer: RetentionOffer) -> str | None:
    return None if offer.state is OfferState.OPEN else offer.state.value


def _offer(row: Row[Any]) -> RetentionOffer:
    return RetentionOffer(
        id=row.id,
        customer=row.customer,
        subscription=row.subscription,
        cancellation=row.cancellation,
        kind=OfferKind(row.kind),
        offered_at=row.offered_at,
        expires_at=row.expires_at,
        state=OfferState(row.answer) if row.answer else OfferState.OPEN,
        answered_at=row.answered_at,
        **row.terms,
    )

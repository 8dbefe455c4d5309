"""Changes of e-mail, phone and name, with the links that confirm and undo them.

Invariants: links are found by the hash of their token; the customer's row is locked before one of their changes takes
a step, and the change is read after that.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from subscriptions.entities.parties import Customer
from subscriptions.entities.profile import ChangeState, ContactChange, ContactField
from subscriptions.errors import Code, SubscriptionError
from subscriptions.store import tables as t


def locked_customer(db: Connection, number: str) -> Customer:
    """The customer whose contact data are about to change; raises NOT_FOUND."""
    query = select(t.customers).where(t.customers.c.number == number)
    row = db.execute(query.with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise SubscriptionError(Code.NOT_FOUND)
    return Customer(**row._mapping)


def set_contact(db: Connection, customer: str, field: ContactField, value: str | None) -> None:
    """Write the new value to the customer; raises EMAIL_TAKEN when somebody was quicker."""
    query = update(t.customers).where(t.customers.c.number == customer)
    try:
        db.execute(query.values({field.value: value}))
    except IntegrityError:  # only an e-mail address is unique
        raise SubscriptionError(Code.EMAIL_TAKEN) from None


def add(db: Connection, change: ContactChange) -> None:
    """Store a new change."""
    values = {**asdict(change), "field": change.field.value, "state": change.state.value}
    db.execute(insert(t.contact_changes).values(values))


def store(db: Connection, change: ContactChange) -> None:
    """Store a change that took a step."""
    db.execute(
        update(t.contact_changes)
        .where(t.contact_changes.c.id == change.id)
        .values(state=change.state.value, done_at=change.done_at, undone_at=change.undone_at)
    )


def stop_asked(db: Connection, customer: str, at: datetime) -> None:
    """End what waits for its confirmation: the last wish counts."""
    c = t.contact_changes.c
    waiting = update(t.contact_changes).where(c.customer == customer)
    waiting = waiting.where(c.state == ChangeState.ASKED.value)
    db.execute(waiting.values(state=ChangeState.UNDONE.value, undone_at=at))


def of_customer(db: Connection, customer: str) -> tuple[ContactChange, ...]:
    """All changes of a customer, oldest first."""
    c = t.contact_changes.c
    query = select(t.contact_changes).where(c.customer == customer).order_by(c.at, c.id)
    return tuple(_change(row) for row in db.execute(query))


def by_id(db: Connection, change_id: str) -> ContactChange | None:
    """A change as it is now."""
    return _one(db, t.contact_changes.c.id == change_id)


def to_confirm(db: Connection, token_hash: str) -> ContactChange | None:
    """The change whose new address got this link."""
    return _one(db, t.contact_changes.c.confirm_hash == token_hash)


def to_undo(db: Connection, token_hash: str) -> ContactChange | None:
    """The change that this link undoes: the old address's link, or the new one's after it confirmed."""
    c = t.contact_changes.c
    confirmed = (c.confirm_hash == token_hash) & (c.state != ChangeState.ASKED.value)
    return _one(db, (c.undo_hash == token_hash) | confirmed)


def is_taken(db: Connection, email: str, customer: str, now: datetime) -> bool:
    """Whether an e-mail address belongs to another customer, or may return to one by an undo link."""
    c, k = t.contact_changes.c, t.customers.c
    theirs = select(k.number).where(k.email == email, k.number != customer)
    returning = select(c.id).where(
        c.old == email,
        c.field == ContactField.EMAIL.value,
        c.customer != customer,
        c.state == ChangeState.DONE.value,
        c.undo_until > now,
    )
    return bool(db.execute(select(theirs.exists() | returning.exists())).scalar_one())


def _one(db: Connection, where: Any) -> ContactChange | None:
    row = db.execute(select(t.contact_changes).where(where)).one_or_none()
    return _change(row) if row else None


def _change(row: Row[Any]) -> ContactChange:
    values = dict(row._mapping)
    values["field"] = ContactField(values["field"])
    values["state"] = ChangeState(values["state"])
    return ContactChange(**values)

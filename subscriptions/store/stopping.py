"""Stopping what was about to happen: debits that are only planned, and messages that are not sent yet."""

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from subscriptions.entities.attempts import AttemptState
from subscriptions.store import tables as t


def call_off_debits(db: Connection, customer: str, invoices: Collection[str] | None = None) -> int:
    """Call off the planned debits of a customer, all or those for some invoices; returns how many."""
    theirs = select(t.invoices.c.number).where(t.invoices.c.customer == customer)
    if invoices is not None:
        theirs = theirs.where(t.invoices.c.number.in_(invoices))
    planned = update(t.attempts).where(
        t.attempts.c.invoice.in_(theirs), t.attempts.c.state == AttemptState.SCHEDULED.value
    )
    return db.execute(planned.values(state=AttemptState.CALLED_OFF.value)).rowcount


def stop_messages(db: Connection, customer: str) -> int:
    """Stop every message to a customer that is still queued; returns how many."""
    queued = update(t.contacts).where(
        t.contacts.c.customer == customer, t.contacts.c.state == "queued"
    )
    return db.execute(queued.values(state="stopped")).rowcount

"""What happens to each table of a person when their data are erased.

Invariants: every personal table is in exactly one of the three lists, or a test fails; what the law keeps holds
no name, address, e-mail or phone but that of the invoices and what was declared; the audit is never touched.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, null, or_, select, update

from subscriptions.model.base import Money
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.privacy import Obstacles
from subscriptions.store import accounts, recipients
from subscriptions.store import tables as t
from subscriptions.store.personal import belongs
from subscriptions.store.requests import hashed

NAME = "—"
DELETED: frozenset[str] = frozenset(
    {
        "access_numbers",
        "addresses",
        "callbacks",
        "contact_changes",
        "deliveries",
        "demo_customers",
        "devices",
        "dunning_actions",
        "dunning_cases",
        "logins",
        "one_time_codes",
        "password_resets",
        "preferences",
        "quotes",
        "retention_offers",
        "setup_links",
        "suspensions",
        "usage_months",
        "write_keys",
    }
)
# Rows that stay because others lean on them, or as proof; these columns lose the person.
CLEARED: Mapping[str, Mapping[str, Any]] = {
    "accounts": {"company": None, "vat_id": None, "invoice_address": None},
    "cases": {"text": "", "facts": {}, "outcome": None},
    "consents": {"token_hash": None},
    "contacts": {"address": None, "facts": {}},
    "customers": {"name": NAME, "phone": None, "address_form": "formal"},
    "data_jobs": {"content": null(), "token_hash": None},
    "objections": {"text": ""},
    "payment_methods": {"label": NAME, "token": None, "holder": None, "active": False},
}
# Rows that stay as they are, and why.
KEPT: Mapping[str, str] = {
    "attempts": "invoices",
    "audit_entries": "codes and references only; append-only, so that nobody can hide what was done",
    "cancellations": "declarations",
    "credit_notes": "invoices",
    "holds": "declarations",
    "instalments": "declarations",
    "invoice_lines": "invoices",
    "invoices": "invoices",
    "mandates": "declarations",
    "pauses": "invoices",
    "payment_requests": "invoices",
    "payments": "invoices",
    "promises": "declarations",
    "refunds": "invoices",
    "subscription_addons": "invoices",
    "subscription_events": "invoices",
    "subscriptions": "invoices",
    "voucher_redemptions": "invoices",
    "withdrawals": "declarations",
}
_OVER = (SubscriptionState.ENDED.value, SubscriptionState.WITHDRAWN.value)


def obstacles(db: Connection, customer: str) -> Obstacles:
    """Running contracts, also those that the customer pays for others, and what is not paid yet."""
    account = accounts.find(db, customer)
    s, i = t.subscriptions.c, t.invoices.c
    payers = [account.id] if account else []
    mine = or_(s.customer == customer, s.account.in_(payers))
    running = select(func.count()).where(mine, s.state.not_in(_OVER))
    unpaid = select(func.coalesce(func.sum(i.total_minor), 0)).where(
        i.customer == customer, i.status != "paid", i.lifecycle == "final"
    )
    return Obstacles(
        contracts=int(db.execute(running).scalar_one()),
        open=Money(int(db.execute(unpaid).scalar_one())),
    )


def last_days(db: Connection, customer: str) -> tuple[date | None, date | None]:
    """The days of the last invoice and of the last declaration of a customer."""
    i, c, w = t.invoices.c, t.cancellations.c, t.withdrawals.c
    invoice = db.execute(select(func.max(i.issued_on)).where(i.customer == customer)).scalar()
    moments = [
        db.execute(select(func.max(column.received_at)).where(column.customer == customer)).scalar()
        for column in (c, w)
    ]
    said = [moment.date() for moment in moments if moment is not None]
    return invoice, max(said, default=None)


def erase(db: Connection, customer: str, email: str, at: datetime) -> int:
    """Take the person out of everything that the law does not keep; returns how many rows changed.

    `email` is the address on file: traces of it that belong to nobody go too.
    """
    recipients.freeze(db, customer)
    changed = 0
    for table in reversed(t.metadata.sorted_tables):
        if table.name in DELETED:
            changed += db.execute(delete(table).where(belongs(table, customer))).rowcount
    for name, values in CLEARED.items():
        table = t.metadata.tables[name]
        changed += db.execute(update(table).where(belongs(table, customer)).values(values)).rowcount
    # An access number is the subscriber's whose paper it is on; whoever linked it only lets go of it.
    linked = update(t.access_numbers).where(t.access_numbers.c.linked_to == customer)
    changed += db.execute(linked.values(linked_to=None, linked_at=None)).rowcount
    gone = {"email": f"{customer.lower()}@erased.invalid", "erased_at": at}
    db.execute(update(t.customers).where(t.customers.c.number == customer).values(gone))
    for traces in (t.one_time_codes, t.password_resets):
        changed += db.execute(delete(traces).where(traces.c.address_hash == hashed(email))).rowcount
    return changed

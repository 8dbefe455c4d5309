"""A contract follows its invoices: it falls behind when a debit failed and recovers when nothing failed is left.

Invariants: only an active contract falls behind, only one that is past due or suspended recovers; the invoice
was locked before the contract is.
"""

from datetime import datetime

from sqlalchemy import Connection, func, select

from subscriptions.entities.contracts import Subscription, activate, fall_behind
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.model.contracts import SubscriptionState
from subscriptions.store import contracts
from subscriptions.store import tables as t

_BEHIND = frozenset({SubscriptionState.PAST_DUE, SubscriptionState.SUSPENDED})


def follow(db: Connection, invoice: Invoice, actor: str, at: datetime) -> None:
    """Bring the contract of an invoice, whose payment status has just changed, in line with all of them."""
    contract = _contract(db, invoice.subscription)
    behind = owes(db, contract.id)
    if behind and contract.state is SubscriptionState.ACTIVE:
        happened = contracts.Happened("fell_behind", actor, at, {"invoice": invoice.number})
        contracts.store(db, fall_behind(contract), happened)
    if not behind:
        happened = contracts.Happened("recovered", actor, at, {"invoice": invoice.number})
        _recover(db, contract, happened)


def recover(db: Connection, customer: str, happened: contracts.Happened) -> None:
    """Let each contract recover that a customer has or pays for, when nothing of it has failed any more."""
    c = t.subscriptions.c
    paid_for = select(t.invoices.c.subscription).where(t.invoices.c.customer == customer)
    query = select(c.id).where(
        c.state.in_([state.value for state in _BEHIND]),
        (c.customer == customer) | c.id.in_(paid_for),
    )
    for row in db.execute(query.order_by(c.id)).all():
        if not owes(db, row.id):
            _recover(db, _contract(db, row.id), happened)


def owes(db: Connection, contract: str) -> bool:
    """Whether a debit for this contract failed and is still open."""
    query = select(func.count()).where(
        t.invoices.c.subscription == contract,
        t.invoices.c.status == InvoiceStatus.FAILED.value,
        t.invoices.c.lifecycle == InvoiceLifecycle.FINAL.value,
    )
    return bool(db.execute(query).scalar_one())


def _recover(db: Connection, contract: Subscription, happened: contracts.Happened) -> None:
    if contract.state in _BEHIND:
        contracts.store(db, activate(contract), happened)


def _contract(db: Connection, wanted: str) -> Subscription:
    """The locked contract, whoever pays for it."""
    query = select(t.subscriptions.c.customer).where(t.subscriptions.c.id == wanted)
    customer = db.execute(query).scalar_one()
    found = contracts.all_of(db, customer, lock=True)
    return next(contract for contract in found if contract.id == wanted)

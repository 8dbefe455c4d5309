"""What a step about open money means for everything else: contracts, planned attempts, arrangements, dunning.

Invariants: a payment stops what it makes needless at once, in the same transaction; each contract recovers
on its own, when nothing of it has failed; while something rests nothing is planned.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from subscriptions.entities.contracts import activate
from subscriptions.entities.dunning import dunning_to
from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.entities.promises import PromiseState, promise_to
from subscriptions.model.base import Words
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.dunning import DunningState
from subscriptions.policy import instalments as parts_policy
from subscriptions.policy.ledger import outstanding
from subscriptions.policy.promises import open_promise
from subscriptions.store import (
    attempts,
    contracts,
    dunning,
    holds,
    instalments,
    invoices,
    promises,
    refunds,
    stopping,
)

_RECOVERABLE = frozenset({SubscriptionState.PAST_DUE, SubscriptionState.SUSPENDED})


def after_payment(db: Connection, customer: str, actor: str, at: datetime) -> None:
    """Let everything follow that a payment of this customer changes. Call it after the payment is stored."""
    unpaid = invoices.unpaid(db, customer)
    _recover(db, customer, unpaid, contracts.Happened("recovered", actor, at))
    stopping.call_off_debits(db, customer, attempts.needless(db, customer))
    _keep_promise(db, customer)
    _pay_parts(db, customer)
    if not unpaid and not invoices.processing(db, customer):
        _nothing_open(db, customer, at)


def rest(db: Connection, customer: str, *, state: DunningState, at: datetime, why: Words) -> None:
    """Let all collection rest: an open dunning case takes this state, planned debits are called off."""
    _pause(db, customer, state=state, at=at, why=why)
    stopping.call_off_debits(db, customer)


def place_hold(db: Connection, hold: Hold, why: Words) -> None:
    """Place a hold; the debits planned for its invoices are called off and dunning rests at once."""
    holds.place(db, hold)
    _pause(db, hold.customer, state=DunningState.HOLD, at=hold.placed_at, why=why)
    covered = None if hold.invoice is None else [hold.invoice]
    stopping.call_off_debits(db, hold.customer, covered)


def _pause(db: Connection, customer: str, *, state: DunningState, at: datetime, why: Words) -> None:
    case = dunning.open_of(db, customer, lock=True)
    if case is not None and case.state is not state:
        dunning.store(db, replace(dunning_to(case, state, at), why=why))


def _recover(
    db: Connection, customer: str, unpaid: Iterable[Invoice], happened: contracts.Happened
) -> None:
    behind = {i.subscription for i in unpaid if i.status is InvoiceStatus.FAILED}
    for contract in contracts.all_of(db, customer, lock=True):
        if contract.state in _RECOVERABLE and contract.id not in behind:
            contracts.store(db, activate(contract), happened)


def _keep_promise(db: Connection, customer: str) -> None:
    promise = open_promise(promises.of_customer(db, customer))
    if promise is not None and invoices.all_paid(db, promise.invoices):
        promises.store(db, promise_to(promise, PromiseState.KEPT))


def _pay_parts(db: Connection, customer: str) -> None:
    parts = instalments.latest(db, customer)
    numbers = parts[0].invoices if parts else ()
    found = [i for i in (invoices.find(db, customer, n) for n in numbers) if i is not None]
    settled = refunds.settled(db, [invoice.number for invoice in found])
    still_open = sum(
        outstanding(invoice, settled.get(invoice.number, 0))
        for invoice in found
        if invoice.status is not InvoiceStatus.PAID
    )
    for part in parts_policy.after_payment(parts, still_open):
        instalments.store(db, part)


def _nothing_open(db: Connection, customer: str, at: datetime) -> None:
    """Nothing is left to collect: the dunning case is closed, a claim to have paid was right."""
    case = dunning.open_of(db, customer, lock=True)
    if case is not None:
        dunning.store(db, dunning_to(case, DunningState.CLOSED, at))
    for hold in holds.standing(db, customer, at):
        if hold.kind is HoldKind.CLAIMS_PAID:
            holds.release(db, hold, at)

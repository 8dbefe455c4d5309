"""What a step about open money means for everything else: contracts, planned attempts, arrangements, dunning.

Invariants: a payment stops what it makes needless at once, in the same transaction; each contract recovers
on its own, when nothing of it has failed; while something rests nothing is planned; the money of a pay link
is taken in once, and not a cent of it is lost.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from subscriptions.entities.dunning import dunning_to
from subscriptions.entities.holds import Hold, HoldKind
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle, InvoiceStatus
from subscriptions.entities.payment_requests import PaymentRequest, request_to
from subscriptions.entities.payments import Payment, PaymentSource
from subscriptions.entities.promises import PromiseState, promise_to
from subscriptions.model.base import Money, Words
from subscriptions.model.dunning import DunningState
from subscriptions.model.payments import PaymentRequestState
from subscriptions.policy import instalments as parts_policy
from subscriptions.policy.collecting import spread
from subscriptions.policy.ledger import outstanding
from subscriptions.policy.promises import open_promise
from subscriptions.store import (
    arrears,
    attempts,
    contracts,
    dunning,
    holds,
    instalments,
    invoices,
    payment_requests,
    promises,
    receipts,
    refunds,
    stopping,
)

LINK = "link"  # who acts when a pay link was paid


def after_payment(db: Connection, customer: str, actor: str, at: datetime) -> None:
    """Let everything follow that a payment of this customer changes. Call it after the payment is stored."""
    unpaid = invoices.unpaid(db, customer)
    arrears.recover(db, customer, contracts.Happened("recovered", actor, at))
    stopping.call_off_debits(db, customer, attempts.needless(db, customer))
    _keep_promise(db, customer)
    _pay_parts(db, customer)
    _close_links(db, customer)
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


def settle_request(db: Connection, request: PaymentRequest, at: datetime) -> tuple[Payment, ...]:
    """Take in the money of a pay link, once; a link that is paid already brings nothing more.

    Marks its invoices paid and stores their payments; contracts, promises and dunning follow. What is left
    over, because something was paid meanwhile, is kept as money without an invoice. Locks the invoices and
    then the link, like everything that touches both.
    """
    found = [invoices.find(db, request.customer, n, lock=True) for n in request.invoices]
    current = payment_requests.find(db, request.id, lock=True)
    if current is None or current.state is PaymentRequestState.PAID:
        return ()
    payment_requests.store(db, request_to(current, PaymentRequestState.PAID))
    payments = _brought(db, current, [i for i in found if i is not None], at)
    for payment in payments:
        receipts.add(db, payment)
    after_payment(db, request.customer, LINK, at)
    return payments


def _brought(
    db: Connection, request: PaymentRequest, found: Sequence[Invoice], at: datetime
) -> tuple[Payment, ...]:
    """What the money of a link pays, invoice by invoice; each that has nothing left is marked."""
    wanted = _open_cents(db, found)
    shares, left = spread(request.amount.minor, list(wanted.items()))
    settled = {share.invoice for share in shares if share.settles}
    for invoice in found:
        if invoice.number in settled:
            receipts.paid(db, invoice, at)
    parts: list[tuple[str | None, int]] = [(share.invoice, share.minor) for share in shares]
    if left:
        parts.append((None, left))
    return tuple(
        Payment(
            reference=f"Z-{request.id}-{index}",
            customer=request.customer,
            invoice=number,
            amount=Money(minor, request.amount.currency),
            source=PaymentSource.LINK,
            received_at=at,
        )
        for index, (number, minor) in enumerate(parts, start=1)
    )


def _open_cents(db: Connection, found: Sequence[Invoice]) -> dict[str, int]:
    """What is still to be paid of each of these invoices that holds and is not paid."""
    holding = [
        i
        for i in found
        if i.lifecycle is InvoiceLifecycle.FINAL and i.status is not InvoiceStatus.PAID
    ]
    settled = refunds.settled(db, [invoice.number for invoice in holding])
    return {i.number: outstanding(i, settled.get(i.number, 0)) for i in holding}


def _keep_promise(db: Connection, customer: str) -> None:
    promise = open_promise(promises.of_customer(db, customer))
    if promise is not None and invoices.all_paid(db, promise.invoices):
        promises.store(db, promise_to(promise, PromiseState.KEPT))


def _pay_parts(db: Connection, customer: str) -> None:
    parts = instalments.latest(db, customer)
    numbers = parts[0].invoices if parts else ()
    found = [i for i in (invoices.find(db, customer, n) for n in numbers) if i is not None]
    still_open = sum(_open_cents(db, found).values())
    for part in parts_policy.after_payment(parts, still_open):
        instalments.store(db, part)


def _close_links(db: Connection, customer: str) -> None:
    """No open link asks for what is paid, or being collected, already."""
    unpaid = {invoice.number for invoice in invoices.unpaid(db, customer)}
    for request in payment_requests.open_of(db, customer):
        if not unpaid.issuperset(request.invoices):
            closed = request_to(request, PaymentRequestState.CANCELLED)
            payment_requests.store(db, closed)


def _nothing_open(db: Connection, customer: str, at: datetime) -> None:
    """Nothing is left to collect: the dunning case is closed, a claim to have paid was right."""
    case = dunning.open_of(db, customer, lock=True)
    if case is not None:
        dunning.store(db, dunning_to(case, DunningState.CLOSED, at))
    for hold in holds.standing(db, customer, at):
        if hold.kind is HoldKind.CLAIMS_PAID:
            holds.release(db, hold, at)

"""Correcting invoices that do not hold any more: credit notes, refunds that wait for a person, voided invoices.

Invariants: an invoice is corrected once, its contract is locked; what was paid is never forgotten, a refund waits.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from subscriptions.entities.attempts import AttemptState
from subscriptions.entities.invoices import Invoice, void
from subscriptions.entities.refunds import CreditNote, Refund, RefundReason, RefundState, refund_to
from subscriptions.model.base import Money
from subscriptions.policy.calendar import business_date
from subscriptions.policy.withdrawal import Correction, Settled
from subscriptions.store import cases, invoices, refunds, stopping


def settled(db: Connection, found: Sequence[Invoice]) -> dict[str, Settled]:
    """What of each invoice was credited and what arrived for it."""
    numbers = [invoice.number for invoice in found]
    credited = dict.fromkeys(numbers, 0)
    for note in refunds.credit_notes_of(db, numbers):
        credited[note.invoice] += note.amount.minor
    both = refunds.settled(db, numbers)
    return {n: Settled(credited[n], both.get(n, 0) - credited[n]) for n in numbers}


def apply(
    db: Connection, corrections: Sequence[Correction], reason: RefundReason, at: datetime
) -> Money:
    """Store the corrections of one contract; returns what goes back in all, by a person."""
    back = 0
    for correction in corrections:
        invoice = correction.invoice
        if correction.credit.minor > 0:
            refunds.add_credit_note(db, _credit_note(db, correction, reason, at))
        if correction.void:
            stopping.call_off_debits(db, invoice.customer, {invoice.number})
            invoices.store_lifecycle(db, void(invoice, reason.value))
        if correction.refund.minor > 0:
            refunds.add(db, _refund(correction, reason, at))
        back += correction.refund.minor
    currency = corrections[0].credit.currency if corrections else "EUR"
    return Money(back, currency)


def needless(db: Connection, invoice: Invoice) -> RefundReason | None:
    """Why nothing of an invoice is asked for any more: the reason of the last note that credited it in full."""
    notes = refunds.credit_notes_of(db, [invoice.number])
    full = sum(note.amount.minor for note in notes) >= invoice.total.minor
    return notes[-1].reason if notes and full else None


def lower_refunds(db: Connection, invoice: Invoice) -> int:
    """Money of a locked invoice failed or went back: refunds that wait give back only what is there, newest first.

    A debit that is under way counts as money; what was paid twice goes back only beyond what the invoice comes to.
    Returns the cents that were given back already although no money is behind them.
    """
    numbers = [invoice.number]
    under_way = sum(
        attempt.amount.minor
        for attempt in invoices.attempts_of(db, invoice.number)
        if attempt.state in {AttemptState.SUBMITTED, AttemptState.UNKNOWN}
    )
    asked = settled(db, [invoice])[invoice.number]
    there = asked.received + under_way
    valid = max(invoice.total.minor - asked.credited, 0)
    for refund in reversed(refunds.of_invoices(db, numbers)):
        needed = valid if refund.reason is RefundReason.PAID_TWICE else 0
        if refund.state is RefundState.WAITING and there < needed:
            there += _lowered(db, refund, needed - there)
    return max(-there, 0)


def _lowered(db: Connection, refund: Refund, by: int) -> int:
    """Lower a refund that waits by at most these cents, call it off when nothing is left; returns by how much."""
    left = refund.amount.minor - by
    if left > 0:
        refunds.store(db, replace(refund, amount=Money(left, refund.amount.currency)))
        return by
    refunds.store(db, refund_to(refund, RefundState.FAILED))
    return refund.amount.minor


def _credit_note(
    db: Connection, correction: Correction, reason: RefundReason, at: datetime
) -> CreditNote:
    customer = correction.invoice.customer
    return CreditNote(
        number=refunds.next_credit_note(db, customer),
        customer=customer,
        invoice=correction.invoice.number,
        amount=correction.credit,
        tax_minor=correction.tax_minor,
        reason=reason,
        issued_on=business_date(at),
    )


def _refund(correction: Correction, reason: RefundReason, at: datetime) -> Refund:
    return Refund(
        reference=cases.reference("G"),
        customer=correction.invoice.customer,
        invoice=correction.invoice.number,
        payment=None,
        amount=correction.refund,
        reason=reason,
        state=RefundState.WAITING,
        asked_at=at,
    )

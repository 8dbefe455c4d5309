"""What would be charged if an invoice were tried on a day, and whether it may be.

Invariants: the way to pay of the contract is charged, else the one that was tried last; one that was
removed, has run out or lost its mandate is never charged.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from subscriptions.entities.attempts import Attempt, AttemptState, is_made
from subscriptions.entities.invoices import Invoice
from subscriptions.entities.methods import PaymentMethod
from subscriptions.errors import Code
from subscriptions.model.base import Money
from subscriptions.policy.debits import method_problem
from subscriptions.policy.failures import RetryDecision, decide_retry, is_replaced
from subscriptions.policy.ledger import outstanding
from subscriptions.store import contracts, customers, invoices, refunds


@dataclass(frozen=True, slots=True)
class Candidate:
    """A try that is considered: what was tried before, the method, what is open, and the rule's answer."""

    tried: tuple[Attempt, ...]
    failed_with: PaymentMethod | None
    method: PaymentMethod | None
    amount: Money
    decision: RetryDecision


def consider(db: Connection, invoice: Invoice, on: date) -> Candidate:
    """What a try of this invoice on a day would be."""
    tried = invoices.attempts_of(db, invoice.number)
    made = [a for a in tried if is_made(a)]
    failed_with = customers.method_of(db, made[-1].method) if made else None
    method = _method(db, invoice) or failed_with
    decision = decide_retry(
        made,
        method_updated_on=method.updated_on if method else None,
        today=on,
        replaced=is_replaced(method, made),
    )
    if not made and any(a.state is AttemptState.SCHEDULED for a in tried):
        decision = RetryDecision(1)  # the first debit of an invoice is planned before it is made
    if decision.allowed and _problem(db, method, on):
        decision = RetryDecision(0, Code.RETRY_FORBIDDEN)
    return Candidate(tried, failed_with, method, open_of(db, invoice), decision)


def open_of(db: Connection, invoice: Invoice) -> Money:
    """What is still to be paid of an unpaid invoice."""
    settled = refunds.settled(db, [invoice.number])
    return Money(outstanding(invoice, settled.get(invoice.number, 0)), invoice.total.currency)


def _method(db: Connection, invoice: Invoice) -> PaymentMethod | None:
    """The way to pay that the contract of an invoice has now."""
    found = contracts.by_ids(db, [invoice.subscription])  # whoever has it: others may pay for it
    method = customers.method_of(db, found[0].method if found else None)
    return method if method is not None and method.active else None


def _problem(db: Connection, method: PaymentMethod | None, on: date) -> bool:
    mandate = customers.mandate_of(db, method.id) if method else None
    return method_problem(method, mandate, None, on) is not None

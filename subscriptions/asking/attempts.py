"""Attempts to collect an invoice that stands: begun before the provider is asked, settled by whoever knows.

Invariants: while the outcome is unknown the invoice is being processed, so that nobody collects it again; drafts are
not looked at here, they belong to the order that made them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from subscriptions.asking.booking import By, step
from subscriptions.asking.errands import Handed, Settled
from subscriptions.entities.attempts import Attempt, AttemptState, attempt_to
from subscriptions.entities.invoices import (
    Invoice,
    InvoiceLifecycle,
    InvoiceStatus,
    invoice_to,
)
from subscriptions.entities.methods import MethodKind
from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.calendar import business_date
from subscriptions.policy.settling import stepped, steps_to
from subscriptions.provider import ChargeAnswer, Charged, ChargeRequest, PaymentProvider
from subscriptions.store import attempts, customers, invoices
from subscriptions.store.write import Notice

SCHEDULE = "schedule"  # who decided when nobody asked for it


def begin_attempt(
    db: Connection, invoice: Invoice, attempt: Attempt, planned: Attempt | None = None
) -> Handed:
    """Write down that a locked invoice is about to be collected; `planned` is the attempt as it was planned."""
    unknown = attempt_to(attempt, AttemptState.UNKNOWN)
    if planned is None:
        invoices.add_attempt(db, unknown)
    else:
        attempts.keep(db, unknown)
    standing = invoice.lifecycle is InvoiceLifecycle.FINAL
    if standing:
        invoices.store_status(db, invoice_to(invoice, InvoiceStatus.PROCESSING))

    def undo(db: Connection) -> None:
        if planned is None:
            attempts.remove(db, attempt)
        else:
            attempts.put_back(db, planned)
        if standing:
            invoices.store_status(db, invoice)

    return Handed(attempt.reference, undo)


@dataclass(frozen=True, slots=True)
class Charges:
    """Charges of invoices with this lifecycle, or of drafts."""

    lifecycle: InvoiceLifecycle = InvoiceLifecycle.FINAL
    refusal: Code = Code.PAYMENT_UNKNOWN

    def question(self, db: Connection, reference: str) -> Charged | None:
        """What the provider is asked, as long as its answer is unknown."""
        attempt = attempts.find(db, reference)
        if attempt is None or attempt.state is not AttemptState.UNKNOWN:
            return None
        method = customers.method_of(db, attempt.method)
        if method is None:
            raise LookupError(attempt.method)
        return Charged(ChargeRequest(reference, method, attempt.amount), attempt.at)

    def stands(self, db: Connection, reference: str) -> bool:
        """Whether it is written down and may have been taken in."""
        attempt = attempts.find(db, reference)
        return attempt is not None and attempt.state is not AttemptState.NOT_SUBMITTED

    def ask(self, provider: PaymentProvider, question: Charged) -> ChargeAnswer:
        """Collect."""
        return provider.charge(question.request)

    def look_up(
        self, provider: PaymentProvider, question: Charged, now: datetime
    ) -> ChargeAnswer | None:
        """What became of it."""
        return provider.outcome_of(question, now)

    def settle(
        self, db: Connection, reference: str, answer: ChargeAnswer | None, by: By
    ) -> Settled | None:
        """Book the answer with everything that follows."""
        found = self.locked(db, reference)
        if found is None:
            return None
        invoice, attempt = found
        settled = book(db, by, (invoice, attempt), answer)
        facts = {"attempt": reference, "invoice": invoice.number, "state": settled.state.value}
        return Settled(invoice.customer, facts, told(settled))

    def locked(self, db: Connection, reference: str) -> tuple[Invoice, Attempt] | None:
        """The invoice, locked, and its attempt, if that is still unknown."""
        known = attempts.find(db, reference)
        if known is None:
            return None
        customer = attempts.customer_of(db, known)
        invoice = invoices.find(db, customer, known.invoice, lock=True)
        attempt = attempts.find(db, reference)
        if invoice is None or attempt is None or attempt.state is not AttemptState.UNKNOWN:
            return None
        return invoice, attempt

    def unknown_of(self, db: Connection, customer: str) -> Sequence[str]:
        """What of a customer is unknown, oldest first."""
        found = attempts.unknown_of(db, customer, lifecycle=self.lifecycle)
        return [attempt.reference for attempt in found]

    def unknown(self, db: Connection, limit: int) -> Sequence[str]:
        """What is unknown at all, oldest first."""
        return [attempt.reference for attempt in attempts.unknown(db, self.lifecycle, limit)]


CHARGES = Charges()


def refuse_unknown(db: Connection, customer: str, numbers: Collection[str] | None = None) -> None:
    """Raise PAYMENT_UNKNOWN while the outcome of an attempt is, for one of these invoices or any of the customer."""
    for attempt in attempts.unknown_of(db, customer):
        if numbers is None or attempt.invoice in numbers:
            raise SubscriptionError(Code.PAYMENT_UNKNOWN, invoice=attempt.invoice)


def book(
    db: Connection, by: By, tried: tuple[Invoice, Attempt], answer: ChargeAnswer | None
) -> Attempt:
    """Take an unknown attempt where the provider says it is; without an answer it was never submitted."""
    invoice, attempt = tried
    if answer is None:
        submitted = stepped(attempt, AttemptState.NOT_SUBMITTED, None, by.at)
        step(db, by, invoice, submitted)
        return submitted
    attempt = replace(attempt, provider_reference=answer.provider_reference)
    for state in steps_to(attempt, answer.state):
        attempt = stepped(attempt, state, answer.raw_code, answer.at or by.happened)
        invoice = step(db, by, invoice, attempt)
    return attempt


def told(attempt: Attempt) -> tuple[Notice, ...]:
    """What the customer is told when the outcome is known. What we planned ourselves was announced then."""
    silent = attempt.decided_by == SCHEDULE or attempt.state is AttemptState.NOT_SUBMITTED
    return () if silent else (announcement(attempt, business_date(attempt.at)),)


def announcement(attempt: Attempt, on: date) -> Notice:
    """What the customer is told; a direct debit is announced with its amount and day."""
    facts: dict[str, str | int | None] = {
        "invoice": attempt.invoice,
        "amount_minor": attempt.amount.minor,
        "currency": attempt.amount.currency,
        "on": on.isoformat(),
    }
    if attempt.state is AttemptState.FAILED:
        return Notice("payment", "payment_failed_again", {"invoice": attempt.invoice})
    if attempt.kind is MethodKind.SEPA:
        return Notice("payment", "debit_announced", facts)
    template = "retry_planned" if attempt.state is AttemptState.SCHEDULED else "payment_retried"
    return Notice("payment", template, facts)

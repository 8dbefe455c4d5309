"""Refunds that the provider makes: begun before it is asked, settled by whoever knows what became of them.

Invariants: the invoice is locked before its customer, as payments do; what the provider does not make is owed all the
same and waits for a person; the invoice is corrected when the refund is known, not before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from subscriptions.asking.booking import By
from subscriptions.asking.errands import Handed, Settled
from subscriptions.entities.refunds import (
    CreditNote,
    Refund,
    RefundState,
    refund_to,
)
from subscriptions.errors import Code
from subscriptions.model.base import Money
from subscriptions.policy.calendar import bank_days_after, business_date
from subscriptions.policy.refunds import credit_of, credited_tax
from subscriptions.provider import GivenBack, PaymentProvider, RefundAnswer, RefundResult
from subscriptions.store import cases, customers, giving, invoices, refunds
from subscriptions.store.write import Notice

ARRIVES_BANK_DAYS = 5


def begin_refund(db: Connection, made: Refund) -> Handed:
    """Write down that a refund is about to be made; its customer is locked."""
    refunds.add(db, refund_to(made, RefundState.UNKNOWN))
    return Handed(made.reference, lambda db: refunds.remove(db, made))


class Refunds:
    """Refunds by the provider."""

    refusal = Code.REFUND_UNKNOWN

    def question(self, db: Connection, reference: str) -> GivenBack | None:
        """What the provider is asked, as long as its answer is unknown."""
        refund = refunds.find(db, reference)
        if refund is None or refund.state is not RefundState.UNKNOWN:
            return None
        request = giving.request_of(db, refund)
        if request is None:
            raise LookupError(refund.payment)
        return GivenBack(request, refund.asked_at)

    def stands(self, db: Connection, reference: str) -> bool:
        """Whether it is written down and may have been taken in."""
        refund = refunds.find(db, reference)
        return refund is not None and refund.state is not RefundState.NOT_SUBMITTED

    def ask(self, provider: PaymentProvider, question: GivenBack) -> RefundAnswer:
        """Give back."""
        if question.request is None:
            raise LookupError
        return provider.refund(question.request)

    def look_up(
        self, provider: PaymentProvider, question: GivenBack, now: datetime
    ) -> RefundAnswer | None:
        """What became of it."""
        return provider.refund_outcome(question)

    def settle(
        self, db: Connection, reference: str, answer: RefundAnswer | None, by: By
    ) -> Settled | None:
        """Store what became of it; correct its invoice, or pass it to a person."""
        known = refunds.find(db, reference)
        if known is None:
            return None
        customers.by_number(db, known.customer, lock=True)
        invoices.find(db, known.customer, known.invoice, lock=True)
        refund = refunds.find(db, reference, lock=True)
        if refund is None or refund.state is not RefundState.UNKNOWN:
            return None
        after = _answered(refund, answer, by)
        refunds.store(db, after)
        facts: dict[str, str | int | bool | None] = {
            "refund": reference,
            "amount": after.amount.minor,
            "reason": after.reason.value,
            "state": after.state.value,
        }
        if after.state is RefundState.NOT_SUBMITTED:
            return Settled(after.customer, facts)
        facts |= {"credit_note": credited(db, after, by), "case": case_of(db, after, by)}
        return Settled(after.customer, facts, (refund_notice(after),))

    def unknown_of(self, db: Connection, customer: str) -> Sequence[str]:
        """What of a customer is unknown, oldest first."""
        found = refunds.of_customer(db, customer)
        return [r.reference for r in reversed(found) if r.state is RefundState.UNKNOWN]

    def unknown(self, db: Connection, limit: int) -> Sequence[str]:
        """What is unknown at all, oldest first."""
        return refunds.unknown(db, limit)


REFUNDS = Refunds()


def refund_notice(made: Refund) -> Notice:
    """What the customer is told."""
    facts: dict[str, str | int | None] = {
        "refund": made.reference,
        "invoice": made.invoice,
        "amount": made.amount.minor,
    }
    return Notice("payment", "refund_made", facts)


def credited(db: Connection, made: Refund, by: By) -> str | None:
    """Lower the invoice by what is given back, as far as it was too high; returns the credit note's number."""
    invoice = invoices.find(db, made.customer, made.invoice)
    notes = refunds.credit_notes_of(db, [made.invoice])
    if invoice is None:
        return None
    valid = max(invoice.total.minor - sum(note.amount.minor for note in notes), 0)
    credit = credit_of(made.reason, made.amount.minor, valid)
    if credit <= 0:
        return None
    note = CreditNote(
        number=refunds.next_credit_note(db, made.customer),
        customer=made.customer,
        invoice=made.invoice,
        amount=Money(credit, made.amount.currency),
        tax_minor=credited_tax(invoice, credit),
        reason=made.reason,
        issued_on=business_date(by.at),
    )
    refunds.add_credit_note(db, note)
    return note.number


def case_of(db: Connection, made: Refund, by: By) -> str | None:
    """The case of a refund that waits for a person."""
    if made.state is not RefundState.WAITING:
        return None
    facts = {"refund": made.reference, "invoice": made.invoice}
    concern = cases.Concern("refund", "BIL", facts=facts)
    return cases.open_case(db, made.customer, concern, at=by.at, limits=by.limits).number


def _answered(refund: Refund, answer: RefundAnswer | None, by: By) -> Refund:
    """A refund that the provider does not make stays with a person."""
    if answer is None:
        return refund_to(refund, RefundState.NOT_SUBMITTED)
    if answer.state is RefundResult.FAILED:
        return refund_to(refund, RefundState.WAITING)
    return replace(
        refund_to(refund, RefundState(answer.state.value)),
        provider_reference=answer.provider_reference,
        expected_on=bank_days_after(business_date(by.at), ARRIVES_BANK_DAYS),
    )

"""What is wrong about the charges of a customer: paid twice, invoiced twice, after the end, another price.

Invariants: only what the ledger proves is found; what was credited or given back is not found again; what
is refundable has arrived and stayed, to the cent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.invoices import Invoice, InvoiceLifecycle
from subscriptions.entities.payments import Payment, PaymentState
from subscriptions.entities.refunds import CreditNote, Refund
from subscriptions.model.base import Money
from subscriptions.model.billing import Finding, FindingKind
from subscriptions.policy.calendar import business_date
from subscriptions.policy.pricing import PlanTerms, price_in_force


@dataclass(frozen=True, slots=True)
class Charged:
    """An invoice with its lines and everything that happened to it."""

    invoice: Invoice
    payments: Sequence[Payment] = ()
    credits: Sequence[CreditNote] = ()
    refunds: Sequence[Refund] = ()

    @property
    def received(self) -> tuple[Payment, ...]:
        """The payments that arrived and did not go back."""
        return tuple(p for p in self.payments if p.state is PaymentState.RECEIVED)

    @property
    def kept(self) -> int:
        """What arrived and stays with us, in cents."""
        return kept(self.payments, self.refunds)

    def gone_of(self, payment: Payment) -> int:
        """What was given back of a payment, in cents."""
        given = (r for r in self.refunds if r.counts and r.payment == payment.reference)
        return sum(refund.amount.minor for refund in given)

    @property
    def valid(self) -> int:
        """What the invoice comes to after its credit notes, in cents."""
        return max(self.invoice.total.minor - sum(n.amount.minor for n in self.credits), 0)


@dataclass(frozen=True, slots=True)
class History:
    """The charges of a customer, oldest first, with their contracts and the plans on their lines."""

    charges: Sequence[Charged]
    contracts: Mapping[str, Subscription]
    plans: Mapping[str, PlanTerms]


def kept(payments: Sequence[Payment], refunds: Sequence[Refund]) -> int:
    """What arrived by these payments and stays, in cents; a refund on its way is gone already."""
    ours = {payment.reference for payment in payments} | {None}
    arrived = sum(p.amount.minor for p in payments if p.state is PaymentState.RECEIVED)
    return arrived - sum(r.amount.minor for r in refunds if r.counts and r.payment in ours)


def find(history: History) -> tuple[Finding, ...]:
    """Everything that is wrong, in the order of the invoices."""
    found: list[Finding] = []
    seen: dict[tuple[object, ...], str] = {}
    for charge in history.charges:
        if charge.invoice.lifecycle is InvoiceLifecycle.FINAL and charge.valid > 0:
            found.extend(_of(charge, history, seen))
    return tuple(found)


def _of(
    charge: Charged, history: History, seen: dict[tuple[object, ...], str]
) -> Iterator[Finding]:
    """An invoice that should not exist is that only; else it may be paid twice or too high, or both."""
    contract = history.contracts.get(charge.invoice.subscription)
    first = _same_period(charge.invoice, seen)
    if contract is not None and _after_end(charge.invoice, contract):
        yield _needless(charge, FindingKind.CHARGED_AFTER_END, contract.id)
    elif first is not None:
        yield _needless(charge, FindingKind.INVOICED_TWICE, first)
    else:
        yield from _paid_twice(charge)
        if contract is not None:
            yield from _wrong_amount(charge, contract, history.plans)


def _same_period(invoice: Invoice, seen: dict[tuple[object, ...], str]) -> str | None:
    """The earlier invoice for the same contract and period; the first one is remembered."""
    if invoice.kind != "period" or not invoice.lines:
        return None
    start = min(line.period_start for line in invoice.lines)
    end = max(line.period_end for line in invoice.lines)
    first = seen.setdefault((invoice.subscription, start, end), invoice.number)
    return first if first != invoice.number else None


def _after_end(invoice: Invoice, contract: Subscription) -> bool:
    if contract.ends_on is None or not invoice.lines or invoice.kind == "correction":
        return False
    return min(line.period_start for line in invoice.lines) >= contract.ends_on


def _needless(charge: Charged, kind: FindingKind, evidence: str) -> Finding:
    """All of it is owed back."""
    return _finding(charge, kind, (charge.valid, 0, max(charge.kept, 0)), (evidence,))


def _paid_twice(charge: Charged) -> Iterator[Finding]:
    over = charge.kept - charge.valid
    if over > 0 and len(charge.received) > 1:
        references = tuple(p.reference for p in charge.received)
        amounts = (charge.kept, charge.valid, over)
        yield _finding(charge, FindingKind.PAID_TWICE, amounts, references)


def _wrong_amount(
    charge: Charged, contract: Subscription, plans: Mapping[str, PlanTerms]
) -> Iterator[Finding]:
    """Plan lines above the price in force on the first day of their period."""
    credited = charge.invoice.total.minor - charge.valid
    for line in charge.invoice.lines:
        terms = plans.get(line.code or "")
        if line.kind != "plan" or charge.invoice.kind != "period" or terms is None:
            continue
        price = price_in_force(contract, terms, line.period_start).minor
        over = min(line.amount.minor - price, charge.invoice.total.minor) - credited
        if over > 0:
            amounts = (line.amount.minor, price, max(min(over, charge.kept), 0))
            yield _finding(charge, FindingKind.WRONG_AMOUNT, amounts, (terms.plan.code,))


def _finding(
    charge: Charged, kind: FindingKind, amounts: tuple[int, int, int], evidence: tuple[str, ...]
) -> Finding:
    """`amounts`: charged, expected, refundable."""
    invoice, currency = charge.invoice, charge.invoice.total.currency
    last = charge.received[-1] if charge.received else None
    return Finding(
        kind=kind,
        invoice=invoice.number,
        on=business_date(last.received_at) if last else invoice.issued_on,
        charged=Money(amounts[0], currency),
        expected=Money(amounts[1], currency),
        refundable=Money(amounts[2], currency),
        evidence=evidence,
    )

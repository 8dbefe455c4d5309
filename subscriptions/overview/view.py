"""Reading and arranging the 360° view.

Invariants: at most ten queries on one snapshot; addresses and methods are masked; every view is in the
audit before it is shown; the value is plain data, `dataclasses.asdict` makes JSON of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from subscriptions.entities.attempts import Attempt
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.entities.methods import Mandate, PaymentMethod
from subscriptions.entities.parties import Customer
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.catalogue import Plan
from subscriptions.model.payments import Failure
from subscriptions.overview.values import (
    ContactLine,
    Contract,
    Dot,
    Header,
    Method,
    MoneyPart,
    OpenInvoice,
    Overview,
    Try,
)
from subscriptions.policy import ledger
from subscriptions.policy.access import is_agent, require
from subscriptions.policy.calendar import business_date, current_period
from subscriptions.policy.ending import entitlement
from subscriptions.policy.failures import classify, failure_of, is_declined, spoken_code
from subscriptions.policy.masking import mask_address
from subscriptions.policy.next_action import Situation, choose
from subscriptions.policy.reasons import REASONS
from subscriptions.policy.segments import Record, Segment, segment
from subscriptions.store import audit, contracts, customers, invoices, requests
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import note_view

LAST_PAYMENTS = 12
LAST_ATTEMPTS = 10
LAST_CONTACTS = 10
YEAR = timedelta(days=365)
OFFER_PAUSE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was read, before it is arranged."""

    now: datetime
    customer: Customer
    contract: Subscription | None
    plans: dict[str, Plan]
    unpaid: tuple[Invoice, ...]
    latest: tuple[Invoice, ...]
    attempts: tuple[Attempt, ...]
    method: PaymentMethod | None
    mandate: Mandate | None
    contacts: tuple[requests.Contact, ...]

    @property
    def today(self) -> date:
        return business_date(self.now)

    @property
    def failed_invoices(self) -> frozenset[str]:
        return frozenset(a.invoice for a in self.attempts if is_declined(a))


class OverviewOf:
    """The 360° view as a use case."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def of(self, caller: Caller, number: str) -> Overview:
        """The view of a customer, for an agent, or for the customer at level 1; else NOT_FOUND."""
        now = self._backing.clock()
        if not is_agent(caller) and require(caller, Level.IDENTIFIED, now) != number:
            raise SubscriptionError(Code.NOT_FOUND)
        with reading(self._backing.engine) as db:
            facts = _read(db, number, now)
        note_view(self._backing.engine, audit.Entry(now, caller.actor, "overview.view", number, {}))
        return _arrange(facts)


def _read(db: Connection, number: str, now: datetime) -> _Facts:
    """Nine queries; the tenth is the audit's."""
    customer = customers.by_number(db, number)
    contract = contracts.of_customer(db, number)
    method = customers.method_of(db, contract.method) if contract else None
    return _Facts(
        now=now,
        customer=customer,
        contract=contract,
        plans={plan.code: plan for plan in contracts.catalogue(db)},
        unpaid=invoices.unpaid(db, number),
        latest=invoices.latest(db, number, LAST_PAYMENTS),
        attempts=invoices.attempts_since(db, number, now - YEAR),
        method=method,
        mandate=customers.mandate_of(db, method.id) if method else None,
        contacts=requests.contacts_of(db, number, LAST_CONTACTS),
    )


def _arrange(facts: _Facts) -> Overview:
    customer = facts.customer
    failure = _failure(facts)
    record = Record(
        invoices=len({a.invoice for a in facts.attempts}), failed=len(facts.failed_invoices)
    )
    kind = segment(customer.since, record, facts.today)
    return Overview(
        as_of=facts.now,
        header=Header(
            number=customer.number,
            name=customer.name,
            locale=customer.locale,
            address_form=customer.address_form,
            email=mask_address(customer.email),
            since=customer.since,
            segment=kind,
        ),
        contracts=(_contract(facts, facts.contract),) if facts.contract else (),
        money=_money(facts, failure),
        contacts=tuple(ContactLine(c.at, c.channel, c.reason, c.template) for c in facts.contacts),
        next_action=choose(_situation(facts, failure, kind)),
    )


def _contract(facts: _Facts, contract: Subscription) -> Contract:
    plan = facts.plans[contract.plan]
    period = current_period(contract.period, plan.interval, contract.anchor_day, facts.today)
    pending = contract.pending_plan
    return Contract(
        id=contract.id,
        plan=plan,
        state=contract.state,
        entitlement=entitlement(contract.state),
        started_on=contract.started_on,
        renews_on=None if contract.ends_on else period.end,
        ends_on=contract.ends_on,
        pending_plan=facts.plans[pending] if pending else None,
    )


def _money(facts: _Facts, failure: Failure | None) -> MoneyPart:
    return MoneyPart(
        balance=ledger.balance(ledger.Owed(facts.unpaid, {}), _terms(facts), facts.today),
        unpaid=tuple(
            OpenInvoice(i.number, i.total, i.due_on, i.status, ledger.is_overdue(i, facts.today))
            for i in facts.unpaid
        ),
        method=_method(facts),
        failure=failure,
        payments=tuple(_dot(i, facts.failed_invoices) for i in facts.latest),
        attempts=tuple(_try(a) for a in reversed(facts.attempts[-LAST_ATTEMPTS:])),
    )


def _terms(facts: _Facts) -> tuple[ledger.Terms, ...]:
    contract = facts.contract
    if contract is None:
        return ()
    plan = facts.plans[contract.plan]
    following = facts.plans[contract.pending_plan] if contract.pending_plan else plan
    label = facts.method.label if facts.method else None
    return (ledger.Terms(contract, plan, following, label),)


def _failure(facts: _Facts) -> Failure | None:
    for invoice in reversed(facts.unpaid):
        tried: Sequence[Attempt] = [a for a in facts.attempts if a.invoice == invoice.number]
        found = failure_of(invoice, tried, facts.method, facts.today)
        if found is not None:
            return found
    return None


def _method(facts: _Facts) -> Method | None:
    method, mandate = facts.method, facts.mandate
    if method is None:
        return None
    return Method(
        kind=method.kind.value,
        label=method.label,
        expires_on=method.expires_on,
        expired=method.expires_on is not None and method.expires_on < facts.today,
        mandate=mandate.reference if mandate else None,
        mandate_state=mandate.state.value if mandate else None,
    )


def _dot(invoice: Invoice, failed: frozenset[str]) -> Dot:
    late = invoice.status is InvoiceStatus.PAID and invoice.number in failed
    result = "late" if late else invoice.status.value
    return Dot(invoice.number, invoice.issued_on, invoice.total, result)


def _try(attempt: Attempt) -> Try:
    kind = classify(attempt.kind, attempt.raw_code) if is_declined(attempt) else None
    words = REASONS[kind] if kind else None
    return Try(
        at=attempt.at,
        invoice=attempt.invoice,
        amount=attempt.amount,
        state=attempt.state.value,
        raw_code=spoken_code(attempt.raw_code) if kind else None,
        kind=kind,
        reason_de=words.de if words else None,
        reason_en=words.en if words else None,
    )


def _situation(facts: _Facts, failure: Failure | None, kind: Segment) -> Situation:
    contract = facts.contract
    recent = facts.now - OFFER_PAUSE
    return Situation(
        failure=failure,
        owes=bool(facts.unpaid),
        state=contract.state if contract else None,
        segment=kind,
        plan=facts.plans[contract.plan] if contract else None,
        siblings=tuple(facts.plans.values()),
        offered_recently=any(c.reason == "benefit" and c.at >= recent for c in facts.contacts),
    )

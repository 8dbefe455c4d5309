"""Why a payment failed, and trying it again.

Invariants: only what policy allows is retried; the attempt number makes the provider's reference, so
that no crash and no double press collects twice; a provider that is down leaves nothing behind.
"""

from sqlalchemy import Connection

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.contracts import activate
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.entities.methods import PaymentMethod
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.payments import Failure, RetryOutcome
from subscriptions.policy.access import require
from subscriptions.policy.calendar import bank_days_after, business_date
from subscriptions.policy.failures import classify, decide_retry, failure_of
from subscriptions.provider import SETTLING_BANK_DAYS, ChargeRequest, collect
from subscriptions.store import contracts, customers, invoices, receipts
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.write import Done, Notice, Order, write_once

_RECOVERABLE = frozenset({SubscriptionState.PAST_DUE, SubscriptionState.SUSPENDED})


class Payments:
    """Failed payments; every method needs level 1."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def why_failed(self, caller: Caller) -> Failure | None:
        """The newest failure that is still unpaid, or None when nothing failed."""
        now = self._backing.clock()
        number = require(caller, Level.IDENTIFIED, now)
        with reading(self._backing.engine) as db:
            customers.by_number(db, number)
            for invoice in reversed(invoices.unpaid(db, number)):
                tried = invoices.attempts_of(db, invoice.number)
                method = customers.method_of(db, tried[-1].method) if tried else None
                failure = failure_of(invoice, tried, method, business_date(now))
                if failure is not None:
                    return failure
        return None

    def retry(self, caller: Caller, invoice: str, *, key: str) -> RetryOutcome:
        """Try an unpaid invoice again, once for the key.

        Raises NOT_FOUND, NOTHING_DUE, RETRY_FORBIDDEN or RETRY_CAP_REACHED by the rules of the domain
        paper (section 3), PROVIDER_DOWN when nobody answers. A decline is an outcome, not an error.
        """
        now = self._backing.clock()
        number = require(caller, Level.IDENTIFIED, now)
        order = Order("payments.retry", caller, number, key, {"invoice": invoice}, now)
        return write_once(
            self._backing.engine, order, RetryOutcome, lambda db: self._retry(db, order, invoice)
        )

    def _retry(self, db: Connection, order: Order, number: str) -> Done[RetryOutcome]:
        invoice, method, tried = self._retryable(db, order, number)
        attempt = collect(
            self._backing.provider,
            ChargeRequest(f"{invoice.number}-{tried + 1}", method, invoice.total),
            invoice=invoice.number,
            number=tried + 1,
            at=order.at,
        )
        receipts.record(db, invoice, attempt)
        _recover(db, invoice.customer, order)
        outcome = _outcome(attempt)
        template = "payment_retried" if outcome.succeeded else "payment_failed_again"
        return Done(
            outcome,
            invoice.customer,
            {"invoice": invoice.number, "attempt": attempt.reference, "state": attempt.state.value},
            (Notice("payment", template, {"invoice": invoice.number}),),
        )

    def _retryable(
        self, db: Connection, order: Order, number: str
    ) -> tuple[Invoice, PaymentMethod, int]:
        """The locked invoice, the way to pay, and the number of the last attempt; or a refusal."""
        customer = order.owner or ""
        invoice = invoices.find(db, customer, number, lock=True)
        if invoice is None:
            raise SubscriptionError(Code.NOT_FOUND, invoice=number)
        if invoice.status not in {InvoiceStatus.OPEN, InvoiceStatus.FAILED}:
            raise SubscriptionError(Code.NOTHING_DUE, invoice=number)
        tried = invoices.attempts_of(db, number)
        method = customers.method_of(db, tried[-1].method) if tried else None
        if method is None:
            raise SubscriptionError(Code.NOTHING_DUE, invoice=number)
        decision = decide_retry(
            tried, method_updated_on=method.updated_on, today=business_date(order.at)
        )
        if decision.refusal is not None:
            kind = classify(tried[-1].kind, tried[-1].raw_code)
            raise SubscriptionError(decision.refusal, invoice=number, kind=kind.value)
        return invoice, method, tried[-1].number


def _recover(db: Connection, customer: str, order: Order) -> None:
    """A contract that owes nothing any more becomes active again."""
    contract = contracts.of_customer(db, customer, lock=True)
    owes = any(i.status is InvoiceStatus.FAILED for i in invoices.unpaid(db, customer))
    if contract is not None and contract.state in _RECOVERABLE and not owes:
        happened = contracts.Happened("recovered", order.caller.actor, order.at)
        contracts.store(db, activate(contract), happened)


def _outcome(attempt: Attempt) -> RetryOutcome:
    failed = attempt.state is AttemptState.FAILED
    pending = attempt.state is AttemptState.SUBMITTED
    settles = bank_days_after(business_date(attempt.at), SETTLING_BANK_DAYS) if pending else None
    return RetryOutcome(
        invoice=attempt.invoice,
        amount=attempt.amount,
        succeeded=not failed,
        kind=classify(attempt.kind, attempt.raw_code) if failed else None,
        reference=attempt.reference,
        at=attempt.at,
        final=not pending,
        settles_on=settles,
    )

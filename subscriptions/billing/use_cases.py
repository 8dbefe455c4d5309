"""What was charged, what is open, and what comes next.

Invariants: reads only; an identified caller sees the own account and no other.
"""

from sqlalchemy import Connection

from subscriptions.entities.invoices import Invoice
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Caller, Level
from subscriptions.model.billing import Balance, Charge
from subscriptions.policy import ledger
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.store import contracts, customers, invoices
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading


class Billing:
    """Questions about money; every method needs level 1."""

    def __init__(self, backing: Backing) -> None:
        self._backing = backing

    def explain_charge(self, caller: Caller, invoice: str | None = None) -> Charge:
        """An invoice item by item, the latest by default; NOT_FOUND if the caller has none such."""
        number = require(caller, Level.IDENTIFIED, self._backing.clock())
        with reading(self._backing.engine) as db:
            customers.by_number(db, number)
            found = invoices.find(db, number, invoice)
            if found is None:
                raise SubscriptionError(Code.NOT_FOUND, invoice=invoice)
            return Charge(
                invoice=found.number,
                issued_on=found.issued_on,
                due_on=found.due_on,
                total=found.total,
                status=found.status.value,
                method=_method_of(db, found),
                lines=found.lines,
            )

    def balance(self, caller: Caller) -> Balance:
        """What is open and overdue in cents, and the next debit with its day and amount."""
        now = self._backing.clock()
        number = require(caller, Level.IDENTIFIED, now)
        with reading(self._backing.engine) as db:
            customers.by_number(db, number)
            owed = ledger.Owed(invoices.unpaid(db, number), {})
            return ledger.balance(owed, _terms(db, number), business_date(now))


def _method_of(db: Connection, invoice: Invoice) -> str:
    """The label of the method that paid, or that is on file for the contract."""
    tried = invoices.attempts_of(db, invoice.number)
    if tried:
        method = customers.method_of(db, tried[-1].method)
    else:
        contract = contracts.of_customer(db, invoice.customer)
        method = customers.method_of(db, contract.method if contract else None)
    return method.label if method else ""


def _terms(db: Connection, number: str) -> tuple[ledger.Terms, ...]:
    contract = contracts.of_customer(db, number)
    if contract is None:
        return ()
    plan = contracts.plan(db, contract.plan)
    following = contracts.plan(db, contract.pending_plan) if contract.pending_plan else plan
    method = customers.method_of(db, contract.method)
    return (ledger.Terms(contract, plan, following, method.label if method else None),)

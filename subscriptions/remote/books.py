"""What every remote use case stands on: the account's books, read once, and the local catalogue.

Invariants: attempts carry the number of their invoice as people know it, not the remote identifier.
"""

from dataclasses import dataclass, replace
from datetime import date

from subscriptions.entities.attempts import Attempt
from subscriptions.entities.invoices import Invoice, InvoiceStatus
from subscriptions.model.base import Caller, Level, Money
from subscriptions.model.catalogue import Plan
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.remote import reads, shapes
from subscriptions.remote.not_offered import NotOffered
from subscriptions.remote.reads import Reader
from subscriptions.store import contracts
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading


@dataclass(frozen=True, slots=True)
class Books:
    """The invoices of an account in our terms, oldest first, with their attempts and remote identifiers."""

    account: shapes.Account
    invoices: tuple[Invoice, ...]
    attempts: dict[str, tuple[Attempt, ...]]
    ids: dict[str, str]
    open: dict[str, Money]

    @property
    def unpaid(self) -> tuple[Invoice, ...]:
        """What is not paid, oldest first."""
        waiting = {InvoiceStatus.OPEN, InvoiceStatus.FAILED}
        return tuple(i for i in self.invoices if i.status in waiting)


class Noun(NotOffered):
    def __init__(self, backing: Backing, reader: Reader) -> None:
        self._backing = backing
        self._reader = reader

    def _number(self, caller: Caller) -> str:
        return require(caller, Level.IDENTIFIED, self._backing.clock())

    def _today(self) -> date:
        return business_date(self._backing.clock())

    def _books(self, number: str) -> Books:
        account = self._reader.account(number)
        payments = self._reader.payments(account)
        found = self._reader.invoices(account)
        tried = {
            i.invoice_number: tuple(
                replace(attempt, invoice=i.invoice_number)
                for attempt in reads.attempts(payments, i.invoice_id)
            )
            for i in found
        }
        return Books(
            account=account,
            invoices=tuple(reads.invoice(i, tried[i.invoice_number], number) for i in found),
            attempts=tried,
            ids={i.invoice_number: i.invoice_id for i in found},
            open={i.invoice_number: reads.cents(i.balance, i.currency) for i in found},
        )

    def _plan(self, code: str) -> Plan:
        """The plan in the local catalogue; one that is missing there is the operator's to add."""
        with reading(self._backing.engine) as db:
            return contracts.plan(db, code)

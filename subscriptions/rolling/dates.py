"""On which day something is debited: the wanted day of the month, a bank day, and never before it was announced.

Invariants: a direct debit is announced with its amount and day `debit_notice_days` before (SEPA rulebook); an
announcement counts for its contract, period and amount only.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from subscriptions.entities.contracts import Subscription
from subscriptions.entities.methods import MethodKind, PaymentMethod
from subscriptions.model.base import Money
from subscriptions.policy.calendar import bank_days_after
from subscriptions.policy.debits import debit_on
from subscriptions.rolling.day import Day
from subscriptions.store import accounts, customers, due, methods, requests
from subscriptions.store.write import Notice

_CONTACTS = 100  # far more than a customer gets in the weeks between an announcement and its debit


@dataclass(frozen=True, slots=True)
class Debit:
    """An amount for the period of a contract that begins on `start`."""

    contract: Subscription
    start: date
    amount: Money


def wanted_day(db: Connection, contract: Subscription, start: date) -> date:
    """When a period that begins on `start` should be debited: then, or on the debit day of the payer after it."""
    payer = due.payer_of(db, contract.customer, contract.account)
    account = accounts.find(db, payer)
    return debit_on(start, account.debit_day if account else None)


def due_day(db: Connection, day: Day, debit: Debit) -> date:
    """When an invoice that is made today is debited."""
    wanted = max(wanted_day(db, debit.contract, debit.start), day.today)
    method = customers.method_of(db, debit.contract.method)
    return wanted if method is None else possible_day(db, day, (debit, method), wanted)


def possible_day(db: Connection, day: Day, what: tuple[Debit, PaymentMethod], wanted: date) -> date:
    """The wanted day; for a bank account a bank day that leaves the time of the announcement."""
    debit, method = what
    if method.kind is not MethodKind.SEPA:
        return wanted
    if is_announced(db, debit):
        return bank_day(wanted)
    notice = timedelta(days=day.limits.debit_notice_days)
    return bank_day(max(wanted, day.today + notice))


def bank_day(day: date) -> date:
    """The day itself if banks work, else the next one on which they do."""
    return bank_days_after(day - timedelta(days=1), 1)


def usable_method(
    db: Connection, day: Day, contract: Subscription, on: date
) -> PaymentMethod | None:
    """The way to pay of a contract if it may be debited on a day."""
    return methods.usable(db, contract.method, on=on, at=day.at)


def is_announced(db: Connection, debit: Debit) -> bool:
    """Whether the debit of exactly this amount was announced."""
    payer = due.payer_of(db, debit.contract.customer, debit.contract.account)
    wanted = _facts(debit)
    return any(
        sent.template == due.ANNOUNCED and wanted.items() <= dict(sent.facts).items()
        for sent in requests.contacts_of(db, payer, _CONTACTS)
    )


def announcement(debit: Debit, on: date, invoice: str | None = None) -> Notice:
    """The message that announces a debit with its amount and day."""
    facts = {**_facts(debit), "on": on.isoformat(), "invoice": invoice}
    return Notice("payment", due.ANNOUNCED, facts)


def _facts(debit: Debit) -> dict[str, str | int | None]:
    return {
        "subscription": debit.contract.id,
        "period": debit.start.isoformat(),
        "amount_minor": debit.amount.minor,
        "currency": debit.amount.currency,
    }

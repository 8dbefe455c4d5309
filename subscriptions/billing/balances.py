"""What is open and what is debited next, over everything a customer pays for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from subscriptions.entities.attempts import Attempt, AttemptState, is_made
from subscriptions.entities.contracts import Subscription
from subscriptions.entities.parties import Account
from subscriptions.model.base import Caller, Level
from subscriptions.model.billing import Balance
from subscriptions.policy import ledger
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.debits import debit_on, method_problem, next_start
from subscriptions.policy.invoicing import period_invoice
from subscriptions.policy.rollover import terms_until
from subscriptions.store import (
    accounts,
    contracts,
    customers,
    holds,
    invoices,
    pauses,
    periods,
    refunds,
)
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading

# How far back attempts are looked at: a year's contract was debited once in it.
ATTEMPTS = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class _Payer:
    """Who pays, with the newest attempts, oldest first."""

    number: str
    account: Account | None
    attempts: Sequence[Attempt]
    today: date

    @property
    def made(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if is_made(attempt)]


def balance(backing: Backing, caller: Caller) -> Balance:
    """What is open and overdue in cents, and the next debits, each with day, amount and method."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        account = accounts.find(db, number)
        tried = invoices.attempts_since(db, number, now - ATTEMPTS)
        payer = _Payer(number, account, tried, business_date(now))
        found = contracts.paid_by(db, number, account.id if account else None)
        terms = tuple(_terms(db, contract, payer) for contract in found)
        return ledger.balance(_owed(db, payer, now), terms, payer.today)


def _owed(db: Connection, payer: _Payer, now: datetime) -> ledger.Owed:
    unpaid = invoices.unpaid(db, payer.number)
    standing = holds.standing(db, payer.number, now)
    scheduled = [a for a in payer.attempts if a.state is AttemptState.SCHEDULED]
    return ledger.Owed(
        unpaid=unpaid,
        settled=refunds.settled(db, [invoice.number for invoice in unpaid]),
        planned={a.invoice: a.due_on for a in scheduled if a.due_on is not None},
        resting={hold.invoice for hold in standing if hold.invoice is not None},
        on_hold=any(hold.invoice is None for hold in standing),
    )


def _terms(db: Connection, contract: Subscription, payer: _Payer) -> ledger.Terms:
    """A contract with its next invoice as the rules would make it, and whether it can be debited."""
    plan = contracts.plan(db, contract.plan)
    away = pauses.ahead(db, contract.id)
    debit_day = payer.account.debit_day if payer.account else None
    start = next_start(contract, plan.interval, payer.today, away)
    known = ledger.Terms(contract, plan, plan, None, debit_day=debit_day, pause=away)
    known = _with_method(db, known, payer, debit_on(start, debit_day) if start else payer.today)
    if start is None:
        return known
    terms = terms_until(periods.terms_of(db, contract, start), contract.ends_on)
    return replace(known, following=terms.plan, invoice=period_invoice(terms))


def _with_method(db: Connection, terms: ledger.Terms, payer: _Payer, on: date) -> ledger.Terms:
    """The way to pay of a contract; one that was given to somebody is paid as its giver last paid."""
    given = terms.contract.customer != payer.number and payer.made
    method_id = terms.contract.method or (payer.made[-1].method if given else None)
    method = customers.method_of(db, method_id)
    tried = [attempt for attempt in payer.made if attempt.method == method_id]
    mandate = customers.mandate_of(db, method.id) if method else None
    problem = method_problem(method, mandate, tried[-1] if tried else None, on)
    return replace(terms, method=method.label if method else None, problem=problem)

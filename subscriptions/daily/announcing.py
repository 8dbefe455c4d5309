"""Announcing the next direct debit before its period begins, so that it can be made on its day.

Invariants: once for a period and amount; nothing is announced that will not be debited: not while a hold stands,
not for a pause or an end that comes before, not when the way to pay may not be used.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Connection

from subscriptions.daily.batches import Run, Step
from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.methods import MethodKind
from subscriptions.policy.debits import next_start
from subscriptions.policy.invoicing import period_invoice
from subscriptions.policy.pauses import planned
from subscriptions.policy.rollover import is_billed, terms_until
from subscriptions.rolling.dates import (
    Debit,
    announcement,
    bank_day,
    is_announced,
    usable_method,
    wanted_day,
)
from subscriptions.store import audit, contracts, due, holds, pauses, periods
from subscriptions.store.due import Item, Page
from subscriptions.store.write import add_notice


def announce(db: Connection, run: Run, item: Item) -> Iterable[audit.Entry]:
    """Announce the next direct debit of a contract, if there will be one and nobody did it before."""
    found = contracts.all_of(db, item.customer)
    contract = next(c for c in found if c.id == item.reference)
    debit = _next(db, run, contract)
    if debit is None or debit.amount.minor <= 0 or is_announced(db, debit):
        return
    on = bank_day(wanted_day(db, contract, debit.start))
    method = usable_method(db, run, contract, on)
    payer = due.payer_of(db, contract.customer, contract.account)
    if method is None or method.kind is not MethodKind.SEPA or holds.standing(db, payer, run.at):
        return
    add_notice(db, payer, announcement(debit, on), run.at)
    facts: audit.Facts = {
        "subscription": contract.id,
        "amount": debit.amount.minor,
        "on": on.isoformat(),
    }
    yield run.entry("debit_announced", payer, facts)


def _next(db: Connection, run: Run, contract: Subscription) -> Debit | None:
    """The next period of a contract that is billed within the days of notice, with its amount as of today."""
    pause = planned(pauses.of(db, contract.id))
    away = Period(pause.from_on, pause.until_on) if pause else None
    interval = contracts.plan(db, contract.plan).interval
    start = next_start(contract, interval, run.today, away)
    last = run.today + timedelta(days=run.limits.debit_notice_days)
    if start is None or start > last or not is_billed(contract):
        return None
    terms = terms_until(periods.terms_of(db, contract, start), contract.ends_on)
    return Debit(contract, start, period_invoice(terms).total)


def _due(db: Connection, run: Run, page: Page) -> list[Item]:
    until = run.today + timedelta(days=run.limits.debit_notice_days)
    return list(due.renewals(db, run.today, until, page))


STEP = Step("announcements", _due, announce)

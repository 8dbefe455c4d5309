"""Why payments failed, and what may be done about each."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from subscriptions.entities.holds import Hold
from subscriptions.entities.invoices import Invoice
from subscriptions.model.base import Caller, Level
from subscriptions.model.payments import Failure
from subscriptions.payments.candidates import consider
from subscriptions.policy.access import require
from subscriptions.policy.calendar import business_date
from subscriptions.policy.collecting import rests
from subscriptions.policy.failures import failure_of
from subscriptions.policy.promises import may_promise
from subscriptions.policy.reasons import ways_out
from subscriptions.store import customers, holds, invoices, promises
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading


def why_failed(backing: Backing, caller: Caller) -> Failure | None:
    """The newest failure that is still unpaid, with the others."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    with reading(backing.engine) as db:
        customers.by_number(db, number)
        standing = holds.standing(db, number, now)
        made = promises.of_customer(db, number)
        promise = may_promise(made, business_date(now), backing.limits)
        newest_first = reversed(invoices.unpaid(db, number))
        looked = [_failure(db, invoice, standing, now) for invoice in newest_first]
    found = [_with_ways(failure, promise=promise) for failure in looked if failure is not None]
    return replace(found[0], others=tuple(found[1:])) if found else None


def _failure(
    db: Connection, invoice: Invoice, standing: tuple[Hold, ...], now: datetime
) -> Failure | None:
    today = business_date(now)
    candidate = consider(db, invoice, today)
    failure = failure_of(invoice, candidate.tried, candidate.failed_with, today)
    if failure is None:
        return None
    decision = candidate.decision
    return replace(
        failure,
        amount=candidate.amount,
        retry_allowed=decision.allowed and not rests(invoice, standing),
        retries_left=decision.left,
    )


def _with_ways(failure: Failure, *, promise: bool) -> Failure:
    ways = ways_out(failure.kind, retry=failure.retry_allowed, promise=promise)
    return replace(failure, ways=ways)

"""Promises to pay: who may make one, until when, and whether it was kept.

Invariants: free and at most 14 days (CCD II); one open, two a year, none in the year after a broken one; a
promise is broken only after the bank had time to deliver, and kept as soon as everything is paid.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from subscriptions.entities.promises import Promise, PromiseState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.policy.calendar import add_months, bank_days_after, business_date
from subscriptions.policy.limits import Limits

BANK_DAYS = 1
BANK_DAYS_SEPA = 5


def open_promise(history: Sequence[Promise]) -> Promise | None:
    """The promise that is still open, if there is one."""
    return next((p for p in history if p.state is PromiseState.CONFIRMED), None)


def check_maker(history: Sequence[Promise], today: date, limits: Limits) -> None:
    """Whether somebody with these earlier promises may make one today.

    Raises PROMISE_OPEN (until), PROMISE_BROKEN, PROMISE_CAP (most).
    """
    running = open_promise(history)
    if running is not None:
        raise SubscriptionError(Code.PROMISE_OPEN, until=running.due_on, number=running.id)
    last_year = [p for p in history if business_date(p.made_at) > add_months(today, -12)]
    if any(p.state is PromiseState.BROKEN for p in last_year):
        raise SubscriptionError(Code.PROMISE_BROKEN)
    if len(last_year) >= limits.promises_per_year:
        raise SubscriptionError(Code.PROMISE_CAP, most=limits.promises_per_year)


def check_day(on: date, today: date, limits: Limits) -> None:
    """Whether a day may be promised: DATE_IN_PAST, or PROMISE_TOO_LATE (days, until)."""
    if on < today:
        raise SubscriptionError(Code.DATE_IN_PAST)
    last = last_day(today, limits)
    if on > last:
        raise SubscriptionError(Code.PROMISE_TOO_LATE, days=limits.promise_days, until=last)


def last_day(today: date, limits: Limits) -> date:
    """The last day that may be promised today."""
    return today + timedelta(days=limits.promise_days)


def may_promise(history: Sequence[Promise], today: date, limits: Limits) -> bool:
    """Whether a promise may be offered at all."""
    try:
        check_maker(history, today, limits)
    except SubscriptionError:
        return False
    return limits.promise_days > 0


def counts_until(due_on: date, *, sepa: bool) -> date:
    """The last day on which the promised money is in time; a direct debit or transfer takes longer."""
    return bank_days_after(due_on, BANK_DAYS_SEPA if sepa else BANK_DAYS)


def outcome(promise: Promise, *, paid: bool, sepa: bool, today: date) -> PromiseState | None:
    """What becomes of a confirmed promise today: kept, broken, or None when it is still running.

    `paid`: nothing of its invoices is open any more.
    """
    if promise.state is not PromiseState.CONFIRMED:
        return None
    if paid:
        return PromiseState.KEPT
    return PromiseState.BROKEN if today > counts_until(promise.due_on, sepa=sepa) else None

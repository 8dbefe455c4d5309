"""Asking the provider where debits and refunds stand, for news that was lost on the way.

Invariants: asked outside of any transaction; every difference is applied as an event of its own, so that asking
twice, or being told as well, changes nothing; a provider that is away ends the round early.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar

from sqlalchemy import Connection

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.refunds import Refund
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.settlement import Outcome, Reconciled
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.provider import (
    Charged,
    ChargeRequest,
    EventKind,
    ProviderEvent,
    ProviderUnavailableError,
    RefundResult,
)
from subscriptions.settlement.telling import take, take_again
from subscriptions.store import customers, provider_events
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading
from subscriptions.store.provider_events import Cursor

MONTHS = 13  # as long as an unauthorised SEPA debit may be fetched back
RETOLD_DAYS = 30
_PATIENCE = 5  # unanswered questions after which nobody seems to be there
_CHARGES: Mapping[AttemptState, EventKind] = {
    AttemptState.SUCCEEDED: EventKind.CHARGE_SUCCEEDED,
    AttemptState.FAILED: EventKind.CHARGE_FAILED,
    AttemptState.RETURNED: EventKind.CHARGE_RETURNED,
    AttemptState.REFUNDED: EventKind.CHARGE_REFUNDED,
}
_REFUNDS: Mapping[RefundResult, EventKind] = {
    RefundResult.SUCCEEDED: EventKind.REFUND_SUCCEEDED,
    RefundResult.FAILED: EventKind.REFUND_FAILED,
}
T = TypeVar("T")
Question = Callable[[], ProviderEvent | None]


def reconcile(backing: Backing, now: datetime, batch: int) -> Reconciled:
    """Try unknown events again, then ask about every debit and refund that is not final."""
    retold = _retell(backing, now, batch)
    asked = changed = unanswered = 0
    for question in _questions(backing, now, batch):
        try:
            event = question()
        except ProviderUnavailableError:
            unanswered += 1
            if unanswered >= _PATIENCE:
                break
            continue
        asked += 1
        if event is not None:
            changed += take(backing, event, now) is Outcome.APPLIED
    return Reconciled(asked, changed, unanswered, retold)


def _retell(backing: Backing, now: datetime, batch: int) -> int:
    since = now - timedelta(days=RETOLD_DAYS)
    with reading(backing.engine) as db:
        found = provider_events.unknown(db, backing.provider.name, since, batch)
    old = now - timedelta(days=1)
    return sum(
        _again(backing, event, now, give_up=came < old) is Outcome.APPLIED for event, came in found
    )


def _again(backing: Backing, event: ProviderEvent, now: datetime, *, give_up: bool) -> Outcome:
    try:
        return take_again(backing, event, now, give_up=give_up)
    except SubscriptionError as error:
        if error.code is not Code.PROVIDER_DOWN:
            raise
        return Outcome.UNKNOWN


def _questions(backing: Backing, now: datetime, batch: int) -> Iterator[Question]:
    first = add_months(business_date(now), -MONTHS)
    since = now - timedelta(days=(business_date(now) - first).days)

    def debits(db: Connection, after: Cursor | None) -> Sequence[tuple[Attempt, Cursor]]:
        return provider_events.not_final(db, since, after, batch)

    def refunds(db: Connection, after: Cursor | None) -> Sequence[tuple[Refund, Cursor]]:
        return provider_events.refunds_under_way(db, since, after, batch)

    return chain(
        (lambda a=attempt: _charge(backing, a, now) for attempt in _pages(backing, debits, batch)),
        (lambda r=refund: _refund(backing, r, now) for refund in _pages(backing, refunds, batch)),
    )


def _pages(
    backing: Backing,
    page: Callable[[Connection, Cursor | None], Sequence[tuple[T, Cursor]]],
    batch: int,
) -> Iterator[T]:
    """All things of a query, `batch` at a time, each page in a transaction of its own."""
    cursor: Cursor | None = None
    while True:
        with reading(backing.engine) as db:
            found = page(db, cursor)
        yield from (thing for thing, _ in found)
        if len(found) < batch:
            return
        cursor = found[-1][1]


def _charge(backing: Backing, attempt: Attempt, now: datetime) -> ProviderEvent | None:
    """The news about a debit, or None when there are none."""
    with reading(backing.engine) as db:
        method = customers.method_of(db, attempt.method)
    if method is None:
        return None
    request = ChargeRequest(attempt.reference, method, attempt.amount)
    charged = Charged(request, attempt.at, attempt.provider_reference)
    answer = backing.provider.outcome_of(charged, now)
    kind = _CHARGES.get(answer.state)
    if answer.state is attempt.state or kind is None:
        return None
    return ProviderEvent(
        id=f"asked-{attempt.reference}-{answer.state.value}",
        kind=kind,
        occurred_at=answer.at or now,
        reference=attempt.reference,
        provider_reference=answer.provider_reference,
        raw_code=answer.raw_code,
    )


def _refund(backing: Backing, refund: Refund, now: datetime) -> ProviderEvent | None:
    """The news about a refund, or None while it is under way."""
    answer = backing.provider.refund_outcome(refund.provider_reference or "")
    kind = _REFUNDS.get(answer.state)
    if kind is None:
        return None
    return ProviderEvent(
        id=f"asked-{refund.reference}-{answer.state.value}",
        kind=kind,
        occurred_at=now,
        reference=refund.reference,
        provider_reference=answer.provider_reference,
        raw_code=answer.raw_code,
    )

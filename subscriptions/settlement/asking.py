"""Asking the provider where debits and refunds stand, for answers and news that were lost on the way.

Invariants: what is unknown is looked up before anything else; asked outside of any transaction; every difference is applied as an event of its own, so that asking
twice, or being told as well, changes nothing; a provider that is away ends the round early.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection

from subscriptions.asking import CHARGES, REFUNDS, Errand, look_up
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.refunds import Refund
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.settlement import Outcome, Reconciled
from subscriptions.plans.ordering import ORDERS
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.provider import (
    Charged,
    ChargeRequest,
    EventKind,
    GivenBack,
    ProviderEvent,
    ProviderUnavailableError,
    RefundResult,
)
from subscriptions.settlement.telling import take, take_again
from subscriptions.store import customers, giving, provider_events
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
Question = Callable[[], bool]
_ERRANDS: Sequence[Errand[Any, Any]] = (CHARGES, ORDERS, REFUNDS)


def reconcile(backing: Backing, now: datetime, batch: int) -> Reconciled:
    """Try unknown events again, then ask what is unknown, and about every debit and refund that is not final."""
    retold = _retell(backing, now, batch)
    asked = changed = unanswered = 0
    for question in _questions(backing, now, batch):
        try:
            changed += question()
        except ProviderUnavailableError:
            unanswered += 1
            if unanswered >= _PATIENCE:
                break
            continue
        asked += 1
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
        _unknown(backing, batch),
        (partial(_charge, backing, each, now) for each in _pages(backing, debits, batch)),
        (partial(_refund, backing, each, now) for each in _pages(backing, refunds, batch)),
    )


def _unknown(backing: Backing, batch: int) -> Iterator[Question]:
    """What was asked and not answered; what stays unknown is asked again in the next round."""
    for errand in _ERRANDS:
        with reading(backing.engine) as db:
            references = errand.unknown(db, batch)
        for reference in references:
            yield partial(look_up, backing, errand, reference)


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


def _charge(backing: Backing, attempt: Attempt, now: datetime) -> bool:
    """Apply the news about a debit; says whether there are any."""
    with reading(backing.engine) as db:
        method = customers.method_of(db, attempt.method)
    if method is None:
        return False
    request = ChargeRequest(attempt.reference, method, attempt.amount)
    charged = Charged(request, attempt.at, attempt.provider_reference)
    answer = backing.provider.outcome_of(charged, now)
    kind = _CHARGES.get(answer.state) if answer is not None else None
    if answer is None or answer.state is attempt.state or kind is None:
        return False
    event = ProviderEvent(
        id=f"asked-{attempt.reference}-{answer.state.value}",
        kind=kind,
        occurred_at=answer.at or now,
        reference=attempt.reference,
        provider_reference=answer.provider_reference,
        raw_code=answer.raw_code,
    )
    return take(backing, event, now) is Outcome.APPLIED


def _refund(backing: Backing, refund: Refund, now: datetime) -> bool:
    """Apply the news about a refund; says whether there are any."""
    with reading(backing.engine) as db:
        request = giving.request_of(db, refund)
    given = GivenBack(request, refund.asked_at, refund.provider_reference)
    answer = backing.provider.refund_outcome(given)
    kind = _REFUNDS.get(answer.state) if answer is not None else None
    if answer is None or kind is None:
        return False
    event = ProviderEvent(
        id=f"asked-{refund.reference}-{answer.state.value}",
        kind=kind,
        occurred_at=now,
        reference=refund.reference,
        provider_reference=answer.provider_reference,
        raw_code=answer.raw_code,
    )
    return take(backing, event, now) is Outcome.APPLIED

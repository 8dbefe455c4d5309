"""Asking the provider where debits stand, for news that was lost on the way.

Invariants: asked outside of any transaction; every difference is applied as an event of its own, so that asking
twice, or being told as well, changes nothing; a provider that is away ends the round early.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.settlement import Outcome, Reconciled
from subscriptions.policy.calendar import add_months, business_date
from subscriptions.provider import (
    ChargeAnswer,
    Charged,
    ChargeRequest,
    EventKind,
    ProviderEvent,
    ProviderUnavailableError,
)
from subscriptions.settlement.telling import take, take_again
from subscriptions.store import customers, provider_events
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading

MONTHS = 13  # as long as an unauthorised SEPA debit may be fetched back
RETOLD_DAYS = 30
_PATIENCE = 5  # unanswered questions after which nobody seems to be there
_KINDS: Mapping[AttemptState, EventKind] = {
    AttemptState.SUCCEEDED: EventKind.CHARGE_SUCCEEDED,
    AttemptState.FAILED: EventKind.CHARGE_FAILED,
    AttemptState.RETURNED: EventKind.CHARGE_RETURNED,
    AttemptState.REFUNDED: EventKind.CHARGE_REFUNDED,
}


def reconcile(backing: Backing, now: datetime, batch: int) -> Reconciled:
    """Try unknown events again, then ask about every debit that is not final."""
    retold = _retell(backing, now, batch)
    asked = changed = unanswered = 0
    for attempt in _not_final(backing, now, batch):
        try:
            event = _ask(backing, attempt, now)
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


def _not_final(backing: Backing, now: datetime, batch: int) -> Iterator[Attempt]:
    first = add_months(business_date(now), -MONTHS)
    since = now - timedelta(days=(business_date(now) - first).days)
    cursor: provider_events.Cursor | None = None
    while True:
        with reading(backing.engine) as db:
            found = provider_events.not_final(db, since, cursor, batch)
        for attempt, _ in found:
            yield attempt
        if len(found) < batch:
            return
        cursor = found[-1][1]


def _ask(backing: Backing, attempt: Attempt, now: datetime) -> ProviderEvent | None:
    """The news about an attempt, or None when there are none."""
    with reading(backing.engine) as db:
        method = customers.method_of(db, attempt.method)
    if method is None:
        return None
    request = ChargeRequest(attempt.reference, method, attempt.amount)
    answer = backing.provider.outcome_of(
        Charged(request, attempt.at, attempt.provider_reference), now
    )
    return _event(attempt, answer, now)


def _event(attempt: Attempt, answer: ChargeAnswer, now: datetime) -> ProviderEvent | None:
    kind = _KINDS.get(answer.state)
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

"""Asking the provider where debits and refunds stand, for answers and news that were lost on the way.

Invariants: what is unknown is looked up before anything else; a round asks a bounded number of questions, and the next
one goes on where it ended; asked outside of any transaction; every difference is applied as an event of its own, so that
asking twice, or being told as well, changes nothing; a provider that is away ends the round early.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, islice
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from subscriptions.asking import CHARGES, REFUNDS, Errand, look_up
from subscriptions.entities.attempts import Attempt, AttemptState
from subscriptions.entities.refunds import Refund
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.settlement import Outcome, Reconciled
from subscriptions.plans.ordering import ORDERS
from subscriptions.policy.calendar import business_date
from subscriptions.policy.looking import next_look
from subscriptions.provider import (
    Charged,
    ChargeRequest,
    EventKind,
    GivenBack,
    ProviderEvent,
    ProviderUnavailableError,
    RefundResult,
)
from subscriptions.settlement.listed import Listing
from subscriptions.settlement.telling import take, take_again
from subscriptions.store import customers, giving, looking, provider_events
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading, writing

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
T = TypeVar("T", Attempt, Refund)
Question = Callable[[], int]
_ERRANDS: Sequence[Errand[Any, Any]] = (CHARGES, ORDERS, REFUNDS)


@dataclass(frozen=True, slots=True)
class _Kind(Generic[T]):
    """Things that are asked about one by one: which are due, how to ask, and whether they are under way."""

    due: Callable[[Connection, date, int], Sequence[T]]
    ask: Callable[[Backing, T, datetime], bool]
    pending: bool


def reconcile(backing: Backing, now: datetime, batch: int, most: int) -> Reconciled:
    """Try unknown events again, then ask what is unknown, what is under way, and what may have gone back."""
    retold = _retell(backing, now, batch)
    asked = changed = unanswered = in_a_row = 0
    for question in _questions(backing, now, batch, most):
        try:
            changed += question()
        except ProviderUnavailableError:
            unanswered, in_a_row = unanswered + 1, in_a_row + 1
            if in_a_row >= _PATIENCE:
                break
            continue
        asked, in_a_row = asked + 1, 0
    with reading(backing.engine) as db:
        today = business_date(now)
        more = any(kind.due(db, today, 1) for kind in _kinds(backing))
    return Reconciled(asked, changed, unanswered, retold, more)


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


def _questions(backing: Backing, now: datetime, batch: int, most: int) -> Iterator[Question]:
    """What is unknown first; at most so many questions of each kind, the next round goes on from there."""
    kinds = [_unknown(backing, batch)]
    if backing.provider.lists_returns:
        kinds.append(_listed(backing, now))
    kinds += [_asked(backing, kind, now, batch) for kind in _kinds(backing)]
    return chain.from_iterable(islice(kind, most) for kind in kinds)


def _kinds(backing: Backing) -> Sequence[_Kind[Any]]:
    """What is asked about one by one; a provider that lists what went back spares most of it."""
    return (_PENDING, _GIVEN) if backing.provider.lists_returns else (_PENDING, _COLLECTED, _GIVEN)


def _listed(backing: Backing, now: datetime) -> Iterator[Question]:
    listing = Listing(backing, now)
    while not listing.complete:
        yield listing.read


def _unknown(backing: Backing, batch: int) -> Iterator[Question]:
    """What was asked and not answered; what stays unknown is asked again in the next round."""
    for errand in _ERRANDS:
        with reading(backing.engine) as db:
            references = errand.unknown(db, batch)
        for reference in references:
            yield partial(look_up, backing, errand, reference)


def _asked(backing: Backing, kind: _Kind[T], now: datetime, batch: int) -> Iterator[Question]:
    """What is due of a kind, `batch` at a time; what was asked about is not due any more."""
    while True:
        with reading(backing.engine) as db:
            found = kind.due(db, business_date(now), batch)
        yield from (partial(_ask, backing, kind, each, now) for each in found)
        if len(found) < batch:
            return


def _ask(backing: Backing, kind: _Kind[T], thing: T, now: datetime) -> bool:
    """Ask about one thing, and keep when it is asked about next, whether or not there is an answer."""
    today = business_date(now)
    following: date | None = today + timedelta(days=1)
    try:
        changed = kind.ask(backing, thing, now)
        following = next_look(looking.made_on(thing), today, pending=kind.pending)
    finally:
        with writing(backing.engine) as db:
            looking.ask_again(db, thing, following)
    return changed


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


_PENDING = _Kind(looking.pending, _charge, pending=True)
_COLLECTED = _Kind(looking.collected, _charge, pending=False)
_GIVEN = _Kind(looking.given_back, _refund, pending=True)

"""Pauses of contracts, and the one way to begin and to end one.

Invariants: a pause and its contract make their steps together; the contract is locked before.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from subscriptions.entities.contracts import Period, Subscription
from subscriptions.entities.pauses import (
    Pause,
    PauseState,
    begin_pause,
    finish_pause,
    withdraw_pause,
)
from subscriptions.model.catalogue import Interval
from subscriptions.model.contracts import SubscriptionState
from subscriptions.policy.limits import Limits
from subscriptions.policy.pauses import begun, planned, prolonged, resumed
from subscriptions.store import contracts
from subscriptions.store import tables as t

_p = t.pauses.c
_PAUSABLE = frozenset({SubscriptionState.ACTIVE, SubscriptionState.PAST_DUE})


def of(db: Connection, subscription: str) -> tuple[Pause, ...]:
    """All pauses of a contract, oldest first."""
    query = select(t.pauses).where(_p.subscription == subscription).order_by(_p.from_on, _p.id)
    return tuple(_pause(row) for row in db.execute(query))


def ahead(db: Connection, subscription: str) -> Period | None:
    """The days of the pause that runs or is scheduled, if there is one."""
    pause = planned(of(db, subscription))
    return Period(pause.from_on, pause.until_on) if pause else None


def due(db: Connection, today: date) -> tuple[Pause, ...]:
    """The pauses of all contracts that should begin or be over, for `policy.pauses.pauses_due`."""
    begins = and_(_p.state == PauseState.SCHEDULED.value, _p.from_on <= today)
    ends = and_(_p.state == PauseState.RUNNING.value, _p.until_on <= today)
    query = select(t.pauses).where(or_(begins, ends)).order_by(_p.from_on, _p.id)
    return tuple(_pause(row) for row in db.execute(query))


def add(db: Connection, pause: Pause) -> None:
    """Store a new pause of a locked contract."""
    db.execute(insert(t.pauses).values({**asdict(pause), "state": pause.state.value}))


def store(db: Connection, pause: Pause) -> None:
    """Store a pause that made a step."""
    changed = {"state": pause.state.value, "until_on": pause.until_on}
    db.execute(update(t.pauses).where(_p.id == pause.id).values(changed))


@dataclass(frozen=True, slots=True)
class Step:
    """A locked contract, the interval of its plan, and who makes its pause step when."""

    contract: Subscription
    interval: Interval
    actor: str
    at: datetime


def begin(db: Connection, pause: Pause, step: Step) -> Subscription:
    """Begin a stored pause whose day has come; returns the contract after it.

    A contract that was cancelled, or ended, since the pause was asked for does not pause: the pause is withdrawn.
    """
    if step.contract.state not in _PAUSABLE:
        withdraw(db, pause, step)
        return step.contract
    store(db, begin_pause(pause))
    after = begun(step.contract, step.interval, pause)
    contracts.store(db, after, _happened("paused", pause, step))
    return after


def finish(
    db: Connection, pause: Pause, step: Step, limits: Limits, *, on: date, owes: bool
) -> Subscription:
    """End a running pause on its day, or earlier `on` another one; returns the contract after it.

    A contract that left the pause in another way, by a cancellation, stays as it is: so does its minimum term.
    """
    finished = finish_pause(pause, on)
    store(db, finished)
    if step.contract.state is not SubscriptionState.PAUSED:
        return step.contract
    after = resumed(step.contract, finished, owes=owes)
    paused = Period(finished.from_on, finished.until_on)
    after = replace(after, fixed_until=prolonged(step.contract, paused, limits))
    contracts.store(db, after, _happened("resumed", pause, step))
    return after


def withdraw(db: Connection, pause: Pause, step: Step) -> None:
    """Call a scheduled pause off."""
    store(db, withdraw_pause(pause))
    contracts.note_event(db, step.contract, _happened("pause_withdrawn", pause, step))


def _happened(kind: str, pause: Pause, step: Step) -> contracts.Happened:
    facts = {"pause": pause.id, "until": pause.until_on.isoformat()}
    return contracts.Happened(kind, step.actor, step.at, facts)


def _pause(row: Row[Any]) -> Pause:
    return Pause(**{**row._mapping, "state": PauseState(row.state)})

"""The collection of a customer's open money: its steps, and what was done at each.

Invariants: nothing is sent or tried while it rests (promise, plan, pause, hold), waits for a person or is
closed; it becomes firm only after the grace time or after a rest that the customer or a person asked for; it can
be closed from everywhere and nothing opens it again; actions are numbered without gaps and never change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step
from subscriptions.model.base import Words
from subscriptions.model.dunning import DunningState

_D = DunningState
RESTING = frozenset({_D.PROMISE, _D.PLAN, _D.PAUSE, _D.HOLD})
_QUIET = RESTING | {_D.HUMAN_REVIEW, _D.CLOSED}
_ALWAYS = RESTING | {_D.HUMAN_REVIEW, _D.CLOSED}

DUNNING_STEPS: Mapping[DunningState, frozenset[DunningState]] = {
    _D.NEW: _ALWAYS | {_D.SILENT_RETRY, _D.REMINDED},
    _D.SILENT_RETRY: _ALWAYS | {_D.REMINDED},
    _D.REMINDED: _ALWAYS | {_D.GRACE},
    _D.GRACE: _ALWAYS | {_D.FIRM},
    **dict.fromkeys(RESTING, _ALWAYS | {_D.GRACE, _D.FIRM}),
    _D.FIRM: _ALWAYS,
    _D.HUMAN_REVIEW: RESTING | {_D.GRACE, _D.CLOSED},
    _D.CLOSED: frozenset(),
}


class ActionKind(StrEnum):
    """What was done in a case."""

    MESSAGE = "message"
    RETRY = "retry"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class DunningCase:
    """One case at a time for a customer; `why` is the reason of the next step in plain words."""

    id: str
    customer: str
    state: DunningState
    opened_at: datetime
    next_step: str | None = None
    next_at: datetime | None = None
    why: Words | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DunningAction:
    """What was done: a message with its tone, a retry, a step; `rule` is the line of the policy."""

    case: str
    seq: int
    at: datetime
    kind: ActionKind
    rule: str
    tone: str | None = None
    facts: Mapping[str, str | int | None] = field(default_factory=dict)


def dunning_to(case: DunningCase, new: DunningState, at: datetime) -> DunningCase:
    """The next state of a case; staying where it is is no step. What comes next is decided anew."""
    if new not in DUNNING_STEPS[case.state] or new is case.state:
        raise illegal_step("dunning_case", case.state, new)
    closed = at if new is _D.CLOSED else None
    return replace(case, state=new, next_step=None, next_at=None, why=None, closed_at=closed)


def may_act(case: DunningCase, kind: ActionKind) -> bool:
    """Whether this may be done now: messages and retries only while the case is neither resting nor over."""
    return kind is ActionKind.STEP or case.state not in _QUIET


def acted(
    case: DunningCase, done: Sequence[DunningAction], action: DunningAction
) -> tuple[DunningAction, ...]:
    """The actions of a case with one more; ILLEGAL_STEP for what may not be done or is out of order."""
    fits = action.case == case.id and action.seq == len(done) + 1
    if not fits or not may_act(case, action.kind):
        raise illegal_step("dunning_action", case.state, action.kind)
    return (*done, action)

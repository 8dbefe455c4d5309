"""A case: something a person promised to look after; and a promised call; with their steps.

Invariants: a case has a promised time; a promised call ends in one way only, and for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step


class CaseState(StrEnum):
    """Whose turn it is: ours, the subscriber's, or nobody's any more."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


_C = CaseState
CASE_STEPS: Mapping[CaseState, frozenset[CaseState]] = {
    _C.OPEN: frozenset({_C.WAITING, _C.CLOSED}),
    _C.WAITING: frozenset({_C.OPEN, _C.CLOSED}),
    _C.CLOSED: frozenset({_C.OPEN}),  # reopened, with its history
}


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint or request. `kind` is the intent it came from, `text` holds no card numbers."""

    number: str
    customer: str | None
    kind: str
    skill: str
    state: CaseState
    opened_at: datetime
    promised_at: datetime
    text: str
    facts: Mapping[str, str | int | None] = field(default_factory=dict)
    owner: str | None = None
    outcome: str | None = None
    closed_at: datetime | None = None


def case_to(case: Case, new: CaseState) -> Case:
    """The next state of a case."""
    if new not in CASE_STEPS[case.state]:
        raise illegal_step("case", case.state, new)
    return replace(case, state=new)


def close(case: Case, outcome: str, at: datetime) -> Case:
    """open, waiting → closed, with what came of it."""
    return replace(case_to(case, _C.CLOSED), outcome=outcome, closed_at=at)


def reopen(case: Case, promised_at: datetime) -> Case:
    """waiting, closed → open, with a new promised time; what came of it before stays readable."""
    return replace(case_to(case, _C.OPEN), promised_at=promised_at, closed_at=None)


def promise_missed(case: Case, now: datetime) -> bool:
    """Whether we owe an answer that was promised for earlier; while it is their turn we owe none."""
    return case.state is _C.OPEN and case.promised_at < now


class CallbackState(StrEnum):
    """A promised call ends kept or broken, unless the subscriber takes the wish back."""

    PROMISED = "promised"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


_B = CallbackState
CALLBACK_STEPS: Mapping[CallbackState, frozenset[CallbackState]] = {
    _B.PROMISED: frozenset({_B.KEPT, _B.BROKEN, _B.WITHDRAWN}),
    _B.KEPT: frozenset(),
    _B.BROKEN: frozenset(),
    _B.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Callback:
    """A call promised between two moments. `phone` is E.164 and is shown masked only."""

    id: str
    case: str
    customer: str | None
    phone: str
    from_at: datetime
    until_at: datetime
    asked_at: datetime
    state: CallbackState = CallbackState.PROMISED
    settled_at: datetime | None = None


def callback_to(callback: Callback, new: CallbackState, at: datetime) -> Callback:
    """How a promised call ended."""
    if new not in CALLBACK_STEPS[callback.state]:
        raise illegal_step("callback", callback.state, new)
    return replace(callback, state=new, settled_at=at)

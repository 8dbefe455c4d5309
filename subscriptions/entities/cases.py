"""A case: something a person promised to look after, with an owner and a promised time, and its steps."""

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

"""A pause of a contract: nothing is delivered and nothing is billed; and its steps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from subscriptions.entities.steps import illegal_step


class PauseState(StrEnum):
    """Where a pause stands."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause from its first day to `until_on`, the first day on which the contract runs again."""

    id: str
    subscription: str
    from_on: date
    until_on: date
    state: PauseState
    asked_at: datetime


_P = PauseState
PAUSE_STEPS: Mapping[PauseState, frozenset[PauseState]] = {
    _P.SCHEDULED: frozenset({_P.RUNNING, _P.WITHDRAWN}),
    _P.RUNNING: frozenset({_P.OVER}),
    _P.OVER: frozenset(),
    _P.WITHDRAWN: frozenset(),
}


def begin_pause(pause: Pause) -> Pause:
    """scheduled → running."""
    return _to(pause, _P.RUNNING)


def withdraw_pause(pause: Pause) -> Pause:
    """scheduled → withdrawn: it never began."""
    return _to(pause, _P.WITHDRAWN)


def finish_pause(pause: Pause, on: date) -> Pause:
    """running → over, on the planned day or earlier; `until_on` is then the day it really ended."""
    return replace(_to(pause, _P.OVER), until_on=max(min(on, pause.until_on), pause.from_on))


def _to(pause: Pause, new: PauseState) -> Pause:
    if new not in PAUSE_STEPS[pause.state]:
        raise illegal_step("pause", pause.state, new)
    return replace(pause, state=new)

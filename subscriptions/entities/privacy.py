"""A job about a person's data: making a copy of it, or erasing it; with its steps.

Invariants: a job that ended stays ended; work that broke off goes back to be done again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from subscriptions.entities.steps import illegal_step


class JobKind(StrEnum):
    """What is done with the data."""

    EXPORT = "export"
    ERASURE = "erasure"


class JobState(StrEnum):
    """How far it is."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


_J = JobState
JOB_STEPS: Mapping[JobState, frozenset[JobState]] = {
    _J.REQUESTED: frozenset({_J.RUNNING, _J.REFUSED}),
    _J.RUNNING: frozenset({_J.DONE, _J.REQUESTED}),
    _J.DONE: frozenset(),
    _J.REFUSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class DataJob:
    """An export or an erasure. The token that opens an export is stored as a hash, until `expires_at`."""

    id: str
    customer: str
    kind: JobKind
    requested_at: datetime
    state: JobState = JobState.REQUESTED
    done_at: datetime | None = None
    token_hash: str | None = None
    expires_at: datetime | None = None
    content: Mapping[str, Any] | None = None
    case_number: str | None = None


def job_to(job: DataJob, new: JobState) -> DataJob:
    """The next state of a job."""
    if new not in JOB_STEPS[job.state]:
        raise illegal_step("job", job.state, new)
    return replace(job, state=new)


def is_running(job: DataJob) -> bool:
    """Whether it has not ended yet."""
    return job.state in {_J.REQUESTED, _J.RUNNING}

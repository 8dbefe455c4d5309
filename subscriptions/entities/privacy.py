"""A job about a person's data: making a copy of it, or erasing it; with its steps.

Invariants: a job is done in one transaction or not at all; a job that ended stays ended.
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
    DONE = "done"
    REFUSED = "refused"


_J = JobState
JOB_STEPS: Mapping[JobState, frozenset[JobState]] = {
    _J.REQUESTED: frozenset({_J.DONE, _J.REFUSED}),
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


def job_to(job: DataJob, new: JobState, at: datetime) -> DataJob:
    """How a job ended."""
    if new not in JOB_STEPS[job.state]:
        raise illegal_step("job", job.state, new)
    return replace(job, state=new, done_at=at)

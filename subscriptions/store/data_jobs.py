"""Exports and erasures that were asked for.

Invariants: an export is found by the hash of its token; the token itself is never stored.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, null, select, update

from subscriptions.entities.privacy import DataJob, JobKind, JobState
from subscriptions.store import tables as t


def add(db: Connection, job: DataJob) -> None:
    """Store a new job."""
    db.execute(insert(t.data_jobs).values(_columns(job)))


def find(db: Connection, job_id: str) -> DataJob | None:
    """A job by its id, locked."""
    query = select(t.data_jobs).where(t.data_jobs.c.id == job_id).with_for_update()
    return _one(db.execute(query).one_or_none())


def requested(db: Connection, customer: str, kind: JobKind) -> DataJob | None:
    """The job of this kind that has not ended yet."""
    c = t.data_jobs.c
    mine = c.customer == customer, c.kind == kind.value, c.state == JobState.REQUESTED.value
    query = select(t.data_jobs).where(*mine).order_by(c.requested_at, c.id).limit(1)
    return _one(db.execute(query).one_or_none())


def waiting(db: Connection, kind: JobKind, limit: int) -> tuple[str, ...]:
    """The ids of jobs that wait, the oldest first."""
    c = t.data_jobs.c
    query = select(c.id).where(c.state == JobState.REQUESTED.value, c.kind == kind.value)
    return tuple(db.execute(query.order_by(c.requested_at, c.id).limit(limit)).scalars())


def done_since(db: Connection, kind: JobKind, since: datetime) -> tuple[str, ...]:
    """The customers with a job of this kind that was done at that moment or later, in order of their numbers."""
    c = t.data_jobs.c
    done = c.kind == kind.value, c.state == JobState.DONE.value, c.done_at >= since
    return tuple(
        db.execute(select(c.customer).where(*done).distinct().order_by(c.customer)).scalars()
    )


def of_case(db: Connection, case: str, customer: str) -> DataJob | None:
    """The job that a case is about, locked."""
    c = t.data_jobs.c
    mine = c.customer == customer, c.case_number == case
    return _one(db.execute(select(t.data_jobs).where(*mine).with_for_update()).one_or_none())


def by_token(db: Connection, token_hash: str) -> DataJob | None:
    """The export that a token opens, perhaps no longer."""
    query = select(t.data_jobs).where(t.data_jobs.c.token_hash == token_hash)
    return _one(db.execute(query).one_or_none())


def store(db: Connection, job: DataJob) -> None:
    """Store a job that ended."""
    db.execute(update(t.data_jobs).where(t.data_jobs.c.id == job.id).values(_columns(job)))


def forget_expired(db: Connection, now: datetime) -> int:
    """Drop the content of exports whose link opens nothing any more; returns how many there were."""
    c = t.data_jobs.c
    expired = c.expires_at < now, c.content.is_not(None)
    return db.execute(update(t.data_jobs).where(*expired).values(content=null())).rowcount


def _columns(job: DataJob) -> dict[str, Any]:
    content = dict(job.content) if job.content is not None else null()
    return {
        **asdict(job),
        "kind": job.kind.value,
        "state": job.state.value,
        "content": content,
    }


def _one(row: Row[Any] | None) -> DataJob | None:
    if row is None:
        return None
    return DataJob(**{**row._mapping, "kind": JobKind(row.kind), "state": JobState(row.state)})

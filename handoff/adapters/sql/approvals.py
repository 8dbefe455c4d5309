"""Actions of agents in the database (`desk.approvals.ports.ActionStore`).

Invariants: the conversation's row is locked before an action about it is admitted, and the subscriber is held, so that
two actions at once never pass one limit; a step is made on the locked row; its entry in the audit is of the same transaction,
and only when something changed; a row that cannot be read hides no other one, and what is due of it ends as failed one day.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from handoff.adapters.sql import tables_approvals as t
from handoff.adapters.sql.audit import record
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.transaction import SqlWriting
from handoff.desk import audit
from handoff.desk.approvals.action import (
    LONGEST_PAUSE,
    MOST_BROKEN,
    MOST_TRIES,
    WAITING,
    Action,
    ActionRefused,
    Decision,
    Foreseen,
    Outcome,
    Refusal,
    State,
    entry_of,
    pause_after,
)
from handoff.desk.approvals.ports import Admit, Step
from handoff.desk.audit import Entry

log = structlog.get_logger(__name__)

_A = t.desk_action
_GIVEN = (State.BEGUN.value, State.DONE.value)


class SqlActions:
    """Actions beside the conversations, through the same committer."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def add(self, wanted: Action, admit: Admit, *, since: datetime) -> Action:
        """Store what `admit` makes of it; one with the same agent and key is given back as it is."""

        def work(db: sa.Connection) -> Action:
            writing = SqlWriting(db, self._store.clock)
            writing.serialise_contact(wanted.subscriber)
            locked = writing.lock(wanted.conversation)
            held = _one(db, _A.c.agent == wanted.agent, _A.c.key == wanted.key)
            if held is not None:
                return held
            given = _given(db, wanted.agent, (wanted.subscriber, wanted.kind), since)
            admitted = admit(locked, given)
            db.execute(_A.insert().values(_row(admitted)))
            record(db, entry_of(admitted), at=self._store.clock(db))
            return admitted

        return await self._store.change(work)

    async def given(self, agent: str, subscriber: str, kind: str, *, since: datetime) -> int:
        """What an agent gave a subscriber by themselves since then."""
        return await self._store.ask(lambda db: _given(db, agent, (subscriber, kind), since))

    async def known(self, agent: str, key: str) -> Action | None:
        """The action of an agent under a client's key."""
        return await self._store.ask(lambda db: _one(db, _A.c.agent == agent, _A.c.key == key))

    async def get(self, action: str) -> Action:
        """Raises `ActionRefused(UNKNOWN)`."""
        found = await self._store.ask(lambda db: _one(db, _A.c.id == action))
        if found is None:
            raise ActionRefused(Refusal.UNKNOWN)
        return found

    async def change(self, action: str, step: Step, entry: Entry | None = None) -> Action:
        """Make a step on the locked row and note who did it."""

        def work(db: sa.Connection) -> Action:
            before = _one(db, _A.c.id == action, lock=True)
            if before is None:
                raise ActionRefused(Refusal.UNKNOWN)
            after = step(before)
            if after != before:
                db.execute(_A.update().where(_A.c.id == action).values(_row(after)))
                if entry is not None:
                    record(db, entry, at=self._store.clock(db))
            return after

        return await self._store.change(work)

    async def of(self, conversation: str, limit: int) -> Sequence[Action]:
        """The newest actions of a conversation."""
        query = _select(_A.c.conversation == conversation).order_by(_A.c.asked_at.desc(), _A.c.id)
        return await self._store.ask(lambda db: _all(db, query.limit(limit)))

    async def proposed(self, limit: int) -> Sequence[Action]:
        """What waits for a second person, the oldest first."""
        query = _select(_A.c.state == State.PROPOSED.value).order_by(_A.c.asked_at, _A.c.id)
        return await self._store.ask(lambda db: _all(db, query.limit(limit)))

    async def due(self, now: datetime, *, until: datetime, limit: int) -> Sequence[Action]:
        """Begun ones that nobody works on and waiting ones whose time is over, claimed until then and counted."""
        begun = (_A.c.state == State.BEGUN.value) & (_A.c.next_at <= now)
        over = _A.c.state.in_([state.value for state in WAITING]) & (_A.c.expires_at <= now)
        late = over & (_A.c.next_at.is_(None) | (_A.c.next_at <= now))
        looked = _select(begun | late).order_by(_A.c.asked_at).limit(limit)
        if not await self._store.ask(lambda db: db.execute(looked).first()):
            return []

        def work(db: sa.Connection) -> Sequence[Action]:
            rows = list(db.execute(looked.with_for_update(skip_locked=True)))
            for row in rows:
                claimed_until = max(until, now + pause_after(row.tries))
                claim = {"next_at": claimed_until, "tries": row.tries + 1}
                db.execute(_A.update().where(_A.c.id == row.id).values(claim))
            claimed = db.execute(_select(_A.c.id.in_([row.id for row in rows])))
            return [action for row in claimed if (action := self._claimed(db, row, now))]

        return await self._store.change(work)

    def _claimed(self, db: sa.Connection, row: sa.Row[Any], now: datetime) -> Action | None:
        """The action; None for one that cannot be read, by this process or at all, or was tried for too long."""
        action = _readable(row)
        if action is not None and row.tries <= MOST_TRIES:
            return action
        rest: dict[str, Any] = {"next_at": now + LONGEST_PAUSE}
        if row.tries >= MOST_BROKEN:
            begun = row.state == State.BEGUN.value
            end = State.FAILED if begun else State.EXPIRED
            rest = {
                "next_at": None,
                "state": end.value,
                "refusal": Refusal.BROKEN.value,
                "finished_at": now,
            }
            told = {"action": row.id, "kind": row.kind, "refusal": Refusal.BROKEN.value}
            who, what = row.agent, f"action_{end.value}"
            record(db, audit.entry(who, what, conversation=row.conversation, **told), at=now)
        db.execute(_A.update().where(_A.c.id == row.id).values(rest))
        return None


def _select(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(_A).where(*conditions)


def _all(db: sa.Connection, query: sa.Select[Any]) -> Sequence[Action]:
    return [action for row in db.execute(query) if (action := _readable(row))]


def _one(
    db: sa.Connection, *conditions: sa.ColumnElement[bool], lock: bool = False
) -> Action | None:
    query = _select(*conditions)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return _action(row) if row else None


def _given(db: sa.Connection, agent: str, about: tuple[str, str], since: datetime) -> int:
    subscriber, kind = about
    query = sa.select(sa.func.coalesce(sa.func.sum(_A.c.minor), 0)).where(
        _A.c.agent == agent,
        _A.c.subscriber == subscriber,
        _A.c.kind == kind,
        _A.c.asked_at > since,
        _A.c.state.in_(_GIVEN),
        _A.c.decision.is_(None),
    )
    return int(db.execute(query).scalar_one())


def _row(action: Action) -> dict[str, Any]:
    decision = asdict(action.decision) if action.decision else None
    if decision is not None:
        decision["at"] = decision["at"].isoformat()
    plain = {name: getattr(action, name) for name in _PLAIN}
    return {
        **plain,
        "kind": action.kind,
        "minor": action.foreseen.minor,
        "wish": dict(action.wish),
        "foreseen": action.foreseen.model_dump(mode="json"),
        "prepared": dict(action.prepared),
        "state": action.state.value,
        "decision": decision,
        "outcome": action.outcome.model_dump(mode="json") if action.outcome else None,
    }


_PLAIN = (
    *("id", "conversation", "subscriber", "locale", "agent", "agent_name", "key"),
    *("asked_at", "expires_at", "refusal", "tries", "next_at", "finished_at"),
)


def _readable(row: sa.Row[Any]) -> Action | None:
    try:
        return _action(row)
    except (ValueError, TypeError, KeyError) as error:  # pydantic's errors are ValueErrors
        log.warning("action_unreadable", action=row.id, error=type(error).__name__)
        return None


def _action(row: sa.Row[Any]) -> Action:
    found = row._mapping
    decided = found["decision"]
    return Action(
        **{name: found[name] for name in _PLAIN},
        wish=found["wish"],
        foreseen=Foreseen.model_validate(found["foreseen"]),
        prepared=found["prepared"],
        state=State(found["state"]),
        decision=(
            Decision(**{**decided, "at": datetime.fromisoformat(decided["at"])})
            if decided
            else None
        ),
        outcome=Outcome.model_validate(found["outcome"]) if found["outcome"] else None,
    )

"""Facts for reports in the database: computed from the log, kept, computed again and compared.

Invariants: a fact is stored by its key, so computing it twice changes nothing; facts of conversations that were deleted stay.
"""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from handoff.adapters.sql import tables as t
from handoff.adapters.sql import tables_promises as p
from handoff.adapters.sql import tables_reports as r
from handoff.adapters.sql.rows import event_of
from handoff.adapters.sql.store import SqlStore
from handoff.adapters.sql.upsert import put
from handoff.desk.reports.facts import Beside, CaseFact, TalkFact, facts_of

AT_ONCE = 50
"""Conversations in one transaction."""

OVERLAP = timedelta(seconds=30)
"""A transaction that began earlier may be committed later: so far back everything is looked at again."""

_MARK = "facts"
_Fact = TypeVar("_Fact", bound=TalkFact | CaseFact)


class SqlReports:
    """What jobs, the command and the pages of reports ask for."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def catch_up(self) -> int:
        """Compute the facts of what has changed since the last time; how many conversations."""
        now, since = await self._store.ask(lambda db: (self._store.clock(db), _mark(db)))
        changed = await self._store.ask(lambda db: _changed(db, since - OVERLAP, now))
        await self.compute(changed)
        mark = {"at": now}
        await self._store.keep_beside(lambda db: put(db, r.report_mark, {"name": _MARK}, mark))
        return len(changed)

    async def compute(self, conversations: list[str]) -> None:
        """Compute and store the facts of these conversations."""
        for start in range(0, len(conversations), AT_ONCE):
            part = conversations[start : start + AT_ONCE]
            facts = await self._store.ask(lambda db, part=part: _computed(db, part))  # type: ignore[misc]
            await self._store.keep_beside(lambda db, facts=facts: _store(db, facts))  # type: ignore[misc]

    async def changed_between(self, start: datetime, end: datetime) -> list[str]:
        """Conversations of which something was said or ended in that time and which are still there."""
        return await self._store.ask(lambda db: _changed(db, start, end))

    async def differences(self, conversations: list[str]) -> list[str]:
        """Keys of facts that computing gives otherwise than they are stored; nothing is changed."""
        return await self._store.ask(lambda db: _differences(db, conversations))

    async def facts(self, start: datetime, end: datetime) -> tuple[list[TalkFact], list[CaseFact]]:
        """The facts of talks and cases that began in `start <= at < end`, oldest first."""

        def query(db: sa.Connection) -> tuple[list[TalkFact], list[CaseFact]]:
            talks = db.execute(_between(r.talk_fact, start, end))
            cases = db.execute(_between(r.case_fact, start, end))
            return [_read(TalkFact, row) for row in talks], [_read(CaseFact, row) for row in cases]

        return await self._store.ask(query)


def _between(table: sa.Table, start: datetime, end: datetime) -> sa.Select[Any]:
    return sa.select(table).where(table.c.at >= start, table.c.at < end).order_by(table.c.at)


def _mark(db: sa.Connection) -> datetime:
    """Until when facts were computed; before the first time, since ever."""
    at = db.scalar(sa.select(r.report_mark.c.at).where(r.report_mark.c.name == _MARK))
    return at or datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _changed(db: sa.Connection, start: datetime, end: datetime) -> list[str]:
    """Where something happened, in the log or beside it."""

    def within(conversation: sa.Column[Any], at: sa.Column[Any]) -> sa.Select[Any]:
        return sa.select(conversation).where(at >= start, at <= end)

    asked, promise = p.satisfaction.c, p.promise.c
    query = sa.union(
        within(t.conversation.c.id, t.conversation.c.updated_at),
        within(asked.conversation, asked.answered_at),
        within(promise.conversation, promise.made_at),
        within(promise.conversation, promise.ended_at),
    )
    return sorted(db.scalars(query))


def _computed(db: sa.Connection, conversations: list[str]) -> list[TalkFact | CaseFact]:
    found: list[TalkFact | CaseFact] = []
    for conversation in conversations:
        e = t.event.c
        query = sa.select(t.event).where(e.conversation == conversation).order_by(e.seq)
        events = (event_of(row) for row in db.execute(query))
        talks, cases = facts_of(conversation, events, _beside(db, conversation))
        found += [*talks, *cases]
    return found


def _beside(db: sa.Connection, conversation: str) -> Beside:
    c, asked, promise = t.conversation.c, p.satisfaction.c, p.promise.c
    locale = db.scalar(sa.select(c.locale).where(c.id == conversation)) or "de"
    answers = db.execute(
        sa.select(asked.about, asked.episode, asked.answer).where(
            asked.conversation == conversation, asked.answer.in_(("good", "ok", "bad"))
        )
    ).all()
    promises: dict[str, list[tuple[str, str]]] = {}
    for number, kind, state in db.execute(
        sa.select(promise.case_number, promise.kind, promise.state).where(
            promise.conversation == conversation, promise.case_number.is_not(None)
        )
    ):
        promises.setdefault(number, []).append((kind, state))
    return Beside(
        locale=locale,
        talks={int(episode): answer for about, episode, answer in answers if about == "bot"},
        cases={episode: answer for about, episode, answer in answers if about == "person"},
        promises={number: tuple(kinds) for number, kinds in promises.items()},
    )


def _store(db: sa.Connection, facts: Iterable[TalkFact | CaseFact]) -> None:
    for fact in facts:
        row = _row(fact)
        put(db, _table(fact), {"key": row.pop("key")}, row)


def _differences(db: sa.Connection, conversations: list[str]) -> list[str]:
    different = []
    for fact in _computed(db, conversations):
        table = _table(fact)
        row = db.execute(sa.select(table).where(table.c.key == fact.key)).one_or_none()
        if row is None or _read(type(fact), row) != fact:
            different.append(fact.key)
    return different


def _table(fact: TalkFact | CaseFact) -> sa.Table:
    return r.talk_fact if isinstance(fact, TalkFact) else r.case_fact


def _row(fact: TalkFact | CaseFact) -> dict[str, Any]:
    return asdict(fact)


def _read(kind: type[_Fact], row: sa.Row[Any]) -> _Fact:
    """The value of a row; JSON knows no tuples."""
    found = {field.name: row._mapping[field.name] for field in fields(kind)}
    if kind is CaseFact:
        found["promises"] = tuple((each[0], each[1]) for each in found["promises"])
    else:
        found["intents"] = {name: (n[0], n[1]) for name, n in found["intents"].items()}
    return kind(**found)

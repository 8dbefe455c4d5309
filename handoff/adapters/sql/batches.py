"""Many rows in one statement: they travel as JSON in one parameter, because a driver and SQLAlchemy need longer for a row
than the database does, and hold the interpreter's lock meanwhile.

Invariants: values go as parameters only; what is stored is what SQLAlchemy's types would store, and what was stored by
either way is read by the other (a test holds both); a value that does not fit its column is an error, never cut off.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from pydantic_core import from_json
from sqlalchemy.dialects import postgresql

from handoff.adapters.sql import tables as t
from handoff.contract import HandbackBrief
from handoff.conversations.model import Controller, Conversation, Event, as_json

_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]
_NAMES = tuple(field.name for field in fields(Conversation))
_values = attrgetter(*_NAMES)
_COLUMNS = ", ".join(_NAMES)

_LOCK = {
    "sqlite": f"SELECT json_group_array(json_array({_COLUMNS})) FROM conversation WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608  # all of it is ours
    "postgresql": f"SELECT {_COLUMNS} FROM conversation WHERE id = ANY(%s) ORDER BY id FOR UPDATE",  # noqa: S608  # all of it is ours
}
"""SQLite's driver lets go of the interpreter for each row and waits to have it back; so all come as one."""
KEYED = {
    "sqlite": (
        "SELECT e.conversation, e.cid, e.seq FROM (SELECT value->>0 AS a, value->>1 AS b FROM json_each(?)) AS w "
        "CROSS JOIN event AS e WHERE e.conversation = w.a AND e.cid = w.b"
    ),
    "postgresql": (
        "SELECT e.conversation, e.cid, e.seq FROM (SELECT value->>0 AS a, value->>1 AS b "
        "FROM json_array_elements(CAST(%s AS json))) AS w CROSS JOIN LATERAL "
        "(SELECT conversation, cid, seq FROM event WHERE conversation = w.a AND cid = w.b LIMIT 1) AS e"
    ),
}
"""SQLite takes the order of a CROSS JOIN as its own; PostgreSQL cannot look into a LATERAL query with a limit, and would else read
the whole log for a few keys."""


def locked(db: sa.Connection, ids: Iterable[str]) -> dict[str, Conversation]:
    """The rows of these conversations, held until the commit; those there are."""
    dialect = db.dialect.name
    wanted = sorted(ids)
    if dialect == "sqlite":
        rows = from_json(db.exec_driver_sql(_LOCK[dialect], (as_json(wanted),)).scalar_one())
    else:
        rows = db.exec_driver_sql(_LOCK[dialect], (wanted,)).all()
    found = (_conversation(dialect, row) for row in rows)
    return {conversation.id: conversation for conversation in found}


def known_keys(db: sa.Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The places of the events with these keys: pairs of conversation and key."""
    asked = as_json(sorted(keys))
    found = db.exec_driver_sql(KEYED[db.dialect.name], (asked,))
    return {(conversation, cid): seq for conversation, cid, seq in found}


def add_events(db: sa.Connection, events: Sequence[Event]) -> None:
    """Store events with one statement."""
    rows = [
        {
            "conversation": event.conversation,
            "seq": event.seq,
            "kind": event.kind,
            "author": event.author,
            "epoch": event.epoch,
            "cid": event.cid,
            "agents_only": event.agents_only,
            "body": event.text or as_json(event.body),
            "private": as_json(event.private) if event.private else "{}",
            "at": _instant(event.at),
        }
        for event in events
    ]
    db.exec_driver_sql(_insert(db.dialect.name, tuple(rows[0])), (as_json(rows),))


def update_conversations(
    db: sa.Connection, changes: Iterable[tuple[Conversation, Conversation]]
) -> None:
    """Store what changed (before, after), with one statement for all in which the same changed."""
    same: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for before, after in changes:
        if changed := _changed(before, after):
            same.setdefault(tuple(changed), []).append({**changed, "_id": before.id})
    for columns, rows in same.items():
        db.exec_driver_sql(_update(db.dialect.name, columns), (as_json(rows),))


def _changed(before: Conversation, after: Conversation) -> dict[str, Any]:
    """What is to be stored, by column."""
    pairs = zip(_NAMES, _values(before), _values(after), strict=True)
    return {name: _plain(new) for name, old, new in pairs if new is not old and new != old}


# --- values


def _plain(value: Any) -> Any:
    """A value as JSON knows it, the way the column keeps it."""
    if isinstance(value, datetime):
        return _instant(value)
    return as_json(value.model_dump(mode="json")) if isinstance(value, BaseModel) else value


@lru_cache(maxsize=16)  # most rows of a group are of the same moment
def _instant(at: datetime) -> str:
    """UTC without a zone: the form that SQLite's columns have, and PostgreSQL's sessions are in UTC."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _conversation(dialect: str, row: Sequence[Any]) -> Conversation:
    values = list(row)
    for place, decode in _decoders(dialect):
        if values[place] is not None:
            values[place] = decode(values[place])
    return Conversation(*values)


@lru_cache
def _decoders(dialect: str) -> list[tuple[int, Callable[[Any], Any]]]:
    """For places in a row: from what the driver gives to what the conversation has."""
    embedded = dialect == "sqlite"
    special: dict[str, Callable[[Any], Any]] = {
        "controller": Controller,
        "handback": _brief_of_text if embedded else HandbackBrief.model_validate,
    }
    times = {
        column.name: _utc_of_text if embedded else _utc
        for column in t.conversation.columns
        if isinstance(column.type, t.UtcDateTime)
    }
    return [(_NAMES.index(name), decode) for name, decode in {**times, **special}.items()]


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


@lru_cache(maxsize=4096)  # of the times in a row one is new with a message
def _utc_of_text(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _brief_of_text(value: str) -> HandbackBrief:
    return HandbackBrief.model_validate_json(value)


# --- statements


@lru_cache
def _insert(dialect: str, names: tuple[str, ...]) -> str:
    return (
        f"INSERT INTO event ({', '.join(names)}) "  # noqa: S608  # all of it is ours
        f"SELECT {_given(dialect, t.event, names)} FROM {_rows(dialect, t.event, names)}"
    )


@lru_cache(maxsize=128)
def _update(dialect: str, names: tuple[str, ...]) -> str:
    table = t.conversation
    pairs = zip(names, _given(dialect, table, names).split(", "), strict=True)
    return (
        f"UPDATE conversation SET {', '.join(f'{name} = {value}' for name, value in pairs)} "  # noqa: S608  # all of it is ours
        f"FROM {_rows(dialect, table, names, key='_id')} WHERE conversation.id = {_value(dialect, '_id')}"
    )


def _value(dialect: str, name: str) -> str:
    return f"w.value->>'{name}'" if dialect == "sqlite" else f"w.{name}"


def _given(dialect: str, table: sa.Table, names: Sequence[str]) -> str:
    """The values of these columns in a row of `_rows`."""
    values = []
    for name in names:
        value = _value(dialect, name)
        casts = dialect == "postgresql" and isinstance(table.c[name].type, sa.JSON)
        values.append(f"CAST({value} AS json)" if casts else value)
    return ", ".join(values)


def _rows(dialect: str, table: sa.Table, names: Sequence[str], *, key: str | None = None) -> str:
    """The rows of the one parameter."""
    if dialect == "sqlite":
        return "json_each(?) AS w"
    columns = [f"{name} {_told_as(table.c[name].type)}" for name in names]
    if key is not None:
        columns.append(f"{key} text")
    return f"json_to_recordset(CAST(%s AS json)) AS w({', '.join(columns)})"


def _told_as(kind: sa.types.TypeEngine[Any]) -> str:
    """Text stays text of any length here, so that the column itself judges it."""
    if isinstance(kind, (sa.String, sa.JSON)):
        return "text"
    return kind.compile(dialect=_POSTGRES)

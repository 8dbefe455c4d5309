"""A tracker store that loads only the last turns of a session, so that long chats stay fast.

Invariants: every event stays in the table, only loading is bounded; what the turns before the window left
behind (each slot's last value, loop, pause) is restored from its last event; a save appends exactly the events
that the loaded tracker did not have.
"""

from __future__ import annotations

import itertools
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    ConversationResumed,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import QueuePool

STORED = "_stored_events"
_INDEXES = {
    "ix_events_window": "sender_id, id",
    "ix_events_leftovers": "sender_id, type_name, action_name, id",
}
"""What a load asks for, whatever the length of the chat; Rasa's own index finds a chat only as a whole."""


def _do_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
    """A write-ahead log synced at checkpoints: a killed process loses nothing, and what a power cut may
    take is still in the gateway's log, which is the truth."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


_event = SQLTrackerStore.SQLEvent.__table__
_id, _type = _event.c.id, _event.c.type_name
_own = _event.c.sender_id == sa.bindparam("sender")
_before = sa.and_(_own, _id >= sa.bindparam("base"), _id < sa.bindparam("start"))
_SESSION = sa.select(sa.func.max(_id)).where(_own, _type == SessionStarted.type_name)
_FIRST = (
    sa.select(_id)
    .where(_own, _id >= sa.bindparam("base"), _type == UserUttered.type_name)
    .order_by(_id.desc())
    .limit(1)
    .offset(sa.bindparam("skipped"))
)
_WINDOW = sa.select(_event.c.data).where(_own, _id >= sa.bindparam("start")).order_by(_id)
_SLOTS = (
    sa.select(sa.func.max(_id))
    .where(_before, _type == SlotSet.type_name)
    .group_by(_event.c.action_name)
)
_LAST = tuple(
    sa.select(sa.func.max(_id)).where(_before, _type.in_(names))
    for names in (
        [ActiveLoop.type_name],
        [ConversationPaused.type_name, ConversationResumed.type_name],
        [ActionExecuted.type_name],
    )
)
"""Of what was before the window: the last loop, pause and action."""

_SOME = sa.select(_event.c.data).where(_id.in_(sa.bindparam("ids", expanding=True))).order_by(_id)
_ALL = sa.select(_event.c.data).where(_own).order_by(_id)


class WindowedTrackerStore(SQLTrackerStore):
    """Rasa's SQL store with a window of `max_turns` user turns. `db` is a file path or a whole URL."""

    engine: Any  # Rasa gives it no type

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        *,
        db: str,
        max_turns: int = 30,
    ) -> None:
        self._max_turns = max_turns
        url = db if "://" in db else None
        if url is None:
            Path(db).resolve().parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain=domain, host=url or host, db=db, event_broker=event_broker)
        if self.engine.dialect.name == "sqlite":
            self._keep_a_connection()
        self.engine.hide_parameters = True  # an SQL error must not quote what people wrote
        self._add_indexes()

    def _keep_a_connection(self) -> None:
        """Rasa would open the file anew for every load and save, and clear its log away after each."""
        self.engine.dispose()
        self.engine = sa.create_engine(
            self.engine.url, poolclass=QueuePool, connect_args={"check_same_thread": False}
        )
        sa.event.listen(self.engine, "connect", _do_not_wait_for_the_disk)
        self.sessionmaker = sessionmaker(bind=self.engine)

    def _add_indexes(self) -> None:
        for name, columns in _INDEXES.items():
            # Another replica that makes it at the same moment makes it for both.
            with (
                suppress(sa.exc.IntegrityError, sa.exc.ProgrammingError),
                self.engine.begin() as db,
            ):
                db.execute(sa.text(f"CREATE INDEX IF NOT EXISTS {name} ON events ({columns})"))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the current session, bounded by the window."""
        with self.engine.connect() as db:
            return self._tracker(sender_id, self._window(db, sender_id))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The tracker with every event of every session."""
        with self.engine.connect() as db:
            rows = db.execute(_ALL, {"sender": conversation_id}).scalars()
            return self._tracker(conversation_id, list(rows))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that were not loaded from the store, with one statement."""
        await self.stream_events(tracker)
        new = itertools.islice(tracker.events, getattr(tracker, STORED, 0), None)
        rows = [_row(tracker.sender_id, event) for event in new]
        if rows:
            with self.engine.begin() as db:
                db.execute(_event.insert(), rows)
        setattr(tracker, STORED, len(tracker.events))

    def _tracker(self, sender_id: str, rows: list[str]) -> DialogueStateTracker | None:
        if not rows or self.domain is None:
            return None
        events = [json.loads(row) for row in rows]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        setattr(tracker, STORED, len(tracker.events))
        return tracker

    def _window(self, db: Connection, sender: str) -> list[str]:
        """Stored events to load, oldest first: leftovers from before the window, then the window."""
        base = db.execute(_SESSION, {"sender": sender}).scalar() or 0
        place = {"sender": sender, "base": base, "skipped": self._max_turns - 1}
        start = db.execute(_FIRST, place).scalar()
        window = db.execute(_WINDOW, {"sender": sender, "start": base if start is None else start})
        if start is None:
            return list(window.scalars())
        return [
            *self._leftovers(db, {"sender": sender, "base": base, "start": start}),
            *window.scalars(),
        ]

    def _leftovers(self, db: Connection, place: dict[str, Any]) -> list[str]:
        """The last event of each slot, loop, pause and action before the window."""
        ids = [
            *db.execute(_SLOTS, place).scalars(),
            *(db.execute(q, place).scalar() for q in _LAST),
        ]
        found = db.execute(_SOME, {"ids": [one for one in ids if one is not None]})
        return list(found.scalars())


def _row(sender: str, event: Event) -> dict[str, Any]:
    """As Rasa's own store has it."""
    data = event.as_dict()
    return {
        "sender_id": sender,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }

"""A tracker store that loads only the last turns of a session, so that long chats stay fast.

Invariants: every event stays in the table, only loading is bounded; what the turns before the window left
behind (each slot's last value, loop, pause) is restored from its last event; a save appends exactly the events
that the loaded tracker did not have.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
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
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Query, Session

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


class WindowedTrackerStore(SQLTrackerStore):
    """Rasa's SQL store with a window of `max_turns` user turns. `db` is a file path or a whole URL."""

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
        self.engine.hide_parameters = True  # an SQL error must not quote what people wrote
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _do_not_wait_for_the_disk)
            self.engine.dispose()
        self._add_indexes()

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
        with self.session_scope() as session:
            return self._tracker(sender_id, self._window(session, sender_id))

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The tracker with every event of every session."""
        event = self.SQLEvent
        with self.session_scope() as session:
            rows = session.query(event.data).filter(event.sender_id == conversation_id)
            return self._tracker(conversation_id, [data for (data,) in rows.order_by(event.id)])

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the new events."""
        await super().save(tracker)
        setattr(tracker, STORED, len(tracker.events))

    def _tracker(self, sender_id: str, rows: list[str]) -> DialogueStateTracker | None:
        if not rows or self.domain is None:
            return None
        events = [json.loads(row) for row in rows]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        setattr(tracker, STORED, len(tracker.events))
        return tracker

    def _additional_events(self, session: Session, tracker: DialogueStateTracker) -> Iterator[Any]:
        """The events that were not loaded from the store."""
        return itertools.islice(tracker.events, getattr(tracker, STORED, 0), None)

    def _window(self, session: Session, sender_id: str) -> list[str]:
        """Stored events to load, oldest first: leftovers from before the window, then the window."""
        event = self.SQLEvent
        base = self._session_start(session, sender_id)
        own = session.query(event.id).filter(event.sender_id == sender_id, event.id >= base)
        turns = own.filter(event.type_name == UserUttered.type_name).order_by(event.id.desc())
        first = turns.offset(self._max_turns - 1).limit(1).scalar()
        start = base if first is None else first
        before = event.id.in_(self._leftovers(own, start))
        window = sa.and_(event.sender_id == sender_id, event.id >= start)
        # Two questions: for one with "or" a database may read the whole chat.
        rows = [
            session.query(event.data).filter(part).order_by(event.id) for part in (before, window)
        ]
        return [data for part in rows for (data,) in part]

    def _session_start(self, session: Session, sender_id: str) -> int:
        """The event that begins the latest session, or 0 if none ever began."""
        event = self.SQLEvent
        own = session.query(sa.func.max(event.id)).filter(event.sender_id == sender_id)
        return int(own.filter(event.type_name == SessionStarted.type_name).scalar() or 0)

    def _leftovers(self, own: Query[Any], start: int) -> list[int]:
        """The last event of each slot, loop, pause and action before the window."""
        event = self.SQLEvent
        last = own.filter(event.id < start).with_entities(sa.func.max(event.id))
        pauses = [ConversationPaused.type_name, ConversationResumed.type_name]
        slots = last.filter(event.type_name == SlotSet.type_name).group_by(event.action_name)
        found = [row[0] for row in slots]
        for names in ([ActiveLoop.type_name], pauses, [ActionExecuted.type_name]):
            found.append(last.filter(event.type_name.in_(names)).scalar())
        return [identifier for identifier in found if identifier is not None]

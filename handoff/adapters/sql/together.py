"""A whole group of steps as few statements: rows and keys are fetched at once, what is stored is stored at once.

Invariants: every step sees what the steps before it in the group did; before any other question to the database
all that waits is written; a step that is refused has written nothing. Whatever does not fit this way is told by
`Apart`: the group is then run again, each step in a savepoint of its own.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from typing_extensions import override

from handoff.adapters.sql import batches
from handoff.adapters.sql.queries import Clock
from handoff.adapters.sql.transaction import SqlWriting
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.model import Conversation, Event
from handoff.conversations.storage import Writing


class Apart(Exception):  # a way that was tried, not an error
    """The group has to be run step by step."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a step says about itself beforehand: the conversation it may lock, and the key it may find known."""

    conversation: str
    key: str | None = None


class InGroup(Protocol):
    """One step of a group, and where its result goes."""

    @property
    def shared(self) -> Callable[[Writing], Any] | None: ...

    @property
    def known(self) -> Known | None: ...

    result: Any
    error: BaseException | None


class GroupWriting(SqlWriting):
    """One transaction for many steps. What is only written waits until something is asked, or the end."""

    def __init__(self, connection: sa.Connection, clock: Clock, known: Collection[Known]) -> None:
        self._updates: dict[str, tuple[Conversation, Conversation]] = {}
        self._events: list[Event] = []
        self.touched = 0
        super().__init__(connection, clock)
        self._asked = {one.conversation for one in known}
        self._rows = self._locked_rows()
        self._sought = {(one.conversation, one.key) for one in known if one.key is not None}
        self._keys = self._known_keys()

    @property  # type: ignore[explicit-override]  # mypy overlooks the mark where there is a setter
    @override
    def _connection(self) -> sa.Connection:
        """Whoever uses the connection finds everything written."""
        self.touched += 1
        self.flush()
        return self._bare

    @_connection.setter
    def _connection(self, connection: sa.Connection) -> None:
        self._bare = connection

    def _locked_rows(self) -> dict[str, Conversation]:
        return batches.locked(self._bare, self._asked)

    def _known_keys(self) -> dict[tuple[str, str], int]:
        return batches.known_keys(self._bare, self._sought) if self._sought else {}

    @override
    def lock(self, conversation: str) -> Conversation:
        if conversation not in self._asked:
            return super().lock(conversation)
        if conversation not in self._rows:
            raise ConversationError(Refusal.UNKNOWN_CONVERSATION)
        return self._rows[conversation]

    @override
    def key_seq(self, conversation: str, key: str) -> int | None:
        if (conversation, key) not in self._sought:
            return super().key_seq(conversation, key)
        return self._keys.get((conversation, key))

    @override
    def _update(self, before: Conversation, after: Conversation) -> None:
        self.touched += 1
        stored, _ = self._updates.get(after.id, (before, after))
        self._updates[after.id] = (stored, after)
        self._rows[after.id] = after

    @override
    def _add_events(self, events: Sequence[Event]) -> None:
        self._events += events
        for event in events:
            if event.cid is not None:
                self._keys[event.conversation, event.cid] = event.seq

    def flush(self) -> None:
        """Write what waits: the rows that changed and all events, each in one statement."""
        updates, self._updates = self._updates, {}
        events, self._events = self._events, []
        if updates:
            batches.update_conversations(self._bare, updates.values())
        if events:
            batches.add_events(self._bare, events)


def run_together(connection: sa.Connection, clock: Clock, steps: Sequence[InGroup]) -> None:
    """Run all steps and store what they cause, with their results. Raises `Apart`, and database errors."""
    known = [step.known for step in steps if step.known is not None]
    writing = GroupWriting(connection, clock, known)
    for step in steps:
        if step.shared is None:
            raise Apart
        before = writing.touched
        try:
            step.result, step.error = step.shared(writing), None
        except ConversationError as refused:
            if writing.touched != before:
                raise Apart from None  # it may have written: only a savepoint takes that back
            step.result, step.error = None, refused
    writing.flush()

"""Reads logs for all pumps of a process: what they ask while one question is under way is the next question.

Invariants: an answer is what the database held after it was asked for; nothing is remembered between questions; a log
that is further behind than one page is read alone.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from handoff.adapters.sql import statements as hot
from handoff.adapters.sql.rows import event_of
from handoff.conversations.gathering import Gathering
from handoff.conversations.model import Event

Ask = Callable[
    [Callable[[sa.Connection], list[list[Event] | None]]], Awaitable[list[list[Event] | None]]
]
AT_ONCE = 256
"""Logs in one question."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The log of a conversation after `since`, `limit` entries at most."""

    conversation: str
    since: int
    for_agents: bool
    limit: int


class LogReader:
    """Gathers what is asked and asks once. For one event loop."""

    def __init__(self, ask: Ask) -> None:
        self._gathered: Gathering[Wanted, list[Event] | None] = Gathering(
            lambda wanted: ask(lambda db: logs(db, wanted)), at_once=AT_ONCE
        )

    async def read(self, wanted: Wanted) -> list[Event] | None:
        """The events, or None when they are too many for a common question. Raises what asking raises."""
        return await self._gathered.answer(wanted)


def logs(db: sa.Connection, wanted: Sequence[Wanted]) -> list[list[Event] | None]:
    """Several logs with one statement; pumps of one conversation share what was read."""
    since: dict[str, int] = {}
    for one in wanted:
        since[one.conversation] = min(one.since, since.get(one.conversation, one.since))
    most = min(one.limit for one in wanted)
    asked = json.dumps([[name, start] for name, start in since.items()])
    found: dict[str, list[Event]] = {name: [] for name in since}
    statement = hot.LOGS[db.dialect.name]
    for row in db.execute(statement, {"wanted": asked, "most": most}):
        found[row.conversation].append(event_of(row))
    return [_share(one, found[one.conversation], most) for one in wanted]


def _share(wanted: Wanted, events: list[Event], most: int) -> list[Event] | None:
    """The part of one pump. Places have no gap, so fewer than `most` means that the log ends there."""
    if len(events) >= most:
        return None
    return [e for e in events if e.seq > wanted.since and (wanted.for_agents or not e.agents_only)]

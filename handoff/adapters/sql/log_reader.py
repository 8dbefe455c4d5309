"""Reads logs for all pumps of a process: what they ask while one question is under way is the next question.

Invariants: an answer is what the database held after it was asked for; nothing is remembered between questions; a log
that is further behind than one page is read alone.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from handoff.adapters.sql import statements as hot
from handoff.adapters.sql.rows import event_of
from handoff.conversations.errors import ConversationError, Refusal
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
        self._ask = ask
        self._waiting: list[tuple[Wanted, asyncio.Future[list[Event] | None]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def read(self, wanted: Wanted) -> list[Event] | None:
        """The events, or None when they are too many for a common question. Raises what asking raises."""
        future: asyncio.Future[list[Event] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, future))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all())
        return await future

    async def _ask_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            wanted = [one for one, _ in batch]
            try:
                answers = await self._ask(lambda db, wanted=wanted: logs(db, wanted))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001  # it belongs to those who asked
                _fail(batch, error)
                continue
            except BaseException:  # nobody is left waiting for an answer that never comes
                _fail([*batch, *self._waiting], ConversationError(Refusal.UNAVAILABLE))
                self._waiting = []
                raise
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)


def _fail(
    batch: Iterable[tuple[Wanted, asyncio.Future[list[Event] | None]]], why: Exception
) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(why)


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

"""The console's list of conversations: read once per change for all agents of this process.

Invariants: one reader however many agents look; a hint is answered within `DEBOUNCE_SECONDS` plus one
read, a lost hint within the sweep; an agent's socket keeps only the newest list, never a backlog.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Never

import structlog

from handoff.conversations.ports import ConversationFlow, Hint, InboxRow
from handoff.protocol import InboxFrame, QueueRow
from handoff.tasks import until_stopped
from handoff.web.switchboard import Switchboard
from handoff.web.trouble import is_trouble

log = structlog.get_logger(__name__)

DEBOUNCE_SECONDS = 0.2
SWEEP_SECONDS = 2.0


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def queue_row(row: InboxRow) -> QueueRow:
    """A row as the console gets it."""
    its = row.conversation
    return QueueRow.model_validate(
        {
            "conversation": its.id,
            "controller": its.controller.value,
            "epoch": its.epoch,
            "last": its.last_seq,
            "name": its.name or "",
            "subscriber_id": its.subscriber_id,
            "level": its.level,
            "proven_at": _iso(its.proven_at),
            "locale": its.locale,
            "snippet": row.snippet,
            "reason": its.reason,
            "skill": its.skill,
            "waiting_since": _iso(its.waiting_since),
            "agent": its.agent,
            "agent_name": row.agent_name,
            "case_number": its.case_number,
            "updated_at": its.updated_at.isoformat(),
        }
    )


class InboxWatch:
    """One agent socket's view of the board: an event, and the newest list not yet sent."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self._text: str | None = None

    def show(self, text: str) -> None:
        """A newer list replaces one that was not fetched yet."""
        self._text = text
        self._news.set()

    async def next(self) -> str:
        """The newest list, serialised, as soon as there is one."""
        await self._news.wait()
        self._news.clear()
        assert self._text is not None
        return self._text


class InboxBoard:
    """Reads the list when something changed and shows it to every watching agent."""

    def __init__(self, flow: ConversationFlow, switchboard: Switchboard) -> None:
        self._flow = flow
        self._switchboard = switchboard
        self._changed = asyncio.Event()
        self._watches: set[InboxWatch] = set()
        self._last = ""

    @contextmanager
    def watched(self) -> Iterator[InboxWatch]:
        """Watch while the block runs; the newest list comes soon, whether or not it changes."""
        watch = InboxWatch()
        self._watches.add(watch)
        self._last = ""
        self._changed.set()
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    def touch(self) -> None:
        """Something about the list or the agents changed."""
        self._changed.set()

    def _hear(self, hint: Hint) -> None:
        if hint.typing_author is None:
            self._changed.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        await until_stopped(stop, self._show())

    async def _show(self) -> Never:
        """Wait for a change or the sweep, gather a little, read, show; again."""
        with self._switchboard.hearing_all(self._hear):
            while True:
                await self._change()
                await asyncio.sleep(DEBOUNCE_SECONDS)
                self._changed.clear()
                if self._watches:
                    await self._read()

    async def _change(self) -> None:
        try:
            async with asyncio.timeout(SWEEP_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _read(self) -> None:
        try:
            rows, available = await self._flow.inbox()
        except Exception as error:
            if not is_trouble(error):
                raise
            log.warning("inbox_waits", error=type(error).__name__)
            return
        frame = InboxFrame(rows=[queue_row(row) for row in rows], agents_available=available)
        text = frame.model_dump_json()
        if text != self._last:
            self._last = text
            for watch in self._watches:
                watch.show(text)

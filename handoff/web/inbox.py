"""The console's list of conversations: read once per change for all agents of this process, sent as what is new.

Invariants: one reader however many agents look; of what a hint names only that is read, within `DEBOUNCE_SECONDS`, or what `SHARE` makes of it; a lost hint
costs the sweep, which reads everything; an agent's socket keeps only a cursor, never a backlog.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

import structlog

from handoff.conversations.ports import ConversationFlow, Hint
from handoff.tasks import until_stopped
from handoff.web.board import Board
from handoff.web.switchboard import Switchboard
from handoff.web.trouble import is_trouble

log = structlog.get_logger(__name__)

DEBOUNCE_SECONDS = 0.2
SHARE = 10
"""Where much changes the rest is so many times what the last reading took: lists may be late, messages may not."""
SWEEP_SECONDS = 2.0


class InboxWatch:
    """One agent socket's view of the board: an event, and up to where it was told."""

    def __init__(self, board: "InboxBoard", cursor: str | None) -> None:
        self._board = board
        self._cursor = cursor
        self._news = asyncio.Event()
        self._greeted = False

    def read(self, *, news: bool) -> None:
        """The board was read; the first time that is worth a frame even without news."""
        if news or not self._greeted:
            self._greeted = True
            self._news.set()

    async def next(self) -> list[str]:
        """The frames of what is new, serialised, as soon as there is any; what came meanwhile goes with it."""
        await self._news.wait()
        self._news.clear()
        texts, self._cursor = self._board.since(self._cursor)
        return texts


class InboxBoard:
    """Reads what changed and shows it to every watching agent."""

    def __init__(self, flow: ConversationFlow, switchboard: Switchboard) -> None:
        self._flow = flow
        self._switchboard = switchboard
        self._board = Board()
        self._watches: set[InboxWatch] = set()
        self._changed = asyncio.Event()
        self._touched: set[str] = set()
        self._whole_at = 0.0
        self._rests = DEBOUNCE_SECONDS
        self._texts: dict[str | None, list[str]] = {}

    @contextmanager
    def watched(self, cursor: str | None) -> Iterator[InboxWatch]:
        """Watch while the block runs; what is new since the cursor comes soon, also when that is nothing."""
        watch = InboxWatch(self, cursor)
        self._watches.add(watch)
        self._whole_at = 0.0
        self._changed.set()
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    def touch(self) -> None:
        """Something about the agents changed."""
        self._changed.set()

    def since(self, cursor: str | None) -> tuple[list[str], str]:
        """The frames of what is new, serialised once for all who stand at this cursor; and where one stands then."""
        if cursor not in self._texts:
            self._texts[cursor] = [frame.model_dump_json() for frame in self._board.since(cursor)]
        return self._texts[cursor], self._board.cursor

    def _hear(self, hint: Hint) -> None:
        if hint.of_log:
            self._touched.add(hint.conversation)
            self._changed.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        await until_stopped(stop, self._show())

    async def _show(self) -> Never:
        """Wait for a change or the sweep, gather a little, read, show; again."""
        with self._switchboard.hearing_all(self._hear):
            while True:
                await self._change()
                await asyncio.sleep(self._rests)
                self._changed.clear()
                touched, self._touched = sorted(self._touched), set()
                begun = time.monotonic()
                if self._watches:
                    await self._read(touched)
                took = time.monotonic() - begun
                self._rests = min(SWEEP_SECONDS, max(DEBOUNCE_SECONDS, took * SHARE))

    async def _change(self) -> None:
        """Until something changed or everything is to be read again."""
        try:
            async with asyncio.timeout(max(0.0, self._whole_at - time.monotonic())):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _read(self, touched: list[str]) -> None:
        """What was touched, or everything when it is time: that also finds what was missed in trouble."""
        only: list[str] | None = touched
        if time.monotonic() >= self._whole_at:
            self._whole_at, only = time.monotonic() + SWEEP_SECONDS, None
        try:
            found = await self._flow.inbox(only)
        except Exception as error:
            if not is_trouble(error):
                raise
            log.warning("inbox_waits", error=type(error).__name__)
            return
        news = self._board.tell(found, only=only)
        if news:
            self._texts.clear()
        for watch in self._watches:
            watch.read(news=news)

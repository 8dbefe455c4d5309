"""Keeps what is made from the logs up to date: words to search, mentions, files of deleted messages.

Invariants: a hint only shortens the wait; every `WHOLE_SECONDS`, and at the start, all logs are looked at, so a lost hint costs no
more than that; trouble with the database is waited out.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Never, Protocol

import structlog

from handoff.conversations.errors import ConversationError
from handoff.conversations.hints import Hint, Hints
from handoff.tasks import side_by_side, until_stopped

GATHERED_SECONDS = 0.3
LONGEST_GATHERED = 10.0
SHARE = 20
"""Where much is said the rest is so many times what the last round took: this may be late, messages may not."""

WHOLE_SECONDS = 60.0
PAUSE_SECONDS = 2.0
MOST_REMEMBERED = 500
"""Conversations named by hints; with more it is cheaper to look at all."""

log = structlog.get_logger(__name__)


class Index(Protocol):
    """Where it is kept."""

    async def index(self, only: Sequence[str] | None = None, *, limit: int = 50) -> list[str]:
        """Catch up with some conversations of `only`, or of all; returns those it read, none when there is nothing to do."""
        ...


class CatchingUp:
    """The job, on every node."""

    def __init__(self, index: Index, hints: Hints) -> None:
        self._index = index
        self._hints = hints
        self._touched: set[str] = set()
        self._wake = asyncio.Event()
        self._whole_at = 0.0
        self._rests = GATHERED_SECONDS

    async def run(self, stop: asyncio.Event) -> None:
        """Until stopped."""
        await until_stopped(stop, side_by_side(self._listen(), self._work()))

    async def _listen(self) -> None:
        async for hint in self._hints.subscribe():
            if hint.of_log:
                self._touched.add(hint.conversation)
                self._wake.set()

    async def _work(self) -> Never:
        while True:
            await self._rest()
            touched, self._touched = sorted(self._touched), set()
            whole = time.monotonic() >= self._whole_at or len(touched) > MOST_REMEMBERED
            begun = time.monotonic()
            try:
                await self._catch_up(None if whole else touched)
            except ConversationError as error:
                log.warning("index_waits", error=error.code.value)
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                took = time.monotonic() - begun
                self._rests = min(LONGEST_GATHERED, max(GATHERED_SECONDS, took * SHARE))
                if whole:
                    self._whole_at = time.monotonic() + WHOLE_SECONDS

    async def _rest(self) -> None:
        """Until a hint or the time to look at all; a few hints are gathered."""
        try:
            async with asyncio.timeout(max(0.0, self._whole_at - time.monotonic())):
                await self._wake.wait()
        except TimeoutError:
            return
        await asyncio.sleep(self._rests)
        self._wake.clear()

    async def _catch_up(self, only: list[str] | None) -> None:
        """The lists show who is mentioned, so they hear of each conversation that was read; being up to date, it is not read again."""
        while read := await self._index.index(only):
            for conversation in read:
                await self._hints.publish(Hint(conversation))

"""Keeps the process's loops alive: a loop that dies is noticed, what depends on it is closed, it starts again.

Invariants: a loop is `run(stop)`; one that ends before the stop counts as dead; restarts back off up to
`LONGEST_PAUSE`; at the stop every loop gets a moment to end by itself before it is cancelled.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from handoff.web.errors import where

log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
STEADY_SECONDS = 60.0

Run = Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Loop:
    """A named loop and what to do when it dies."""

    name: str
    run: Run
    died: Callable[[], None] = lambda: None


class Supervisor:
    """Runs loops until stopped."""

    def __init__(self, loops: list[Loop], *, first_pause: float = FIRST_PAUSE) -> None:
        self._loops = loops
        self._first_pause = first_pause
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._down: set[str] = set()

    def start(self) -> None:
        """Start all loops; returns at once."""
        self._tasks = [
            asyncio.create_task(self._keep(loop), name=loop.name) for loop in self._loops
        ]

    async def all_up(self) -> bool:
        """Is every loop running, for the readiness answer."""
        return not self._down

    async def stop(self, *, grace: float = 3.0) -> None:
        """Ask all loops to end, wait a moment, cancel the rest."""
        self._stop.set()
        if not self._tasks:
            return
        _, pending = await asyncio.wait(self._tasks, timeout=grace)
        for task in pending:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, loop: Loop) -> None:
        """Run one loop again and again."""
        pause = self._first_pause
        clock = asyncio.get_running_loop().time
        while not self._stop.is_set():
            began = clock()
            self._down.discard(loop.name)
            await self._once(loop)
            if self._stop.is_set():
                return
            self._down.add(loop.name)
            loop.died()
            pause = self._first_pause if clock() - began > STEADY_SECONDS else pause
            await self._sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _once(self, loop: Loop) -> None:
        """Until the loop ends, or the stop."""
        running = asyncio.ensure_future(loop.run(self._stop))
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await asyncio.wait({running}, timeout=2.0)
        finally:
            stopping.cancel()
            running.cancel()
            (ended,) = await asyncio.gather(running, return_exceptions=True)
        if isinstance(ended, Exception):
            log.error("loop_died", loop=loop.name, error=type(ended).__name__, at=where(ended))
        elif not self._stop.is_set():
            log.error("loop_ended", loop=loop.name)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

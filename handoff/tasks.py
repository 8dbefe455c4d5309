"""Tasks that must not end by themselves: one that does is a failure of what it belongs to, never a silence; and loops that go on.

Invariants: an end, and a cancellation that nobody asked for, are passed on as `Ended`; a cancellation that somebody
asked for stays one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Never

import structlog

LONGEST_PAUSE = 15.0

log = structlog.get_logger(__name__)


class Ended(Exception):  # it says what happened
    """A part that should have gone on for ever has ended."""


async def ending(work: Coroutine[Any, Any, object]) -> None:
    """Run work that may end by itself, but not by a cancellation that nobody asked for: that is `Ended`."""
    try:
        await work
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise Ended("cancelled from within") from None


async def unending(work: Coroutine[Any, Any, object]) -> Never:
    """Run work that ends by failing or by being cancelled from outside only. Raises `Ended`, or what it raised."""
    await ending(work)
    raise Ended("returned")


async def side_by_side(*works: Coroutine[Any, Any, object]) -> Never:
    """Run works of that kind together: when one fails, the others are cancelled and its failure is passed on."""
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(unending(work))
    raise Ended("returned")


async def until_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Run work that has nothing to finish; it is cancelled at the stop, and its failure is passed on."""
    running = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
    finally:
        running.cancel()
        stopping.cancel()
        await asyncio.gather(running, stopping, return_exceptions=True)


async def rest(event: asyncio.Event, seconds: float) -> None:
    """Until the event or the time, whichever comes first."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


async def keep_going(
    stop: asyncio.Event, name: str, *, step: Callable[[], Awaitable[None]], pause: float
) -> None:
    """Do the step until stopped; after failures wait longer each time. The step does its own waiting."""
    failures = 0
    while not stop.is_set():
        try:
            await step()
            failures = 0
        except Exception as error:  # noqa: BLE001  # a loop outlives whatever its step raises
            failures += 1
            log.warning("job_failed", job=name, error=type(error).__name__, failures=failures)
            await rest(stop, min(LONGEST_PAUSE, pause * 2 ** min(failures, 10)))

"""A loop that dies is noticed, its dependants are told, and it runs again."""

import asyncio

import pytest

from handoff.web.supervision import Loop, Supervisor


async def test_a_dead_loop_is_told_and_started_again() -> None:
    starts = 0
    deaths = 0
    steady = asyncio.Event()

    async def run(stop: asyncio.Event) -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise RuntimeError("broke")
        if starts == 2:
            return
        steady.set()
        await stop.wait()

    def died() -> None:
        nonlocal deaths
        deaths += 1

    supervisor = Supervisor([Loop("one", run, died)], first_pause=0.01)
    supervisor.start()
    async with asyncio.timeout(60):
        await steady.wait()
    assert (starts, deaths) == (3, 2)
    assert await supervisor.all_up()
    await supervisor.stop()


async def test_a_loop_that_ignores_the_stop_is_cancelled() -> None:
    cancelled = False

    async def run(_stop: asyncio.Event) -> None:
        nonlocal cancelled
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled = True
            raise

    supervisor = Supervisor([Loop("deaf", run)])
    supervisor.start()
    await asyncio.sleep(0.01)
    async with asyncio.timeout(60):
        await supervisor.stop(grace=0.05)
    assert cancelled


@pytest.mark.parametrize("ends", ["returns", "raises"])
async def test_a_loop_that_is_down_shows(ends: str) -> None:
    async def run(_stop: asyncio.Event) -> None:
        if ends == "raises":
            raise ValueError("broke")

    supervisor = Supervisor([Loop("down", run)], first_pause=60)
    supervisor.start()
    await asyncio.sleep(0.05)
    assert not await supervisor.all_up()
    await supervisor.stop()

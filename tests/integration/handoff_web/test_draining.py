"""A gateway that leaves: sockets close one after the other, each after its answer, and work under way goes to others."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

from tests.integration.handoff_web.gateway import Gateway, Talk, cid

RESTART = 1012
SOCKETS = 30


@asynccontextmanager
async def locked(database: Path) -> AsyncIterator[None]:
    """Nobody can write into the database while the block runs."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


async def test_what_a_socket_works_on_is_answered_before_it_closes(
    gateway: Gateway, folder: Path
) -> None:
    async with gateway.subscriber() as (busy, _), gateway.subscriber() as (idle, _):
        mine = cid()
        async with locked(folder / "handoff.db"):
            await busy.send("send", cid=mine, text="just in time")
            await asyncio.sleep(0.3)
            leaving = asyncio.create_task(gateway.web.draining.leave())
            assert await idle.close_code() == RESTART
            assert busy.socket.close_code is None, "cut off in the middle of its work"
        await busy.of("ack", cid=mine)
        assert await busy.close_code() == RESTART
        await leaving
    answer = await gateway.http.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unready")


async def test_sockets_are_closed_one_after_the_other(gateway: Gateway) -> None:
    gone: list[float] = []

    async def watch(talk: Talk) -> None:
        assert await talk.close_code() == RESTART
        gone.append(time.monotonic())

    async with AsyncExitStack() as stack:
        talks = [(await stack.enter_async_context(gateway.subscriber()))[0] for _ in range(SOCKETS)]
        watching = [asyncio.create_task(watch(talk)) for talk in talks]
        await gateway.web.draining.leave()
        await asyncio.gather(*watching)
    assert gone[-1] - gone[0] > 0.7, "all clients come back at the same moment"
    assert not gateway.web.sockets.open()


async def test_a_turn_that_hangs_is_given_back_and_nothing_more_is_claimed(
    gateway: Gateway, folder: Path
) -> None:
    gateway.assistant.delay = 60
    async with gateway.subscriber() as (talk, welcome):
        await talk.send("send", cid=cid(), text="hallo")
        async with asyncio.timeout(20):
            while not gateway.assistant.turns:  # noqa: ASYNC110  # nobody tells us
                await asyncio.sleep(0.02)
        await gateway.web.draining.leave()
    await asyncio.sleep(1.5)  # longer than the sweep for turns
    with closing(sqlite3.connect(folder / "handoff.db")) as database:
        rows = database.execute(
            "SELECT claimed_until, attempts, done_at FROM bot_turn WHERE conversation = ?",
            [welcome["conversation"]],
        ).fetchall()
    assert rows == [(None, 0, None)]
    assert len(gateway.assistant.turns) == 1

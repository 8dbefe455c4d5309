"""Hints in one process and over a real Redis: they only wake, so losing them must cost nothing else."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from handoff.adapters.memory_hints import BACKLOG, MemoryHints
from handoff.adapters.redis_hints import CHANNEL, RedisHints
from handoff.conversations.hints import Hint, Onlooker
from handoff.conversations.model import Author
from tests.redis import RedisServer

HINT = Hint("conv", 7, turn=True)
LOOKED = Hint("conv", onlooker=Onlooker("maya", "Maya", on=True, writing=True, new=True))
TYPING = Hint("conv", typing_author=Author.AGENT, typing_name="Maya", typing_on=True)


async def test_everybody_here_hears_everything_from_their_subscription_on() -> None:
    hints = MemoryHints()
    await hints.publish(Hint("earlier"))
    one, other = hints.subscribe(), hints.subscribe()
    await hints.publish(HINT)
    assert [await anext(one), await anext(other)] == [HINT, HINT]


async def test_who_does_not_listen_loses_old_hints_and_holds_up_nobody() -> None:
    hints = MemoryHints()
    slow = hints.subscribe()
    for number in range(BACKLOG + 10):
        await hints.publish(Hint("conv", number))
    assert (await anext(slow)).seq == 10


@asynccontextmanager
async def two_nodes(url: str) -> AsyncIterator[tuple[RedisHints, RedisHints]]:
    stop = asyncio.Event()
    nodes = (RedisHints(url), RedisHints(url))
    running = [asyncio.create_task(node.run(stop)) for node in nodes]
    try:
        await _connected(url, len(nodes))
        yield nodes
    finally:
        stop.set()
        await asyncio.gather(*running)


async def _connected(url: str, nodes: int) -> None:
    async with Redis.from_url(url) as redis:
        async with asyncio.timeout(60):
            while (await redis.pubsub_numsub(CHANNEL))[0][1] < nodes:  # noqa: ASYNC110  # a server's state
                await asyncio.sleep(0.02)


async def test_hints_and_typing_reach_the_other_node_and_the_own_once(redis_url: str) -> None:
    async with two_nodes(redis_url) as (one, other), asyncio.timeout(60):
        near, far = one.subscribe(), other.subscribe()
        for hint in (HINT, TYPING, LOOKED):
            await one.publish(hint)
            assert await anext(near) == hint
            assert await anext(far) == hint
        await other.publish(Hint("last"))
        assert await anext(near) == Hint("last"), "the own hints did not come back"


async def test_what_is_not_ours_is_ignored(redis_url: str) -> None:
    async with two_nodes(redis_url) as (one, other), asyncio.timeout(60):
        far = other.subscribe()
        async with Redis.from_url(redis_url) as redis:
            await redis.publish(CHANNEL, "{garbage")
            await redis.publish(CHANNEL, b"\xff")
        await one.publish(HINT)
        assert await anext(far) == HINT


async def test_a_dead_redis_costs_only_hints_and_the_reader_comes_back(
    redis_server: RedisServer,
) -> None:
    async with two_nodes(redis_server.url) as (one, other), asyncio.timeout(30):
        near, far = one.subscribe(), other.subscribe()
        await asyncio.to_thread(redis_server.stop)
        began = time.monotonic()
        await one.publish(HINT)
        assert time.monotonic() - began < 3
        assert await anext(near) == HINT, "this node does not need Redis"
        assert not await one.ready()
        await asyncio.sleep(0.5)
        await asyncio.to_thread(redis_server.start)
        await _connected(redis_server.url, 2)
        await _heard_again(one, far)


async def test_a_frozen_redis_holds_up_nobody(redis_server: RedisServer) -> None:
    assert redis_server.process is not None
    async with two_nodes(redis_server.url) as (one, other), asyncio.timeout(30):
        far = other.subscribe()
        os.kill(redis_server.process.pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            for _ in range(50):
                await one.publish(HINT)
            assert time.monotonic() - began < 5, "one time limit for each would be 15 s"
            await asyncio.sleep(1)
        finally:
            os.kill(redis_server.process.pid, signal.SIGCONT)
        await _connected(redis_server.url, 2)
        await _heard_again(one, far)


async def _heard_again(one: RedisHints, far: AsyncIterator[Hint]) -> None:
    """Hints go on after the outage; the first ones may be lost."""
    fresh = Hint("after")
    heard = asyncio.create_task(_until(far, fresh))
    while not heard.done():
        await one.publish(fresh)
        await asyncio.sleep(0.1)
    await heard


async def _until(hints: AsyncIterator[Hint], wanted: Hint) -> None:
    while await anext(hints) != wanted:
        pass

"""SIGKILL before the commit, between the commit and all that follows, and Redis that dies or hangs."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from tests.faults.town import Town, seen
from tests.integration.handoff_web.gateway import Talk, cid
from tests.postgres import PostgresServer
from tests.redis import RedisServer


@contextmanager
def row_held(town: Town, conversation: str) -> Iterator[None]:
    """While the block runs no gateway can commit anything about the conversation."""
    if town.url.startswith("sqlite"):
        blocker = sqlite3.connect(town.url.removeprefix("sqlite:///"), isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
    else:
        blocker = psycopg.connect(town.url.replace("+psycopg", ""))
        blocker.execute("SELECT 1 FROM conversation WHERE id = %s FOR UPDATE", (conversation,))
    try:
        yield
    finally:
        blocker.rollback()
        blocker.close()


def waiting_for(town: Town, event: str) -> bool:
    """Whether a gateway's connection waits in PostgreSQL for this."""
    name = town.url.rpartition("/")[2]
    return bool(
        town.rows(
            "SELECT 1 FROM pg_stat_activity WHERE datname = :n AND :e IN (wait_event, wait_event_type)",
            n=name,
            e=event,
        )
    )


async def silence(talk: Talk, kind: str) -> None:
    """Nothing of this kind has come and nothing of it comes before the end of the socket."""
    with suppress(ConnectionClosed):
        async for frame in talk.socket:
            assert f'"type":"{kind}"' not in str(frame)


async def sent_again(town: Town, welcome: dict[str, str], sent: str) -> None:
    """Who comes back and sends the same `cid` is acknowledged, and finds the message once."""
    async with town.subscriber(session=welcome["session"], since=0) as (talk, again):
        assert again["conversation"] == welcome["conversation"]
        await talk.send("send", cid=sent, text="said once")
        ack = await talk.of("ack", cid=sent)
        if "heard said once" not in str(talk.seen):  # another node may have answered it by now
            await talk.event("message", author="bot", text="heard said once")
    own = [f["seq"] for f in talk.seen if f.get("event", {}).get("cid") == sent]
    assert own == [ack["seq"]]
    assert town.stored(welcome["conversation"], sent) == 1


async def test_killed_before_the_commit_nothing_was_acknowledged_and_nothing_stays(
    town: Town,
) -> None:
    sent = cid()
    async with town.subscriber() as (talk, welcome):
        await talk.event("message", code="welcome")
        with row_held(town, welcome["conversation"]):
            await talk.send("send", cid=sent, text="said once")
            if town.url.startswith("sqlite"):
                await asyncio.sleep(0.5)  # SQLite does not say who waits for it
            else:
                await seen(lambda: waiting_for(town, "Lock"))
            await town.gateways[0].end(signal.SIGKILL)
            await silence(talk, "ack")
    assert town.stored(welcome["conversation"], sent) == 0
    await town.whole()
    await sent_again(town, welcome, sent)


@asynccontextmanager
async def commits_held(server: PostgresServer, town: Town) -> AsyncIterator[None]:
    """While the block runs what was committed is on disk, but nobody is told: a standby is waited for."""
    standbys = "ALTER SYSTEM SET synchronous_standby_names = '{}'"
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as admin:
        admin.execute(standbys.format("nobody").encode())
        admin.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            admin.execute("SET synchronous_commit = off")
            admin.execute(standbys.format("").encode())
            admin.execute("SELECT pg_reload_conf()")


@pytest.mark.postgres
async def test_killed_between_commit_and_hint_the_other_node_finds_it(
    large: Town, postgres_server: PostgresServer
) -> None:
    sent = cid()
    async with large.subscriber(0) as (talk, welcome):
        await talk.event("message", code="welcome")
        chat = welcome["conversation"]
        async with large.agent("maya", 1) as maya:
            await maya.send("watch", conversation=chat)
            await maya.event("message", code="welcome")
            async with commits_held(postgres_server, large):
                await talk.send("send", cid=sent, text="said once")
                await seen(lambda: waiting_for(large, "SyncRep"))
                assert large.stored(chat, sent) == 0, "not visible before somebody may be told"
                await large.gateways[0].end(signal.SIGKILL)
                await silence(talk, "ack")
            await maya.event("message", cid=sent)
    assert large.stored(chat, sent) == 1
    await large.whole()
    await sent_again(large, welcome, sent)


async def test_killed_after_the_commit_an_ack_that_never_arrived_is_given_again(
    small: Town,
) -> None:
    sent = cid()
    async with small.subscriber() as (talk, welcome):
        await talk.event("message", code="welcome")
        await talk.send("send", cid=sent, text="said once")
        talk.socket.transport.abort()
        await seen(lambda: small.stored(welcome["conversation"], sent) == 1)
        await small.gateways[0].end(signal.SIGKILL)
    await small.whole()
    await sent_again(small, welcome, sent)


@pytest.mark.postgres
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_without_redis_everything_arrives_a_little_later(
    large: Town, town_redis: RedisServer, how: signal.Signals
) -> None:
    async with large.subscriber(0) as (talk, welcome), large.agent("maya", 1) as maya:
        chat = welcome["conversation"]
        await maya.send("watch", conversation=chat)
        await talk.send("person", cid=cid())
        control = await maya.event("control", controller="queue")
        epoch = control["event"]["epoch"]
        assert town_redis.process is not None
        town_redis.process.send_signal(how)
        try:
            await maya.send("take", cid=cid(), conversation=chat, epoch=epoch)
            await talk.event("control", controller="agent")
            for number in range(5):
                await talk.send("send", cid=cid(), text=f"there {number}")
                await talk.of("ack")
                await maya.event("message", text=f"there {number}")
                said = {"conversation": chat, "epoch": epoch + 1, "text": f"back {number}"}
                await maya.send("send", cid=cid(), **said)
                await talk.event("message", text=f"back {number}")
            status, answer = await large.ready()
            assert (status, answer["status"], answer["parts"]["redis"]) == (200, "degraded", "down")
        finally:
            if how is signal.SIGSTOP:
                town_redis.process.send_signal(signal.SIGCONT)
            else:
                await asyncio.to_thread(town_redis.stop, signal.SIGKILL)
                await asyncio.to_thread(town_redis.start)
        await typing_crosses(talk, maya)


async def typing_crosses(talk: Talk, maya: Talk) -> None:
    """Typing goes by hints alone: when it arrives, this node sends and the other one hears again."""
    async with asyncio.timeout(60):
        for number in range(40):
            await talk.send("typing", on=number % 2 == 0)
            try:
                frame = await maya.next(1.5)
            except TimeoutError:
                continue
            if frame["type"] == "typing":
                return
    raise AssertionError("no hint crossed")

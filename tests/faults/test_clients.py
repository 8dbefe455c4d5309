"""Many come back at once, somebody stops reading, somebody moves to another node: each goes on, nobody is disturbed."""

import asyncio
import resource
import socket
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from handoff.adapters.sql import tables
from tests.faults.town import Town
from tests.integration.handoff_web.gateway import Talk, cid

CROWD = 1000
LONG = 1600
MOST_GROWTH = 64 * 1024 * 1024


@pytest.mark.postgres
async def test_on_another_node_the_chat_goes_on_at_the_cursor(large: Town) -> None:
    async with large.subscriber(0) as (talk, welcome):
        for number in range(4):
            await talk.send("send", cid=cid(), text=f"here {number}")
            frame = await talk.event("message", text=f"heard here {number}")
    seen = frame["seq"] - 3
    hello = {"session": welcome["session"], "since": seen, "log": welcome["log"]}
    async with large.subscriber(1, **hello) as (talk, again):
        assert (again["conversation"], again["reset"]) == (welcome["conversation"], False)
        for place in range(seen + 1, frame["seq"] + 1):
            event = await talk.of("event")
            assert (event["seq"], event["after"]) == (place, place - 1)
        await talk.send("send", cid=cid(), text="there")
        await talk.event("message", text="heard there")


def address(number: int) -> dict[str, Any]:
    """A client's own address: of one address only so many are let in."""
    return {"local_addr": (f"127.1.{number // 250}.{number % 250 + 1}", 0), "ping_interval": None}


async def come(town: Town, number: int, sessions: dict[int, str], stack: AsyncExitStack) -> None:
    """One of the crowd connects, is welcomed and gets its whole log."""
    gateway = number % len(town.gateways)
    opening = town.socket("/ws/subscriber", gateway, **address(number))
    talk = await stack.enter_async_context(opening)
    await talk.send("hello", session=sessions.get(number))
    welcome = await talk.of("welcome")
    sessions[number] = welcome["session"]
    await talk.event("message", code="welcome")
    assert [f["seq"] for f in talk.seen if f["type"] == "event"] == [1]


async def all_come(town: Town, sessions: dict[int, str], stack: AsyncExitStack) -> None:
    async with asyncio.timeout(200):
        await asyncio.gather(*(come(town, n, sessions, stack) for n in range(CROWD)))


async def chat_on(talk: Talk, maya: Talk, where: dict[str, Any]) -> int:
    """Two parties write to each other in turn until cancelled; every message is acknowledged at its first sending."""
    count = 0
    try:
        while True:
            for side, fields in ((talk, {}), (maya, where)):
                its = cid()
                await side.send("send", cid=its, text=f"undisturbed {count}", **fields)
                answer = await side.until(lambda f, its=its: f.get("cid") == its)  # type: ignore[misc]
                assert answer["type"] == "ack"
                count += 1
            await asyncio.sleep(1)
    except asyncio.CancelledError:
        return count


async def test_a_thousand_come_back_at_once(town: Town) -> None:
    sessions: dict[int, str] = {}
    async with AsyncExitStack() as stack:
        await all_come(town, sessions, stack)  # the first time, each begins a conversation
    async with town.subscriber() as (talk, welcome), town.agent("maya") as maya:
        chat = welcome["conversation"]
        await talk.send("person", cid=cid())
        epoch = (await talk.event("control", controller="queue"))["event"]["epoch"]
        await maya.send("take", cid=cid(), conversation=chat, epoch=epoch)
        await talk.event("control", controller="agent")
        pair = asyncio.create_task(chat_on(talk, maya, {"conversation": chat, "epoch": epoch + 1}))
        async with AsyncExitStack() as stack:
            before = dict(sessions)
            await all_come(town, sessions, stack)
            assert sessions == before, "everybody is who they were"
            for number in range(len(town.gateways)):
                status, answer = await town.ready(number)
                assert (status, answer["parts"]["tasks"]) == (200, "ok")
        pair.cancel()
        assert await pair > 0
        assert talk.socket.close_code is None
        assert maya.socket.close_code is None


def memory(pid: int) -> int:
    """Bytes of memory a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def long_log(town: Town, conversation: str) -> None:
    """Events of four thousand letters each, written beside the gateway: through it nobody may write that fast."""
    row = {"conversation": conversation, "kind": "message", "author": "agent", "epoch": 1}
    said = {"kind": "message", "author": "agent", "name": "Maya", "text": "x" * 4000}
    more = {"agents_only": False, "body": said, "private": {}, "at": datetime.now(UTC)}
    with town.engine.begin() as connection:
        rows = [{**row, **more, "seq": seq} for seq in range(2, LONG + 1)]
        connection.execute(tables.event.insert(), rows)
    town.change("UPDATE conversation SET last_seq = :n WHERE id = :c", n=LONG, c=conversation)


async def deaf(town: Town, number: int, stack: AsyncExitStack) -> Talk:
    """A client whose system takes little, and which reads nothing by itself."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", town.gateways[number].port))
    raw.setblocking(False)  # noqa: FBT003
    more = {"sock": raw, "max_queue": 1, "ping_interval": None, "close_timeout": 1}
    return await stack.enter_async_context(town.socket("/ws/subscriber", number, **more))


async def test_who_stops_reading_is_closed_alone_and_resumes(town: Town) -> None:
    async with AsyncExitStack() as stack:
        # Where sockets are asked rarely whether they live: else that would find it out before the queue does.
        node, number = await stack.enter_async_context(town.another(HANDOFF_PING_SECONDS="60"))
        assert node.process is not None
        calm, _ = await stack.enter_async_context(town.subscriber(number))
        reader, welcome = await stack.enter_async_context(town.subscriber(number))
        long_log(town, welcome["conversation"])
        before = memory(node.process.pid)
        slow = await deaf(town, number, stack)
        await slow.send("hello", session=welcome["session"], log=welcome["log"])
        while (await town.ready(number))[1]["subscribers"] == 2:
            pass
        while (await town.ready(number))[1]["subscribers"] == 3:
            await calm.send("ping")
            await calm.of("pong")
            assert memory(node.process.pid) - before < MOST_GROWTH
            await asyncio.sleep(0.2)
        with suppress(ConnectionClosed):
            async for _ in slow.socket:
                pass
        assert slow.socket.close_code == 4413
        hello = {"session": welcome["session"], "since": 1, "log": welcome["log"]}
        again, _ = await stack.enter_async_context(town.subscriber(number, **hello))
        for place in range(2, LONG + 1):
            assert (await again.of("event"))["seq"] == place
        assert (calm.socket.close_code, reader.socket.close_code) == (None, None)

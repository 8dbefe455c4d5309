"""PostgreSQL is killed, stopped or frozen under a busy gateway; the disk is full: nothing acknowledged is lost."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.faults.town import Town, seen
from tests.integration.handoff_web.gateway import Talk, cid
from tests.postgres import PostgresServer, account

SEGMENT = 16 * 1024 * 1024


@dataclass
class Writer:
    """A subscriber who writes again and again, each message under its `cid` until it is acknowledged."""

    talk: Talk
    chat: str
    acked: dict[str, int] = field(default_factory=dict)
    nacks: list[dict[str, Any]] = field(default_factory=list)
    stop: bool = False

    async def write(self) -> None:
        """Until told to stop, and then until the last one is acknowledged."""
        while not self.stop:
            await self.one()
            await asyncio.sleep(0.3)

    async def one(self) -> None:
        """One message."""
        its = cid()
        while True:
            await self.talk.send("send", cid=its, text=f"message {len(self.acked)}")
            frame = await self.talk.until(lambda f: f.get("cid") == its)
            if frame["type"] == "ack":
                self.acked[its] = frame["seq"]
                return
            assert frame["retry"] is True
            self.nacks.append(frame)
            await asyncio.sleep(0.2)

    def check(self, town: Town) -> None:
        """Acknowledged is stored, once, in its place; what came is the log."""
        stored = town.rows("SELECT seq, cid FROM event WHERE conversation = :c", c=self.chat)
        places = {key.removeprefix("s:"): seq for seq, key in stored if key}
        assert {its: places.get(its) for its in self.acked} == self.acked
        assert sorted(seq for seq, _ in stored) == list(range(1, len(stored) + 1))
        own = [f["seq"] for f in self.talk.seen if f["type"] == "event"]
        assert own == sorted(set(own))


@asynccontextmanager
async def busy(town: Town, count: int) -> AsyncIterator[list[Writer]]:
    """Some people who wait for a person, and write all the time; at the end everything they were told is checked."""
    async with AsyncExitStack() as stack:
        writers = []
        for number in range(count):
            gateway = number % len(town.gateways)
            talk, welcome = await stack.enter_async_context(town.subscriber(gateway))
            await talk.send("person", cid=cid())
            await talk.event("control", controller="queue")
            writers.append(Writer(talk, welcome["conversation"]))
        writing = [asyncio.create_task(writer.write()) for writer in writers]
        await seen(lambda: all(writer.acked for writer in writers))
        yield writers
        before = {writer.chat: len(writer.acked) for writer in writers}
        await seen(lambda: all(len(w.acked) > before[w.chat] + 1 for w in writers))
        for writer in writers:
            writer.stop = True
        async with asyncio.timeout(60):
            await asyncio.gather(*writing)
        await every_task_works(town, writers)
        for writer in writers:
            writer.check(town)


async def every_task_works(town: Town, writers: list[Writer]) -> None:
    """Pumps, the list of conversations, bot turns, presence, the line, the search and the sweep of leases do what they are for."""
    last = len(town.gateways) - 1
    waits = writers[0]
    async with town.subscriber(last) as (talk, _):
        await talk.send("send", cid=cid(), text="is the bot there?")
        await talk.event("message", author="bot", text="heard is the bot there?")
    epoch = town.rows("SELECT epoch FROM conversation WHERE id = :c", c=waits.chat)[0][0]
    async with town.agent("maya", last) as maya:
        assert waits.chat in maya.inbox
        await maya.send("watch", conversation=waits.chat)
        await maya.send("take", cid=cid(), conversation=waits.chat, epoch=epoch)
        await waits.talk.event("control", controller="agent")
    await waits.talk.event("message", code="agent_lost")
    chat = {"c": waits.chat}
    await seen(
        lambda: bool(town.rows("SELECT 1 FROM case_routing WHERE conversation = :c", **chat))
    )
    last_words = "SELECT max(seq) FROM event WHERE conversation = :c AND kind = 'message'"
    upto = f"SELECT 1 FROM search_entry WHERE conversation = :c AND upto >= ({last_words})"
    await seen(lambda: bool(town.rows(upto, **chat)))
    for number in range(len(town.gateways)):
        _, answer = await town.ready(number)
        assert (answer["parts"]["database"], answer["parts"]["tasks"]) == ("ok", "ok")


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


async def unready(town: Town, number: int) -> bool:
    """Whether the gateway says that it cannot serve, because of its database."""
    status, answer = await town.ready(number)
    return (status, answer["parts"]["database"]) == (503, "down")


async def until_unready(town: Town) -> None:
    """Every gateway says that it cannot serve."""
    async with asyncio.timeout(60):
        for number in range(len(town.gateways)):
            while not await unready(town, number):
                pass


@pytest.mark.postgres
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_postgres_dies_in_mid_operation_and_comes_back(
    large: Town, postgres_server: PostgresServer, how: signal.Signals
) -> None:
    async with busy(large, 6) as writers:
        await asyncio.to_thread(postgres_server.stop, how)
        try:
            await until_unready(large)
            await seen(lambda: all(writer.nacks for writer in writers))
            assert_told_to_try_again(writers)
        finally:
            await asyncio.to_thread(postgres_server.start)
    assert all(writer.talk.socket.close_code in {None, 1000} for writer in writers)


@pytest.mark.postgres
async def test_postgres_hangs_and_goes_on(large: Town, postgres_server: PostgresServer) -> None:
    assert postgres_server.process is not None
    pid = postgres_server.process.pid
    async with busy(large, 4):
        frozen = [pid, *children(pid)]
        for one in frozen:
            os.kill(one, signal.SIGSTOP)
        try:
            await until_unready(large)
        finally:
            for one in frozen:
                os.kill(one, signal.SIGCONT)


@contextmanager
def files_end_at(size: int, pids: list[int], account: str | None = None) -> Iterator[None]:
    """Whatever these processes of an account write behind this place of any file fails, as on a full disk."""

    def limit(most: str) -> None:
        for pid in pids:
            command = ["prlimit", f"--pid={pid}", f"--fsize={most}:"]
            # A process may change those of its own user and group only; some have ended by now.
            subprocess.run(command, user=account, group=account, check=pid == pids[0])

    limit(str(size))
    try:
        yield
    finally:
        limit("unlimited")


def assert_told_to_try_again(writers: list[Writer]) -> None:
    """Refused because the store is away; who sends again and again is slowed down as well."""
    codes = {nack["code"] for writer in writers for nack in writer.nacks}
    assert {"unavailable"} <= codes <= {"unavailable", "rate_limited"}


async def refuses_while_full(town: Town, writers: list[Writer]) -> None:
    """Messages are refused, in words that say that they may be sent again, and the gateway says so too."""
    await seen(lambda: all(writer.nacks for writer in writers))
    await until_unready(town)
    assert_told_to_try_again(writers)


async def test_without_room_on_the_disk_nothing_is_acknowledged(small: Town) -> None:
    process = small.gateways[0].process
    assert process is not None
    async with busy(small, 3) as writers:
        with files_end_at(4096, [process.pid]):  # its log cannot grow either
            await refuses_while_full(small, writers)


def fill_up(town: Town, conversation: str) -> None:
    """Let the table of the log grow to the end of what its file may hold; in rows that leave no room in a page."""
    text = "json_build_object('x', md5(n::text))"
    row = f":c, :first + n, 'read', 'system', 1, NULL, true, {text}, '{{}}', now()"
    first = 1_000_000
    while (left := SEGMENT - size_of_log(town)) > 0:
        count = max(1, left * 40 // 8192)
        fill = f"INSERT INTO event SELECT {row} FROM generate_series(1, :n) AS n"
        town.change(fill, c=conversation, first=first, n=count)
        first += count


def size_of_log(town: Town) -> int:
    """Bytes of the table."""
    return int(town.rows("SELECT pg_relation_size('event')")[0][0])


@pytest.mark.postgres
async def test_without_room_for_postgres_nothing_is_acknowledged(
    large: Town, postgres_server: PostgresServer
) -> None:
    """A limit of 16 MiB a file: the log of transactions has such files, the log of messages is filled up to it."""
    assert postgres_server.process is not None
    pid = postgres_server.process.pid
    async with large.subscriber() as (_, welcome):
        await asyncio.to_thread(fill_up, large, welcome["conversation"])
    async with busy(large, 3) as writers:
        try:
            with files_end_at(SEGMENT, [pid, *children(pid)], account()):
                await refuses_while_full(large, writers)
        finally:
            large.change("DELETE FROM event WHERE seq > 1000000")

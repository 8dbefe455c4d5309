"""Clocks that differ, everything killed and started again, and a database that is restored from a backup."""

import asyncio
import shutil
import signal
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.house import ROOT
from tests.faults.town import COMMAND, Town
from tests.integration.handoff_web.gateway import Talk, cid
from tests.postgres import PostgresServer, binary
from tests.redis import RedisServer


def another_clock(offset: str) -> dict[str, str]:
    """A process whose clock goes by so much wrong: the library that the system's `faketime` loads."""
    found = sorted(Path("/usr").glob("lib*/**/faketime/libfaketime.so.1"))
    if not found:
        raise RuntimeError("libfaketime was not found: install the package libfaketime")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


GRACE = 20
LEASE = "SELECT lease_until, extract(epoch FROM lease_until - clock_timestamp()) FROM conversation WHERE id = :c"


@pytest.mark.postgres
@pytest.mark.parametrize("offset", ["+10m", "-10m"])
async def test_a_node_whose_clock_is_wrong_neither_takes_nor_keeps_chats(
    large: Town, offset: str
) -> None:
    """The chat waits for a person from the start: what the assistant's time limits do is of no concern here."""
    async with AsyncExitStack() as stack:
        changes = {**another_clock(offset), "HANDOFF_AGENT_GRACE": str(GRACE)}
        _, wrong = await stack.enter_async_context(large.another(**changes))
        talk, welcome = await stack.enter_async_context(large.subscriber(0))
        chat = welcome["conversation"]
        hello = {"session": welcome["session"], "since": 0, "log": welcome["log"]}
        tab, _ = await stack.enter_async_context(large.subscriber(wrong, **hello))
        await talk.send("person", cid=cid())
        epoch = (await talk.event("control", controller="queue"))["event"]["epoch"]
        for number in range(6):
            side = (talk, tab)[number % 2]
            await side.send("send", cid=cid(), text=f"in order {number}")
            await side.of("ack")
        for side in (talk, tab):
            await shown(side, "in order 5")
        assert logged(talk) == logged(tab)
        times = [at for _, at in logged(talk)]
        assert times == sorted(times), "the database's time, whichever node wrote"
        async with large.agent("jonas", wrong) as jonas:
            await jonas.send("take", cid=cid(), conversation=chat, epoch=epoch)
            await talk.event("control", controller="agent")
            await kept_by_heartbeats(large, chat)
            found = large.rows("SELECT agent FROM conversation WHERE id = :c", c=chat)
            assert found == [("jonas",)]
        await talk.event("message", author="system", code="agent_lost")


async def shown(talk: Talk, text: str) -> None:
    """Until these words have come, now or before."""
    if not any(f["type"] == "event" and f["event"].get("text") == text for f in talk.seen):
        await talk.event("message", text=text)


async def kept_by_heartbeats(town: Town, chat: str) -> None:
    """The lease is renewed again and again, and lies ahead by a grace of the database's time at most."""
    seen_leases: set[Any] = set()
    async with asyncio.timeout(60):
        while len(seen_leases) < 4:
            ((until, ahead),) = await asyncio.to_thread(town.rows, LEASE, c=chat)
            assert ahead <= GRACE
            seen_leases.add(until)
            await asyncio.sleep(0.2)


def logged(talk: Talk) -> list[tuple[int, str]]:
    """What a client got of the log: places and times."""
    return [(f["seq"], f["at"]) for f in talk.seen if f["type"] == "event"]


@pytest.mark.postgres
async def test_everything_is_killed_and_started_again(
    large: Town, postgres_server: PostgresServer, town_redis: RedisServer
) -> None:
    async with large.subscriber(0) as (talk, welcome):
        await talk.send("send", cid=cid(), text="before")
        await talk.event("message", text="heard before")
        last = talk.seen[-1]["seq"]
        sent = cid()
        await talk.send("send", cid=sent, text="as it goes down")
        for node in (*large.gateways, large.bot):
            await node.end(signal.SIGKILL)
        await asyncio.to_thread(postgres_server.stop, signal.SIGKILL)
        await asyncio.to_thread(town_redis.stop, signal.SIGKILL)
    await asyncio.to_thread(postgres_server.start)
    await asyncio.to_thread(town_redis.start)
    await large.whole()
    hello = {"session": welcome["session"], "since": last, "log": welcome["log"]}
    async with large.subscriber(1, **hello) as (talk, again):
        assert again["reset"] is False
        await talk.send("send", cid=sent, text="as it goes down")
        await talk.of("ack", cid=sent)
        await talk.event("message", text="heard as it goes down")
    assert large.stored(welcome["conversation"], sent) == 1


def restored(town: Town) -> None:
    """What an operator does after putting a backup back."""
    command = [*COMMAND, "handoff", "restored", "--database-url", town.url]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


async def a_few(talk: Talk, words: str) -> int:
    """Say something and hear the answer, three times; how far the log goes then."""
    for number in range(3):
        await talk.send("send", cid=cid(), text=f"{words} {number}")
        frame = await talk.event("message", text=f"heard {words} {number}")
    return int(frame["seq"])


async def reads_anew(town: Town, welcome: dict[str, Any], last: int) -> None:
    """A client that remembers the lost log drops it, also when the new one is as long by now."""
    async with town.subscriber(session=welcome["session"]) as (talk, _):
        assert await a_few(talk, "otherwise") >= last
    hello = {"session": welcome["session"], "since": last, "log": welcome["log"]}
    async with town.subscriber(**hello) as (talk, again):
        assert (again["conversation"], again["reset"]) == (welcome["conversation"], True)
        assert again["log"] != welcome["log"]
        await talk.event("message", text="heard otherwise 2")
        events = [f for f in talk.seen if f["type"] == "event"]
        assert [f["seq"] for f in events] == list(range(1, len(events) + 1))
        assert "heard lost 0" not in [f["event"].get("text") for f in events]


def put_back(backup: Path, file: Path) -> None:
    """The older file takes the place of the newer one and of what belongs to it."""
    for name in (f"{file}-wal", f"{file}-shm"):
        Path(name).unlink(missing_ok=True)
    shutil.copy(backup, file)


async def test_after_a_restored_file_clients_read_their_log_anew(small: Town) -> None:
    file = Path(small.url.removeprefix("sqlite:///"))
    async with small.subscriber() as (talk, welcome):
        await a_few(talk, "kept")
        await small.gateways[0].end(signal.SIGTERM)
    backup = small.folder / "backup.db"
    shutil.copy(file, backup)
    await small.whole()
    async with small.subscriber(session=welcome["session"]) as (talk, _):
        last = await a_few(talk, "lost")
    await small.gateways[0].end(signal.SIGTERM)
    put_back(backup, file)
    await asyncio.to_thread(restored, small)
    await small.whole()
    await reads_anew(small, welcome, last)


@pytest.mark.postgres
async def test_a_backup_restored_under_running_gateways_closes_their_sockets(large: Town) -> None:
    plain = large.url.replace("+psycopg", "")
    backup = large.folder / "backup"
    async with large.subscriber(0) as (talk, welcome), large.agent("maya", 1) as maya:
        await a_few(talk, "kept")
        dump = [binary("pg_dump"), "--format=custom", "--file", str(backup), plain]
        await asyncio.to_thread(subprocess.run, dump, check=True)
        last = await a_few(talk, "lost")
        back = [binary("pg_restore"), "--clean", "--single-transaction", "--dbname", plain]
        await asyncio.to_thread(subprocess.run, [*back, str(backup)], check=True)
        await asyncio.to_thread(restored, large)
        for side in (talk, maya):
            async with asyncio.timeout(60):
                await side.socket.wait_closed()
            assert side.socket.close_code == 1011
    large.cookies.clear()
    await reads_anew(large, welcome, last)

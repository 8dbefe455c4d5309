"""What must hold when something breaks: nothing acknowledged is lost, clients come back, neighbours are unharmed."""

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from handoff.conversations.ports import Hint
from handoff.web import connection
from handoff.web.host_token import sign
from handoff.web.limits import Buckets, Limits, Rate
from tests.integration.handoff_web.gateway import (
    HEADER,
    Gateway,
    Talk,
    cid,
    running_gateway,
    settings_for,
    until,
)
from tests.processes import free_port

ROOT = Path(__file__).resolve().parents[3]


async def test_a_broken_pump_closes_the_socket_and_the_client_resumes(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    async with gateway.subscriber() as (talk, welcome):
        await talk.event("message", code="welcome")
        with monkeypatch.context() as patched:
            patched.setattr(gateway.web.flow, "events", broken)
            await talk.send("send", cid="kept-message", text="kept")
            await talk.send("sync", since=0)
            assert await talk.close_code() == 1011
    async with gateway.subscriber(session=welcome["session"], since=1) as (talk, _):
        assert (await talk.of("event", seq=2))["event"]["cid"] == "kept-message"


async def test_a_dead_hint_reader_closes_sockets_and_is_replaced(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, welcome):
        await talk.event("message", code="welcome")
        for subscription in tuple(gateway.web.hints._subscriptions):
            await subscription.aclose()
        assert await talk.close_code() == 1011
    await asyncio.sleep(0.7)
    async with gateway.subscriber(session=welcome["session"], since=1) as (talk, _):
        await talk.send("send", cid=cid(), text="again")
        await talk.event("message", author="bot", text="bot heard again")
    answer = (await gateway.http.get("/readyz")).json()
    assert answer["parts"]["tasks"] == "ok"


async def test_a_lost_hint_costs_a_sweep(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    async with gateway.agent() as maya, gateway.subscriber() as (talk, welcome):
        await talk.event("message", code="welcome")

        def lost(_hint: Hint) -> None:
            return

        monkeypatch.setattr(gateway.web.hints, "fan_out", lost)
        await talk.send("send", cid=cid(), text="unheard hint")
        await talk.event("message", author="bot", text="bot heard unheard hint")
        while True:
            await maya.of("inbox")
            if any(row["last"] >= 3 for row in maya.inbox.values()):
                break
    assert welcome["last"] == 1


async def test_a_locked_database_nacks_and_keeps_the_socket(gateway: Gateway, folder: Path) -> None:
    blocker = sqlite3.connect(folder / "handoff.db", isolation_level=None)
    async with gateway.subscriber() as (talk, _):
        await talk.of("queue", position=0)
        blocker.execute("BEGIN IMMEDIATE")
        await talk.send("send", cid="written-twice", text="patience")
        await talk.send("ping")
        nack = await talk.next(15)
        assert (nack["type"], nack["code"], nack["retry"]) == ("nack", "unavailable", True)
        await talk.of("pong")
        blocker.execute("ROLLBACK")
        blocker.close()
        await talk.send("send", cid="written-twice", text="patience")
        await talk.of("ack", cid="written-twice")
        await talk.event("message", author="bot", text="bot heard patience")
        mine = [f for f in talk.seen if f.get("event", {}).get("cid") == "written-twice"]
        assert len(mine) == 1


async def test_the_360_view_says_that_the_business_is_away(gateway: Gateway, folder: Path) -> None:
    made = await gateway.http.post("/demo/token", json={"customer": "K-1001"})
    headers = {**HEADER, "Cookie": await gateway.login()}
    async with gateway.subscriber(jwt=made.json()["jwt"]) as (_, welcome):
        path = f"/api/agent/conversations/{welcome['conversation']}/overview"
        blocker = sqlite3.connect(folder / "subscriptions.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")  # no view without its audit entry
        away = await gateway.http.get(path, headers=headers, timeout=15)
        assert (away.status_code, away.json()) == (503, {"code": "store_unavailable", "facts": {}})
        blocker.execute("ROLLBACK")
        blocker.close()
        assert (await gateway.http.get(path, headers=headers)).status_code == 200


@pytest.mark.postgres
async def test_the_360_view_of_a_server_that_is_not_there(folder: Path) -> None:
    nowhere = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    async with running_gateway(folder, database_url=nowhere) as gateway:
        jwt = sign(
            gateway.web.host_site,
            kid=gateway.web.host_kid,
            subscriber="K-1001",
            name="Anna",
            now=gateway.web.clock(),
        )
        headers = {**HEADER, "Cookie": await gateway.login()}
        async with gateway.subscriber(jwt=jwt) as (talk, welcome):
            path = f"/api/agent/conversations/{welcome['conversation']}/overview"
            away = await gateway.http.get(path, headers=headers, timeout=15)
            assert (away.status_code, away.json()["code"]) == (503, "store_unavailable")
            await talk.send("send", cid=cid(), text="still there")
            await talk.event("message", author="bot", text="bot heard still there")


@asynccontextmanager
async def deaf(gateway: Gateway) -> AsyncIterator[Talk]:
    """A client whose system takes little and which reads nothing by itself."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", gateway.settings.port))
    raw.setblocking(False)  # noqa: FBT003
    url = f"ws://127.0.0.1:{gateway.settings.port}/ws/subscriber"
    client = await connect(
        url,
        sock=raw,
        origin=gateway.base,  # type: ignore[arg-type]
        compression=None,
        max_queue=1,
        close_timeout=0.1,
        ping_interval=None,
    )
    try:
        yield Talk(client)
    finally:
        client.transport.abort()


async def test_a_client_that_stops_reading_is_let_go_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SLOW_SECONDS", 1.0)
    many = Rate(burst=10_000, per_second=1_000)
    async with running_gateway(folder, limits=Limits(messages=Buckets(many))) as gateway:
        gateway.assistant.answer = lambda _turn: []
        async with gateway.subscriber() as (writer, welcome), gateway.subscriber() as (calm, _):
            for number in range(50):
                await writer.send("send", cid=f"message-{number:03}", text="x" * 4000)
                await writer.of("ack")
            async with deaf(gateway) as talk:
                await talk.send("hello", session=welcome["session"])
                async with asyncio.timeout(20):
                    await until(lambda: gateway.web.sockets.count("subscriber") == 3)
                    while gateway.web.sockets.count("subscriber") == 3:
                        await talk.send("sync", since=0)
                        await calm.send("ping")
                        await calm.of("pong")
                        await asyncio.sleep(0.1)
            await writer.send("ping")
            await writer.of("pong")


async def test_shutdown_asks_clients_to_come_back(folder: Path) -> None:
    async with (
        running_gateway(folder) as gateway,
        gateway.agent() as maya,
        gateway.subscriber() as (talk, _),
    ):
        await talk.event("message", code="welcome")
        gateway.server.should_exit = True
        assert await talk.close_code() == 1012
        assert await maya.close_code() == 1012


async def test_the_place_in_line_moves_up(gateway: Gateway) -> None:
    async with (
        gateway.agent() as maya,
        gateway.subscriber() as (first, one),
        gateway.subscriber() as (second, _),
    ):
        await first.send("person", cid=cid())
        await first.of("queue", position=1)
        await second.send("person", cid=cid())
        assert (await second.of("queue", position=2))["wait_to"] == 2  # she has room for both
        epoch = next(
            frame["event"]["epoch"]
            for frame in reversed(first.seen)
            if frame.get("event", {}).get("kind") == "control"
        )
        await maya.send("take", cid=cid(), conversation=one["conversation"], epoch=epoch)
        assert (await second.of("queue", position=1))["wait_to"] == 2


async def test_without_agents_no_wait_is_promised(gateway: Gateway) -> None:
    async with gateway.subscriber() as (talk, _):
        await talk.send("person", cid=cid())
        queue = await talk.of("queue", position=1)
        assert (queue["wait_from"], queue["wait_to"]) == (None, None)


# --- the process


def environment(folder: Path, port: int, **changes: str) -> dict[str, str]:
    settings = settings_for(folder)
    return {
        **os.environ,
        "SUBSCRIPTIONS_MODE": settings.business.mode,
        "HANDOFF_PORT": str(port),
        "HANDOFF_DATABASE_URL": settings.database_url,
        "SUBSCRIPTIONS_DATABASE_URL": settings.business.database_url,
        "HANDOFF_RASA_URL": "http://127.0.0.1:9",
        "HANDOFF_ACTIONS_URL": "http://127.0.0.1:9",
        **changes,
    }


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "handoff", *words]


@asynccontextmanager
async def process(folder: Path, port: int) -> AsyncIterator["asyncio.subprocess.Process"]:
    """The gateway as its own process, ready."""
    started = await asyncio.create_subprocess_exec(
        *command(), cwd=ROOT, env=environment(folder, port), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(30):
            while True:
                assert started.returncode is None
                try:
                    answer = await http.get(f"http://127.0.0.1:{port}/readyz")
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
                    continue
                assert answer.json()["status"] == "degraded", "no assistant runs here"
                break
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


@asynccontextmanager
async def talking(port: int, **hello: Any) -> AsyncIterator[tuple[Talk, dict[str, Any]]]:
    base = f"127.0.0.1:{port}"
    async with connect(
        f"ws://{base}/ws/subscriber",
        origin=f"http://{base}",  # type: ignore[arg-type]
        proxy=None,
    ) as client:
        talk = Talk(client)
        await talk.send("hello", **hello)
        yield talk, await talk.of("welcome")


async def test_kill_9_loses_nothing_that_was_acknowledged(folder: Path) -> None:
    port = settings_for(folder).port
    done = await asyncio.to_thread(
        subprocess.run,
        command("migrate", "--database-url", settings_for(folder).database_url),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "up to date" in done.stdout
    async with process(folder, port) as gateway, talking(port) as (talk, welcome):
        await talk.send("person", cid=cid())
        for number in range(5):
            await talk.send("send", cid=f"message-{number}", text=str(number))
            await talk.of("ack", cid=f"message-{number}")
        gateway.send_signal(signal.SIGKILL)
        await gateway.wait()
    async with (
        process(folder, port),
        talking(port, session=welcome["session"]) as (talk, again),
    ):
        assert again["conversation"] == welcome["conversation"]
        await talk.send("send", cid="message-4", text="4")
        await talk.of("ack", cid="message-4")
        await talk.send("send", cid="message-5", text="5")
        await talk.event("message", cid="message-5")
        logged = [f["event"]["cid"] for f in talk.seen if f.get("event", {}).get("cid")]
        assert logged == [f"message-{number}" for number in range(6)]


def started(folder: Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    """What the gateway says when it may not start."""
    return subprocess.run(
        command(),
        cwd=ROOT,
        env=environment(folder, 1, **changes),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_wrong_settings_are_one_clear_sentence_each(tmp_path: Path) -> None:
    done = started(tmp_path, HANDOFF_DESK_OPENS="early")
    assert done.returncode == 2
    assert done.stderr.startswith("settings: HANDOFF_DESK_OPENS: ")
    assert done.stderr.count("\n") == 1


def test_production_starts_with_nothing_of_the_demo(tmp_path: Path) -> None:
    done = started(tmp_path, SUBSCRIPTIONS_MODE="production")
    assert done.returncode == 2
    said = done.stderr.splitlines()
    for name in ("CODE_SECRET", "SELLER", "PAYMENT_PROVIDER", "OUTBOX"):
        assert len([line for line in said if f"SUBSCRIPTIONS_{name}" in line]) == 1, said
    assert len(said) == 4

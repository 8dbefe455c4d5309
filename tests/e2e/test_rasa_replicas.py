"""Two real Rasas over one PostgreSQL and one Redis: one is killed, and its conversations go on at the other with all they knew."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from websockets.sync.client import ClientConnection, connect

from handoff.adapters.rasa import open_rasa
from handoff.migrations import migrate
from launch.processes import Ports, Process, product
from launch.settings import secrets_of
from launch.training import trained_model
from subscriptions.migrations import upgrade
from tests.integration.handoff_web.gateway import cid
from tests.postgres import PostgresServer
from tests.processes import free_port, stop, wait_until
from tests.redis import RedisServer

FIRST, SECOND = "Wofür ist diese Abbuchung auf meinem Konto?", "nobody.knows@example.org"
PATIENT = 120
START = 300


@contextmanager
def running(process: Process, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the product until the block ends."""
    with (folder / f"{process.name}.log").open("wb") as log:
        started = subprocess.Popen(
            process.command,
            cwd=process.directory,
            env=os.environ | process.environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield started
        finally:
            stop(started)


def healthy(process: Process) -> bool:
    """Whether it says so itself."""
    try:
        return httpx.get(process.health, timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def processes(folder: Path, tracker_db: str, redis_url: str, ports: list[int]) -> list[Process]:
    """Actions, two Rasas that share trackers and locks, and a gateway that knows both."""
    model, secrets, shared = trained_model(folder), secrets_of(folder), []
    stores = {"RASA_TRACKER_DB": tracker_db, "RASA_LOCKS_URL": redis_url}
    others = {"gateway": free_port(), "actions": free_port()}
    for port in ports:
        actions, rasa, gateway = product(folder, model, Ports(rasa=port, **others), secrets)
        told = rasa.environment | stores
        shared.append(replace(rasa, name=f"rasa-{port}", environment=told))
    addresses = ",".join(f"http://127.0.0.1:{port}" for port in ports)
    told = gateway.environment | {"HANDOFF_RASA_URL": addresses}
    return [actions, *shared, replace(gateway, environment=told)]


class Chat:
    """An anonymous subscriber who waits for each answer."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self._send(type="hello")
        self.id = self._until("welcome")["conversation"]

    def _send(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def _until(self, type: str) -> dict[str, Any]:  # noqa: A002
        while True:
            frame: dict[str, Any] = json.loads(self.socket.recv(PATIENT))
            if frame["type"] == type:
                return frame

    def ask(self, text: str) -> list[str]:
        """Say something; what the bot, or the system in its place, says to it."""
        mine = cid()
        self._send(type="send", cid=mine, text=text)
        seen = False
        while True:
            event = self._until("event")["event"]
            seen = seen or event.get("cid") == mine
            if seen and event["kind"] == "message" and event["author"] != "subscriber":
                return [event["text"], event["code"], *(b["title"] for b in event["buttons"])]


@pytest.fixture
def tracker_db(postgres_server: PostgresServer) -> Iterator[str]:
    """A database for Rasa alone."""
    with psycopg.connect(postgres_server.dsn("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE rasa_trackers")
        yield postgres_server.dsn("rasa_trackers")
        admin.execute("DROP DATABASE rasa_trackers WITH (FORCE)")


def prepare(folder: Path, gateway: Process) -> None:
    """Databases as the launcher makes them."""
    upgrade(gateway.environment["SUBSCRIPTIONS_DATABASE_URL"])
    migrate(gateway.environment["HANDOFF_DATABASE_URL"])


@pytest.mark.timeout(900)
def test_a_conversation_outlives_its_rasa(
    tmp_path: Path, tracker_db: str, redis_server: RedisServer
) -> None:
    ports = [free_port(), free_port()]
    plan = processes(tmp_path, tracker_db, redis_server.url, ports)
    prepare(tmp_path, plan[-1])
    with ExitStack() as stack:
        started = [stack.enter_context(running(process, tmp_path)) for process in plan]
        for process, handle in zip(plan, started, strict=True):
            wait_until(lambda process=process: healthy(process), handle, START)  # type: ignore[misc]
        port = plan[-1].environment["HANDOFF_PORT"]
        url, own = f"ws://127.0.0.1:{port}/ws/subscriber", f"http://127.0.0.1:{port}"
        here, there = _one_chat_at_each(stack, url, own, ports)
        assert here.ask(FIRST) == there.ask(FIRST)
        undisturbed = there.ask(SECOND)
        started[1].send_signal(signal.SIGKILL)
        started[1].wait()
        assert here.ask(SECOND) == undisturbed, "the other Rasa did not know what was asked before"
        fresh = Chat(stack.enter_context(connect(url, origin=own, proxy=None)))  # type: ignore[arg-type]
        assert fresh.ask(SECOND) != undisturbed, "the answer shows nothing about what was known"


def _one_chat_at_each(stack: ExitStack, url: str, own: str, ports: list[int]) -> tuple[Chat, Chat]:
    """A chat whose home is the first Rasa, and one whose home is the second."""
    bot = open_rasa(*(f"http://127.0.0.1:{port}" for port in ports), token="")
    homes: dict[int, Chat] = {}
    while len(homes) < len(ports):
        chat = Chat(stack.enter_context(connect(url, origin=own, proxy=None)))  # type: ignore[arg-type]
        home, _ = next(bot._choices(chat.id))
        homes.setdefault(urlsplit(home.address.url).port or 0, chat)
    return homes[ports[0]], homes[ports[1]]

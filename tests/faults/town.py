"""The processes of a fault test: gateways over one database, the assistant, and clients of both sides.

Invariants: ports and databases stay when a process is started again; every client has an address of its own where
many come from one machine; what the tests read of a database they read beside the gateway.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from typing_extensions import override
from websockets.asyncio.client import connect

from tests.chaos.house import PASSWORD, SITE, Node, environment
from tests.integration.handoff_web.gateway import HEADER, Talk
from tests.processes import free_port
from tests.redis import RedisServer

COMMAND = (sys.executable, "-m")
QUICK = {"HANDOFF_AGENT_GRACE": "6", "HANDOFF_PING_SECONDS": "6"}
"""An agent's grace and the time between two questions whether a socket lives, so short that tests can wait for them,

and long enough that a busy machine answers a question in time."""


async def seen(true: Callable[[], bool]) -> None:
    """Wait until something is so, asking in a thread."""
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110  # nobody tells us
            await asyncio.sleep(0.02)


class Patient(Talk):
    """A client that waits for as long as a busy machine may need."""

    @override
    async def next(self, seconds: float = 60) -> dict[str, Any]:
        return await super().next(seconds)


class Town:
    """What runs, and how to reach it."""

    def __init__(
        self, urls: Sequence[str], folder: Path, *, redis: RedisServer | None, count: int
    ) -> None:
        """`urls`: the database of the conversations, and that of the business."""
        self.url, self.folder, self.redis = urls[0], folder, redis
        self.business_url = urls[1]
        port = free_port()
        command = (*COMMAND, "tests.faults.assistant", str(port))
        self.bot = Node("bot", command, port, folder / "bot.log", dict(os.environ))
        self.gateways = [self.gateway(number) for number in range(count)]
        self.engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        self.cookies: dict[str, str] = {}

    def gateway(self, number: int, **changes: str) -> Node:
        """A gateway that is not started yet."""
        port = free_port()
        told = environment(port, self.bot, [self.url, self.business_url], self.redis)
        name = f"gateway-{number}"
        log = self.folder / f"{name}.log"
        return Node(name, (*COMMAND, "handoff"), port, log, told | QUICK | changes)

    async def whole(self) -> None:
        """Start what does not run."""
        for node in (self.bot, *self.gateways):
            if node.process is None or node.process.poll() is not None:
                await node.start()
        await self.mode("well")

    async def end(self) -> None:
        """Kill everything."""
        for node in (self.bot, *self.gateways):
            await node.end()
        self.engine.dispose()

    @asynccontextmanager
    async def another(self, **changes: str) -> AsyncIterator[tuple[Node, int]]:
        """One more gateway while the block runs, with other settings; and its number."""
        number = len(self.gateways)
        node = self.gateway(number, **changes)
        self.gateways.append(node)
        try:
            await node.start()
            yield node, number
        finally:
            self.gateways.remove(node)
            await node.end()

    async def mode(self, name: str) -> None:
        """Tell the assistant how to behave."""
        async with httpx.AsyncClient(trust_env=False) as http:
            (await http.get(f"{self.bot.base}/mode/{name}")).raise_for_status()

    async def ready(self, number: int = 0) -> tuple[int, dict[str, Any]]:
        """What `/readyz` answers."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            answer = await http.get(f"{self.gateways[number].base}/readyz")
        return answer.status_code, answer.json()

    def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Ask the conversations' database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def change(self, statement: str, **values: object) -> None:
        """Change it behind the gateways' backs: for what no client could do."""
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    def stored(self, conversation: str, cid: str) -> int:
        """How often a message of the subscriber is in the log."""
        found = self.rows(
            "SELECT count(*) FROM event WHERE conversation = :c AND cid = :k",
            c=conversation,
            k=f"s:{cid}",
        )
        return int(found[0][0])

    # --- clients

    @asynccontextmanager
    async def socket(self, path: str, number: int = 0, **more: Any) -> AsyncIterator[Talk]:
        """A socket of a browser to a gateway."""
        node = self.gateways[number]
        own = node.base if path.endswith("agent") else SITE
        url = f"ws://127.0.0.1:{node.port}{path}"
        given = {
            "origin": own,
            "compression": None,
            "proxy": None,
            "open_timeout": 60,
            "max_queue": None,
            **more,
        }
        async with connect(url, **given) as socket:
            yield Patient(socket)

    @asynccontextmanager
    async def subscriber(
        self, number: int = 0, *, more: dict[str, Any] | None = None, **hello: Any
    ) -> AsyncIterator[tuple[Talk, dict[str, Any]]]:
        """A subscriber's socket after its welcome."""
        async with self.socket("/ws/subscriber", number, **(more or {})) as talk:
            await talk.send("hello", **hello)
            yield talk, await talk.of("welcome")

    async def cookie(self, login: str) -> str:
        """The session of an agent; good at every gateway."""
        if login not in self.cookies:
            async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
                answer = await http.post(
                    f"{self.gateways[0].base}/api/agent/login",
                    json={"login": login, "password": PASSWORD},
                    headers=HEADER,
                )
            self.cookies[login] = answer.raise_for_status().headers["set-cookie"].split(";")[0]
        return self.cookies[login]

    @asynccontextmanager
    async def agent(self, login: str, number: int = 0, **more: Any) -> AsyncIterator[Talk]:
        """An available agent's socket."""
        headers = {"Cookie": await self.cookie(login)}
        async with self.socket("/ws/agent", number, additional_headers=headers, **more) as talk:
            await talk.send("hello")
            await talk.of("welcome")
            await talk.send("available", on=True)
            await talk.until(lambda f: f["type"] == "inbox" and f["agents_available"] > 0)
            yield talk

"""The processes: PostgreSQL, Redis, the gateways and the assistant's stand-in, configured as an operator does.

Invariants: everything listens on 127.0.0.1 on a port of its own and keeps it when it starts again; a gateway runs in
production mode, as in the compose file; nothing of a process is known here but its exit and what it answers.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from handoff.adapters.sql.accounts import SqlAccounts
from handoff.adapters.sql.store import open_store
from handoff.desk.accounts import Accounts
from handoff.migrations import migrate
from handoff.web.passwords import Passwords
from subscriptions.migrations import upgrade
from tests.postgres import PostgresServer, running_postgres
from tests.processes import free_port, stop, wait_until
from tests.production import in_environment
from tests.redis import RedisServer, running_redis

ROOT = Path(__file__).resolve().parents[2]
SITE: Final = "https://shop.example"
SITE_SECRET: Final = "h" * 40
PASSWORD: Final = "four words in a row"
READY_SECONDS = 120.0
GRACE_SECONDS = 8
"""How long an agent may be gone before the chats go back to the line: short, so that it happens."""


@dataclass
class Node:
    """A process of ours that answers HTTP; `start` again keeps the port."""

    name: str
    command: tuple[str, ...]
    port: int
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        wait_until(self._answers, self.process, READY_SECONDS)

    def _answers(self) -> bool:
        """A bare socket, because whoever waits asks twenty times a second."""
        asked = f"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1:{self.port}\r\n\r\n"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
                line.sendall(asked.encode())
                return b" 200 " in line.recv(64)
        except OSError:
            return False

    def tell(self, how: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it and wait for its end."""
        if self.process is not None:
            await asyncio.to_thread(stop, self.process, how)


@dataclass
class House:
    """All processes of a run. On the embedded SQLite there is one gateway, and neither PostgreSQL nor Redis."""

    gateways: list[Node]
    bot: Node
    database_url: str
    postgres: PostgresServer | None = None
    redis: RedisServer | None = None


def database_urls(postgres: PostgresServer | None, folder: Path, stack: ExitStack) -> list[str]:
    """The conversations' and the business's database."""
    if postgres is None:
        return [f"sqlite:///{folder / name}.db" for name in ("handoff", "subscriptions")]
    return [stack.enter_context(postgres.database()) for _ in range(2)]


def environment(port: int, bot: Node, urls: list[str], redis: RedisServer | None) -> dict[str, str]:
    """What an operator tells a gateway."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("HANDOFF_", "SUBSCRIPTIONS_"))}  # fmt: skip
    return {
        **inherited,
        **in_environment(),
        "SUBSCRIPTIONS_DATABASE_URL": urls[1],
        "HANDOFF_PORT": str(port),
        "HANDOFF_DATABASE_URL": urls[0],
        "HANDOFF_REDIS_URL": redis.url if redis else "",
        "HANDOFF_RASA_URL": bot.base,
        "HANDOFF_RASA_TOKEN": "r" * 40,
        "HANDOFF_ACTIONS_URL": "http://127.0.0.1:9",
        "HANDOFF_HOST_SITE_SECRET": SITE_SECRET,
        "HANDOFF_SESSION_SECRET": "s" * 40,
        "HANDOFF_ALLOWED_ORIGINS": SITE,
    }


@contextmanager
def servers(folder: Path, *, embedded: bool) -> Iterator[House]:
    """The databases, prepared; no process of ours runs yet."""
    with ExitStack() as stack:
        postgres = None if embedded else stack.enter_context(running_postgres())
        redis = None if embedded else stack.enter_context(running_redis())
        urls = database_urls(postgres, folder, stack)
        migrate(urls[0])
        upgrade(urls[1])
        command = (sys.executable, "-m")
        port = free_port()
        bot = Node(
            "bot",
            (*command, "tests.chaos.bot", str(port)),
            port,
            folder / "bot.log",
            dict(os.environ),
        )
        gateways = []
        for number in range(1 if embedded else 2):
            port = free_port()
            told = environment(port, bot, urls, redis) | {"HANDOFF_AGENT_GRACE": str(GRACE_SECONDS)}
            name = f"gateway-{number + 1}"
            gateways.append(Node(name, (*command, "handoff"), port, folder / f"{name}.log", told))
        yield House(gateways, bot, urls[0], postgres, redis)


async def add_agents(database_url: str, logins: list[str]) -> None:
    """Accounts, as `python -m handoff agent add` makes them."""
    store = open_store(database_url)
    try:
        accounts = Accounts(SqlAccounts(store), Passwords().hash)
        for login in logins:
            await accounts.add(login, login.title(), lambda: PASSWORD)
    finally:
        await asyncio.to_thread(store.close)


@asynccontextmanager
async def running_house(folder: Path, logins: list[str], *, embedded: bool) -> AsyncIterator[House]:
    """Everything started; at the end everything is ended."""
    with ExitStack() as stack:
        opening = servers(folder, embedded=embedded)
        house = await asyncio.to_thread(stack.enter_context, opening)
        nodes = [house.bot, *house.gateways]
        try:
            await add_agents(house.database_url, logins)
            await asyncio.gather(*(node.start() for node in nodes))
            yield house
        finally:
            for node in nodes:
                await node.end()

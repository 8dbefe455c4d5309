"""Starts and ends the servers of the benchmark, on their core.

Invariant: only processes that were started here are ended, by their own handle.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from handoff.migrations import migrate
from launch.settings import ROOT
from tests.bench.machine import Cores, cpu_seconds, family_cpu_seconds, on_core
from tests.postgres import PostgresServer, running_postgres
from tests.processes import free_port, stop, wait_until
from tests.redis import RedisServer, running_redis

PASSWORD = "a password for the benchmark"
START_SECONDS = 600


@dataclass(slots=True)
class Server:
    """A process that listens on `port`."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu(self) -> float:
        """Its CPU seconds so far."""
        return cpu_seconds(self.process.pid)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def serving(
    kind: str, used: Cores, *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server of `tests.bench.serve` on the server's core."""
    port = free_port()
    with on_core(used.server), (log / f"{kind}-{port}.log").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.serve", kind, str(port)],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=out,
            stderr=out,
        )
    try:
        wait_until(lambda: _listens(port), process, START_SECONDS)
        yield Server(process, port)
    finally:
        stop(process)


@dataclass(slots=True)
class Backing:
    """Where a gateway keeps conversations: its environment, and the servers it uses."""

    name: str
    environment: dict[str, str]
    postgres: PostgresServer | None = None
    redis: RedisServer | None = None

    def cpu(self) -> float:
        """CPU seconds of PostgreSQL so far; 0 with the embedded database."""
        if self.postgres is None or self.postgres.process is None:
            return 0.0
        return family_cpu_seconds(self.postgres.process.pid)

    def event_bytes(self) -> float:
        """Bytes of disk for an event of the log with its indexes; 0 without PostgreSQL."""
        if self.postgres is None:
            return 0.0
        address = self.environment["HANDOFF_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(address) as db:
            row = db.execute(
                "SELECT pg_total_relation_size('event')::float / count(*) FROM event"
            ).fetchone()
        return float(row[0]) if row else 0.0

    def redis_cpu(self) -> float:
        """CPU seconds of Redis so far; 0 without."""
        if self.redis is None or self.redis.process is None:
            return 0.0
        return cpu_seconds(self.redis.process.pid)


def _environment(folder: Path, database_url: str, redis_url: str = "") -> dict[str, str]:
    return {
        "HANDOFF_DATABASE_URL": database_url,
        "HANDOFF_REDIS_URL": redis_url,
        "HANDOFF_RASA_URL": "http://127.0.0.1:9",
        "HANDOFF_ACTIONS_URL": "http://127.0.0.1:9",
        "HANDOFF_DEMO_PASSWORD": PASSWORD,
        "SUBSCRIPTIONS_MODE": "development",
        "SUBSCRIPTIONS_DATABASE_URL": f"sqlite:///{folder / 'subscriptions.db'}",
    }


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Backing]:
    """The embedded database, written through to the disk."""
    url = f"sqlite:///{folder / 'handoff.db'}"
    migrate(url)
    yield Backing("SQLite", _environment(folder, url))


@contextmanager
def on_postgres(folder: Path, used: Cores) -> Iterator[Backing]:
    """A PostgreSQL that waits for the disk and a Redis, on the core of the load."""
    with on_core(used.load), ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        postgres.wait_for_disk(on=True)
        redis = stack.enter_context(running_redis())
        url = stack.enter_context(postgres.database())
        migrate(url)
        yield Backing(
            "PostgreSQL and Redis",
            _environment(folder, url, redis.url),
            postgres=postgres,
            redis=redis,
        )

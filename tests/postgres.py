"""A real PostgreSQL for tests: one server per session, a fresh database per asking.

Invariants: binaries are found by PATH, `pg_config --bindir` or Debian's folders; run as root, the
server runs as `postgres`; what it committed survives its being killed; nothing is left behind.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from tests.processes import free_port, stop, wait_until


def binary(name: str) -> str:
    """The path of a PostgreSQL program; raises when PostgreSQL is not installed."""
    found = shutil.which(name)
    if found:
        return found
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    config = shutil.which("pg_config")
    if config:
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)
        folders.insert(0, Path(said.stdout.strip()))
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    raise RuntimeError(f"PostgreSQL's {name} was not found: install the package postgresql")


def account() -> str | None:
    """The unprivileged account to use: PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def _run(args: list[str], cwd: Path) -> subprocess.Popen[bytes]:
    user = account()
    group = pwd.getpwnam(user).pw_gid if user else None
    with (cwd / "log").open("ab") as log:
        return subprocess.Popen(
            args,
            cwd=cwd,
            stdout=log,
            stderr=subprocess.STDOUT,
            user=user,
            group=group,
            extra_groups=[] if user else None,
        )


@dataclass
class PostgresServer:
    """A server of our own; `stop` and `start` again keep the data and the port."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def dsn(self, database: str) -> str:
        """The libpq address of a database, for the server's own superuser."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start and wait until it answers."""
        args = [binary("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        for setting in (
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.folder}",
            "max_connections=200",
        ):
            args += ["-c", setting]
        self.process = _run(args, self.folder)
        wait_until(self._answers, self.process, 60)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT is PostgreSQL's fast shutdown, SIGQUIT its crash."""
        if self.process is not None:
            stop(self.process, how)

    def wait_for_disk(self, *, on: bool) -> None:
        """Whether commits wait for the disk: while a benchmark measures they must."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as admin:
            for setting in ("fsync", "full_page_writes"):
                admin.execute(f"ALTER SYSTEM SET {setting} = {'on' if on else 'off'}".encode())
            admin.execute("SELECT pg_reload_conf()")
            if on:
                admin.execute("CHECKPOINT")
                # A reload reaches the processes a moment later.
                wait_until(self._waits_for_disk, self.process, 60)

    def _waits_for_disk(self) -> bool:
        with psycopg.connect(self.dsn("postgres")) as asking:
            return asking.execute("SHOW fsync").fetchone() == ("on",)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh database as SQLAlchemy address, dropped afterwards."""
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}"'.encode())
        yield self.dsn(name).replace("postgresql://", "postgresql+psycopg://", 1)
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Make a cluster in a temporary folder, run it, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="abolotse-pg-"))
    if user := account():
        shutil.chown(folder, user)
    make = [binary("initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
    initdb = _run([*make, "-E", "UTF8", "--locale=C"], folder)
    if initdb.wait(120) != 0:
        raise RuntimeError((folder / "log").read_text(errors="replace"))
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        # The machine does not lose power in these tests; a killed server keeps what it committed. Not on the command
        # line, so that a benchmark can switch it on.
        settings.write("fsync = off\nfull_page_writes = off\n")
    server = PostgresServer(folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

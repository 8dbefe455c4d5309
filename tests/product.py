"""The real product, started the way a person starts it, on a free port and a folder of its own.

Invariant: whatever was started is stopped, also after a test killed half of it.
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import xmlrpc.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
from supervisor.xmlrpc import SupervisorTransport

from launch.processes import socket_of
from launch.settings import HOST, ROOT, free_port
from launch.training import trained_model

START_SECONDS = 180.0
PASSWORD = re.compile(r"password (\S+)")


class Product:
    """`make run` after its installation, as a subprocess whose output we read."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.base = f"http://{HOST}:{self.port}"
        self.output: list[str] = []
        self.launcher: subprocess.Popen[str] | None = None
        self.reader: threading.Thread | None = None

    def start(self) -> None:
        """Start and wait for the printed addresses."""
        environment = {**os.environ, "PORT": str(self.port), "ABOLOTSE_VAR": str(self.var)}
        self.output = []
        self.launcher = subprocess.Popen(
            [sys.executable, "-m", "launch.run"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, args=(self.launcher,), daemon=True)
        self.reader.start()
        until = time.monotonic() + START_SECONDS
        while "Ctrl-C stops everything." not in self.output:
            assert self.launcher.poll() is None, "".join(f"{line}\n" for line in self.output)
            assert time.monotonic() < until, self.output
            time.sleep(0.1)

    def _read(self, launcher: "subprocess.Popen[str]") -> None:
        assert launcher.stdout is not None
        with launcher.stdout:
            for line in launcher.stdout:
                self.output.append(line.rstrip("\n"))

    @property
    def password(self) -> str:
        """The demo password as printed."""
        found = PASSWORD.search("\n".join(self.output))
        assert found, self.output
        return found[1]

    def pids(self) -> dict[str, int]:
        """Process ids by name, as supervisord knows them now; 0 while one is down."""
        transport = SupervisorTransport(None, None, serverurl=f"unix://{socket_of(self.var)}")
        try:
            proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
            rows = proxy.supervisor.getAllProcessInfo()
        finally:
            transport.close()
        return {str(row["name"]): int(row["pid"]) for row in rows}  # type: ignore[union-attr, index, call-overload, arg-type]

    def kill(self, name: str) -> int:
        """SIGKILL one process; returns the id it had."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_everything(self) -> None:
        """SIGKILL the launcher, supervisord and every process, all at once."""
        assert self.launcher is not None
        victims = [self.launcher.pid, self.supervisor_pid(), *self.pids().values()]
        for pid in filter(None, victims):
            os.kill(pid, signal.SIGKILL)
        self._ended(10)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """A process that hangs: stopped, and let go at the end."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def wait_for_line(self, text: str) -> None:
        """Until the launcher has printed a line with this text."""
        until = time.monotonic() + 20
        while not any(text in line for line in self.output):
            assert time.monotonic() < until, self.output
            time.sleep(0.2)

    def supervisor_pid(self) -> int:
        """The process id of supervisord."""
        return int((self.var / "run" / "supervisord.pid").read_text())

    def wait_restarted(self, name: str, old: int) -> None:
        """Until supervisord has started another process under this name."""
        until = time.monotonic() + 90
        while self.pids()[name] in {0, old}:
            assert time.monotonic() < until, f"{name} was not started again"
            time.sleep(0.2)

    def wait_ready(self) -> None:
        """Until everything answers."""
        until = time.monotonic() + START_SECONDS
        while (said := self.ready())["status"] != "ready":
            assert time.monotonic() < until, said
            time.sleep(0.5)

    def ready(self) -> dict[str, object]:
        """What `/readyz` says."""
        return dict(httpx.get(f"{self.base}/readyz", timeout=5, trust_env=False).json())

    def plant(self, database: str, sql: str, *values: object) -> None:
        """Write into a database behind the product's back: for tests of the tests."""
        with closing(sqlite3.connect(self.var / f"{database}.db", timeout=30)) as connection:
            connection.execute(sql, values)
            connection.commit()

    def rows(self, database: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into a database of the product (`subscriptions`, `handoff`, `rasa`), read-only."""
        uri = f"file:{self.var / database}.db?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    def stop(self) -> int:
        """Ctrl-C, and the exit code."""
        assert self.launcher is not None
        if self.launcher.poll() is None:
            self.launcher.send_signal(signal.SIGINT)
        return self._ended(60)

    def _ended(self, seconds: float) -> int:
        """Wait for the launcher's end and for the last line it printed."""
        assert self.launcher is not None
        assert self.reader is not None
        code = self.launcher.wait(seconds)
        self.reader.join(seconds)
        return code


@contextmanager
def fresh_product() -> Iterator[Product]:
    """The product on a fresh folder; a short path, because the supervisor's socket lives in it."""
    with tempfile.TemporaryDirectory(prefix="abo") as folder:
        trained_model(Path(folder))  # here, where nobody waits for an address with a watch in hand
        running = Product(Path(folder))
        running.start()
        yield running
        running.stop()

"""A real Redis for tests: one server per session, emptied for every module.

Invariants: nothing is written to disk; the server listens on 127.0.0.1 on a free port.
"""

import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import free_port, stop, wait_until


@dataclass
class RedisServer:
    """A server of our own; `stop` and `start` keep the port, not the data."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers PING."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server was not found: install the package redis-server")
        args = [program, "--port", str(self.port), "--bind", "127.0.0.1"]
        args += ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        self.process = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: self._said(b"PING") == b"+PONG\r\n", self.process, 20)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; also a frozen one, when `how` is SIGKILL."""
        if self.process is not None:
            stop(self.process, how)

    def flush(self) -> None:
        """Forget everything."""
        assert self._said(b"FLUSHALL") == b"+OK\r\n"

    def _said(self, command: bytes) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as link:
                link.sendall(command + b"\r\n")
                return link.recv(64)
        except OSError:
            return b""


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """A server in a temporary folder that ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="abolotse-redis-"))
    server = RedisServer(folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

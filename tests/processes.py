"""Starting and stopping the servers that tests need.

Invariants: every server listens on 127.0.0.1 on a port that was free; only processes started here are
ended, by their own handle.
"""

import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody uses at the moment of asking.

    Below the range from which the system takes ports for connections that go out: between the asking and the
    use one of those could take it.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until `ready` says so; raise at once when the process ends, or when time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        if time.monotonic() > deadline:
            stop(process, signal.SIGKILL)
            raise TimeoutError(f"{process.args!r} was not ready after {seconds} s")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """End a process that was started here; kill it when it does not listen within 10 s."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def connections(pid: int, to: int) -> frozenset[str]:
    """The open connections of a process to a port that another one listens at, each by its own name."""
    listening = {row["local"] for row in _sockets(to) if row["state"] == "0A"}
    return frozenset(
        row["local"] for row in _sockets(pid) if row["state"] == "01" and row["remote"] in listening
    )


def _sockets(pid: int) -> list[dict[str, str]]:
    """The TCP sockets of a process, as the system lists them."""
    links = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            links.append(str(entry.readlink()))
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return [
        {"local": row[1], "remote": row[2], "state": row[3]}
        for row in rows
        if f"socket:[{row[9]}]" in links
    ]

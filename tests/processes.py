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

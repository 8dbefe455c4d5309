"""What the person at the terminal reads: numbered steps, a ticking line for long ones, one sentence for trouble."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

TICK_SECONDS = 5.0


class Trouble(Exception):
    """Something the person at the terminal can mend; the text is one sentence that says how."""


def step(number: int, total: int, title: str) -> None:
    """Announce a step."""
    line(f"[{number}/{total}] {title}")


def line(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


@contextmanager
def ticking(doing: str) -> Iterator[None]:
    """Say every few seconds that a long step is alive, and at its end how long it took."""
    started = time.monotonic()
    done = threading.Event()

    def tick() -> None:
        while not done.wait(TICK_SECONDS):
            line(f"      {doing} … {time.monotonic() - started:.0f} s")

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    line(f"      {doing}: done in {time.monotonic() - started:.0f} s")


def fail(trouble: Trouble) -> int:
    """Print the sentence on standard error and give the exit code."""
    print(f"\n{trouble}", file=sys.stderr, flush=True)
    return 1

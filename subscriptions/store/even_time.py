"""Answers that take a whole number of steps of time, so that how long one took tells nothing.

The same statements are not quite enough: a row that is there is read, parsed and checked against its foreign keys, which
takes some 50 µs longer than a row that is not. Invariant: no connection is held while waiting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic_ns, sleep

STEP_MILLISECONDS = 20  # several times what the work takes
_STEP = STEP_MILLISECONDS * 1_000_000


@contextmanager
def even_time() -> Iterator[None]:
    """Wait at the end of the block, answered or refused, until the step that was begun is over."""
    begun = monotonic_ns()
    try:
        yield
    finally:
        rest = _STEP - (monotonic_ns() - begun) % _STEP
        sleep(timedelta(microseconds=rest // 1000).total_seconds())

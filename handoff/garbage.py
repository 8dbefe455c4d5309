"""How Python looks for garbage in a process that holds thousands of sockets: rarely, and not among what stays.

Invariant: what exists when the process is ready counts as staying until the end of the block; the rest is collected as ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 20
"""With the interpreter's own 700 an eighth of the work for a message is looking through what never goes."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """While the block runs."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()

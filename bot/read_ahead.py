"""Reads the training messages and the articles with the sentence encoders while Rasa is still starting.

Usage: RASA_VECTORS=FOLDER python bot/read_ahead.py [MESSAGES ARTICLES]. Two processes share the texts that are not in the
folder yet, one at a time, as the running assistant does. Invariants: nothing depends on it but time: a training
without it computes the same vectors.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

BOT = Path(__file__).resolve().parent
sys.path.insert(0, str(BOT))

from components.articles import read_passages  # noqa: E402
from components.encoder import THREADS, Vectors, sentence_encoder  # noqa: E402
from components.passage_search import ENCODER, texts_of  # noqa: E402
from components.vector_store import vectors_of  # noqa: E402
from training_messages import read, settings  # noqa: E402

CHUNK = 32
DATA = BOT.parent / "data"


def one(name: str, text: str) -> Vectors:
    """The vector of one text, in a process of its own."""
    vector: Vectors = sentence_encoder(name)([text])[0]
    return vector


def side_by_side(readers: Executor, name: str, texts: Sequence[str]) -> Vectors:
    """The vectors of all texts."""
    return np.stack(list(readers.map(partial(one, name), texts, chunksize=CHUNK)))


def main(messages: Path, articles: Path) -> int:
    """Fill the store, by as many processes as training has threads; the articles first, which are few."""
    wanted = (
        (ENCODER, texts_of(read_passages(articles))),
        (settings()["encoder"], read(messages).texts),
    )
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(THREADS, mp_context=fresh) as readers:
        for name, texts in wanted:
            vectors_of(name, texts, read=partial(side_by_side, readers, name))
    return 0


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    raise SystemExit(main(*(given or (DATA / "nlu", DATA / "knowledge"))))

"""The sentence encoder multilingual-e5-small: texts in, unit vectors out.

Knows nothing of Rasa. Invariants: each text is read alone, so that its vector does not depend on its
neighbours in a batch (the scale of the eight-bit activations would); one thread per text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.e5_file import E5File, unpacked, weights_path
from components.e5_graph import e5_graph
from components.e5_tokens import Tokens
from components.onnx_graph import Floats, Session


class E5:
    """The encoder, loaded: some 60 MB."""

    def __init__(self) -> None:
        file = E5File(weights_path())
        self._width = file.sizes.width
        self._tokens = Tokens(file.vocabulary)
        self._pieces = file.rows("emb.word", file.sizes.words)
        self._places = file.floats("emb.pos").reshape(-1, self._width)
        self._places += file.floats("emb.type")[: self._width]
        self._session = Session(e5_graph(file))

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length one per text."""
        return np.concatenate([self._session(self._embedded(text)) for text in texts])

    def _embedded(self, text: str) -> Floats:
        numbers = self._tokens(text)
        rows = unpacked(self._pieces[numbers]).reshape(1, len(numbers), self._width)
        return rows + self._places[: len(numbers)]

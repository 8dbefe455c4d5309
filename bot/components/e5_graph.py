"""The encoder e5 as a graph for ONNX Runtime, with eight-bit weights made from the four-bit ones.

Eight bits because processors multiply them three to four times as fast as floats: 3 ms a message on one core.
Knows nothing of Rasa. Invariants: the same weights give the same graph; one output row per text, not yet of
unit length.
"""

from __future__ import annotations

import numpy as np

from components.e5_file import E5File
from components.onnx_graph import MICROSOFT, Floats, Graph


class E5Graph(Graph):
    """The network's parts, with the weights of a file."""

    def __init__(self, file: E5File) -> None:
        super().__init__()
        self._file = file

    def product(self, source: str, name: str, weights: Floats, bias: Floats) -> str:
        """`source @ weights + bias`, the weights in eight bits with one scale per column."""
        scales = np.abs(weights).max(axis=0) / np.float32(127)
        rounded = np.clip(np.round(weights / scales), -127, 127).astype(np.int8)
        inputs = [
            source,
            self.constant(f"{name}.w", rounded),
            self.constant(f"{name}.s", scales.astype(np.float32)),
            "",
            self.constant(f"{name}.b", bias),
        ]
        return self.node(f"{MICROSOFT}/DynamicQuantizeMatMul", inputs, f"{name}.out")

    def added(self, source: str, residue: str, name: str) -> str:
        """Both added and normalised."""
        inputs = [source, residue, *self._norm(name)]
        return self.node(
            f"{MICROSOFT}/SkipLayerNormalization",
            inputs,
            f"{name}.out",
            epsilon=self._file.sizes.epsilon,
        )

    def embedded(self) -> str:
        """The normalised input."""
        inputs = ["x", *self._norm("emb.ln")]
        epsilon = self._file.sizes.epsilon
        return self.node("LayerNormalization", inputs, "x.out", axis=-1, epsilon=epsilon)

    def layer(self, source: str, number: int) -> str:
        """One layer: attention, then the inner network."""
        name, sizes = f"l{number}", self._file.sizes
        seen = self.attention(source, name)
        mixed = self.product(seen, f"{name}.ao", *self._linear(f"{name}.ao", sizes.width))
        middle = self.added(mixed, source, f"{name}.aln")
        inner = self.product(middle, f"{name}.fi", *self._linear(f"{name}.fi", sizes.width))
        bent = self.node(f"{MICROSOFT}/FastGelu", [inner], f"{name}.bent")
        outer = self.product(bent, f"{name}.fo", *self._linear(f"{name}.fo", sizes.inner))
        return self.added(outer, middle, f"{name}.oln")

    def attention(self, source: str, name: str) -> str:
        """Queries, keys and values in one product, then every token looking at all others."""
        sizes = self._file.sizes
        parts = [self._linear(f"{name}.{part}", sizes.width) for part in "qkv"]
        weights = np.concatenate([part for part, _ in parts], axis=1)
        bias = np.concatenate([part for _, part in parts])
        joined = self.product(source, f"{name}.qkv", weights, bias)
        names = [f"{name}.{part}" for part in "qkv"]
        self.node("Split", [joined], " ".join(names), axis=-1)
        kind = f"{MICROSOFT}/MultiHeadAttention"
        return self.node(kind, names, f"{name}.seen", num_heads=sizes.heads)

    def _linear(self, name: str, inputs: int) -> tuple[Floats, Floats]:
        return self._file.weights(f"{name}.w", inputs).T, self._file.floats(f"{name}.b")

    def _norm(self, name: str) -> list[str]:
        return [
            self.constant(f"{name}.{part}", self._file.floats(f"{name}.{part}")) for part in "wb"
        ]


def e5_graph(file: E5File) -> bytes:
    """The graph as ONNX Runtime loads it. Input `x`: for each text, the sum of piece and place vectors."""
    graph = E5Graph(file)
    last = graph.embedded()
    for number in range(file.sizes.layers):
        last = graph.layer(last, number)
    mean = graph.node("ReduceMean", [last], "mean", axes=[1], keepdims=0)
    width = file.sizes.width
    return graph.serialised(mean, given=["texts", "tokens", width], wanted=["texts", width])

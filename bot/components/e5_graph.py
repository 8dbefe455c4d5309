"""The encoder e5 as a graph for ONNX Runtime, with eight-bit weights made from the four-bit ones.

Eight bits because processors multiply them three to four times as fast as floats: 3 ms a message on one core.
Knows nothing of Rasa. Invariants: the same weights give the same graph; one output row per text, not yet of
unit length.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from components.e5_file import E5File, Floats

MICROSOFT = "com.microsoft"


class Graph:
    """Nodes and weights as they are added; every method returns the name of its output."""

    def __init__(self, file: E5File) -> None:
        self._file = file
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, name: str, values: Any) -> str:
        """A weight."""
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """A standard operation; those of Microsoft's set are named with their domain in front."""
        domain, _, kind = kind.rpartition("/")
        self._nodes.append(
            helper.make_node(kind, inputs, output.split(), domain=domain, **attributes)
        )
        return output

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

    def serialised(self, last: str) -> bytes:
        """The whole graph; its output is the mean over the tokens."""
        self.node("ReduceMean", [last], "mean", axes=[1], keepdims=0)
        width = self._file.sizes.width
        ports = (("x", ["texts", "tokens", width]), ("mean", ["texts", width]))
        given, wanted = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in ports
        )
        graph = helper.make_graph(self._nodes, "e5", [given], [wanted], self._constants)
        sets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=sets)
        model.ir_version = 8
        return bytes(model.SerializeToString())

    def _linear(self, name: str, inputs: int) -> tuple[Floats, Floats]:
        return self._file.weights(f"{name}.w", inputs).T, self._file.floats(f"{name}.b")

    def _norm(self, name: str) -> list[str]:
        return [
            self.constant(f"{name}.{part}", self._file.floats(f"{name}.{part}")) for part in "wb"
        ]


def e5_graph(file: E5File) -> bytes:
    """The graph as ONNX Runtime loads it. Input `x`: for each text, the sum of piece and place vectors."""
    graph = Graph(file)
    last = graph.embedded()
    for number in range(file.sizes.layers):
        last = graph.layer(last, number)
    return graph.serialised(last)

"""Google's multilingual sentence encoder as a graph for ONNX Runtime, with the weights as the package holds them.

A projection, three branches that look at two, three and five tokens at a time, and a small network over the mean of all
tokens. Knows nothing of Rasa. Invariants: the same weights give the same graph; one output row per text.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from components.onnx_graph import Floats, Graph

# Of each branch: how many tokens it sees at once, and how many of them stand before the one in question.
BRANCHES = ((2, 0), (3, 1), (5, 2))
TO_THE_END = np.iinfo(np.int64).max


class USEGraph(Graph):
    """The encoder's parts; `weights` are the arrays of the package by their names there."""

    def __init__(self, weights: Any) -> None:
        super().__init__()
        self._weights = weights

    def product(self, source: str, name: str, weights: Floats, bias: Floats) -> str:
        """`source @ weights + bias`."""
        product = self.plain(source, name, weights)
        return self.node("Add", [product, self.constant(f"{name}.b", bias)], f"{name}.out")

    def plain(self, source: str, name: str, weights: Floats) -> str:
        """`source @ weights`."""
        return self.node("MatMul", [source, self.constant(f"{name}.w", weights)], f"{name}.m")

    def normalised(self, source: str, name: str, scale: Floats, shift: Floats) -> str:
        """Each row with mean 0 and spread 1, then scaled and shifted."""
        inputs = [
            source,
            self.constant(f"{name}.scale", scale),
            self.constant(f"{name}.shift", shift),
        ]
        return self.node("LayerNormalization", inputs, name, axis=-1, epsilon=self._weights.eps)

    def branch(self, source: str, number: int) -> str:
        """Two rounds of looking at neighbouring tokens, each added to what it saw."""
        weights = self._weights
        for turn, (factors, bias) in enumerate(
            ((weights.w1, weights.b1), (weights.w2, weights.b2)), start=1
        ):
            name = f"branch{number}.{turn}"
            seen = self.windows(source, f"{name}.seen", *BRANCHES[number])
            product = self.product(seen, name, factors[number], bias[number])
            bent = self.node("Relu", [product], f"{name}.bent")
            source = self.node("Add", [bent, source], f"{name}.sum")
        return source

    def windows(self, source: str, name: str, width: int, before: int) -> str:
        """Each row beside its neighbours, `width` in all; zeros beyond the first and the last."""
        after = width - 1 - before
        edges = self._numbers(f"{name}.edges", before, 0, after, 0)
        padded = self.node("Pad", [source, edges], f"{name}.padded")
        return self.node(
            "Concat",
            [self._moved(padded, f"{name}{step}", step, width) for step in range(width)],
            name,
            axis=1,
        )

    def pooled(self, source: str) -> str:
        """The projected mean of all rows, times the root of their number."""
        weights = self._weights
        mean = self.node("ReduceMean", [source], "mean", axes=[0], keepdims=1)
        count = self.node("Shape", ["x"], "count", start=0, end=1)
        root = self.node("Sqrt", [self.node("Cast", [count], "float", to=1)], "root")
        projected = self.product(mean, "projected", weights.cnn_W, weights.cnn_b)
        return self.node("Mul", [projected, root], "pooled")

    def head(self, source: str) -> str:
        """The small network on top: two bent layers, each with a way around it."""
        weights = self._weights
        first = self.node("Relu", [self.plain(source, "d0", weights.d0)], "first")
        second = self._both(source, "p1", first, "d1")
        second = self.node("Relu", [second], "second")
        third = self.node("Relu", [self.plain(second, "d2", weights.d2)], "third")
        return self.node("Tanh", [self._both(second, "p3", third, "d3")], "last")

    def _both(self, left: str, left_name: str, right: str, right_name: str) -> str:
        sides = (left, left_name), (right, right_name)
        products = [self.plain(side, name, getattr(self._weights, name)) for side, name in sides]
        return self.node("Add", products, f"{left_name}{right_name}")

    def _moved(self, padded: str, name: str, first: int, width: int) -> str:
        end = first - width + 1
        places = (("from", first), ("to", end or TO_THE_END), ("axis", 0))
        limits = [self._numbers(f"{name}.{what}", number) for what, number in places]
        return self.node("Slice", [padded, *limits], name)

    def _numbers(self, name: str, *numbers: int) -> str:
        return self.constant(name, np.array(numbers, np.int64))


def use_graph(weights: Any) -> bytes:
    """The graph as ONNX Runtime loads it. Input `x`: the vectors of the tokens of one text."""
    graph = USEGraph(weights)
    projected = graph.product("x", "proj", weights.proj_W, weights.proj_b)
    projected = graph.normalised(projected, "inner", weights.ln_g_all, weights.ln_b_all)
    sources = [f"source{number}" for number in range(len(BRANCHES))]
    graph.node("Split", [projected], " ".join(sources), axis=-1)
    branches = [graph.branch(source, number) for number, source in enumerate(sources)]
    joined = graph.node("Concat", ["x", *branches], "joined", axis=1)
    outer = graph.normalised(joined, "outer", weights.ln_g, weights.ln_b)
    width, wide = weights.proj_W.shape[0], weights.d3.shape[1]
    return graph.serialised(
        graph.head(graph.pooled(outer)), given=["tokens", width], wanted=[1, wide]
    )

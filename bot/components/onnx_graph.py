"""A graph for ONNX Runtime, put together node by node, and the session that runs it.

Knows nothing of Rasa. Invariants: the same nodes and weights give the same graph; a session works in the thread that
calls it, so the same input gives the same output bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"

Floats = npt.NDArray[np.float32]
Shape = Sequence[str | int]


class Graph:
    """Nodes and weights as they are added; every method returns the name of its output."""

    def __init__(self) -> None:
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

    def serialised(self, last: str, given: Shape, wanted: Shape) -> bytes:
        """The whole graph, from the input `x` to `last`, whose rows get length one."""
        self.node("LpNormalization", [last], "unit", axis=-1, p=2)
        x, unit = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in (("x", given), ("unit", wanted))
        )
        graph = helper.make_graph(self._nodes, "encoder", [x], [unit], self._constants)
        sets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=sets)
        model.ir_version = 8
        return bytes(model.SerializeToString())


class Session:
    """A graph that is loaded: call it with the input, it gives the output."""

    def __init__(self, graph: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, x: Floats) -> Floats:
        """The output for an input."""
        found: Floats = self._session.run(None, {"x": x})[0]
        return found

"""The bytes of an ONNX file go in, its layers come out, or the same file with every layer's output in reach.

It knows no network in particular and runs none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from digits.errors import MissingExtraError
from digits.reading.result import FloatArray


@dataclass(frozen=True, eq=False)
class Layer:
    """One node: the name of its output, its ONNX operator, and its weights by name, float32."""

    name: str
    kind: str
    weights: Mapping[str, FloatArray]

    @property
    def parameters(self) -> int:
        return sum(values.size for values in self.weights.values())


def read_layers(model: bytes) -> tuple[Layer, ...]:
    """Return the nodes of ``model`` in their order, each with one output.

    Raises:
        MissingExtraError: onnx is not installed.
    """
    require_onnx()
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_from_string(model).graph
    constants = {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}
    weights = {name: values for name, values in constants.items() if values.dtype.kind == "f"}
    return tuple(
        Layer(node.output[0], node.op_type, {name: weights[name] for name in node.input if name in weights})
        for node in graph.node
    )


def expose(model: bytes, names: Sequence[str]) -> bytes:
    """Return ``model`` with the layers ``names`` among its outputs, behind those it has.

    Raises:
        MissingExtraError: onnx is not installed.
    """
    require_onnx()
    import onnx

    opened = onnx.load_from_string(model)
    present = {output.name for output in opened.graph.output}
    opened.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in present)
    return bytes(opened.SerializeToString())


def require_onnx() -> None:
    """Raise MissingExtraError unless onnx is installed."""
    if find_spec("onnx") is None:
        raise MissingExtraError("onnx", "looking into a model", "train")

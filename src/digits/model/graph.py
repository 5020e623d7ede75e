"""In: the bytes of an ONNX file. Out: its layers, or the same file with every layer's output accessible.

It parses the file as a Protocol Buffers message, so that looking into a model needs no more packages than reading. It
assumes no particular network, runs none, and leaves it to onnxruntime to validate the file.

Field numbers: onnx.proto in the ONNX repository.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from digits.errors import ModelError
from digits.reading.recognition.network.external_data import require_own_data
from digits.reading.recognition.network.protobuf import BYTES, read_fields, read_varints
from digits.reading.recognition.trust import Trust
from digits.reading.result import FloatArray

MODEL_GRAPH = 7
GRAPH_NODE, GRAPH_INITIALIZER, GRAPH_OUTPUT = 1, 5, 12
NODE_INPUT, NODE_OUTPUT, NODE_OPERATOR = 1, 2, 4
TENSOR_DIMS, TENSOR_TYPE, TENSOR_FLOATS, TENSOR_NAME, TENSOR_RAW = 1, 2, 4, 8, 9
VALUE_NAME = 1
FLOAT32 = 1
# A digit network has so many dense layers; an ensemble has so many for each member.
LAYERS = 2


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
        ModelError: not an ONNX file, one that ends within a field, or one with weights in other files.
    """
    require_own_data(model)
    try:
        (graph,) = _Message(memoryview(model)).messages(MODEL_GRAPH)
        weights = dict(_read_weights(graph))
        return tuple(_read_layer(node, weights) for node in graph.messages(GRAPH_NODE))
    except (IndexError, ValueError, OverflowError) as error:
        raise ModelError(f"expected an ONNX file with layers; {error}; export the model again") from error


def read_trust(model: bytes) -> Trust | None:
    """Return the last layer of a digit network; None of an ensemble, which has several."""
    layers = [layer for layer in read_layers(model) if layer.kind == "Gemm"]
    if [sorted(values.ndim for values in layer.weights.values()) for layer in layers[-1:]] != [[1, 2]]:
        return None
    kernel, bias = sorted(layers[-1].weights.values(), key=lambda values: -values.ndim)
    return Trust(kernel if kernel.shape[1] == len(bias) else kernel.T, bias) if len(layers) == LAYERS else None


def expose(model: bytes, names: Sequence[str]) -> bytes:
    """Return ``model`` with the layers ``names`` among its outputs, after its own.

    Protocol Buffers merge a message with one that follows it: here, a model with nothing but outputs is appended.
    """
    graphs = _Message(memoryview(model)).messages(MODEL_GRAPH)
    present = {output.text(VALUE_NAME) for graph in graphs for output in graph.messages(GRAPH_OUTPUT)}
    outputs = [_field(GRAPH_OUTPUT, _field(VALUE_NAME, name.encode())) for name in names if name not in present]
    return model + _field(MODEL_GRAPH, b"".join(outputs))


class _Message:
    """The fields of a message, by number, in the order they were written."""

    def __init__(self, data: memoryview) -> None:
        self._fields: dict[int, list[int | memoryview]] = {}
        for number, value in read_fields(data):
            self._fields.setdefault(number, []).append(value)

    def numbers(self, field: int) -> list[int]:
        """Whole numbers, written one by one or, packed, in one go."""
        found: list[int] = []
        for value in self._fields.get(field, ()):
            found += [value] if isinstance(value, int) else read_varints(value)
        return found

    def bytes(self, field: int) -> list[memoryview]:
        return [value for value in self._fields.get(field, ()) if isinstance(value, memoryview)]

    def texts(self, field: int) -> list[str]:
        return [str(value, "utf-8") for value in self.bytes(field)]

    def text(self, field: int) -> str:
        return "".join(self.texts(field)[-1:])

    def messages(self, field: int) -> list[_Message]:
        return [_Message(value) for value in self.bytes(field)]


def _read_layer(node: _Message, weights: Mapping[str, FloatArray]) -> Layer:
    own = {name: weights[name] for name in node.texts(NODE_INPUT) if name in weights}
    return Layer(node.texts(NODE_OUTPUT)[0], node.text(NODE_OPERATOR), own)


def _read_weights(graph: _Message) -> Iterator[tuple[str, FloatArray]]:
    for tensor in graph.messages(GRAPH_INITIALIZER):
        if tensor.numbers(TENSOR_TYPE) == [FLOAT32]:
            data = b"".join(tensor.bytes(TENSOR_RAW) or tensor.bytes(TENSOR_FLOATS))
            yield tensor.text(TENSOR_NAME), np.frombuffer(data, "<f4").reshape(tensor.numbers(TENSOR_DIMS))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])

"""The bytes of an ONNX file go in; a ``ModelError`` comes out where its tensors lie in other files.

ONNX lets a tensor say that its values are in another file, which no hash of this one covers, and which may be any file
that the process can read. Nothing here reads such a file. The hash in model.json is a check against damage alone: who
changes a model can change it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from digits.errors import ModelError
from digits.reading.recognition.network.protobuf import read_fields

# Which fields of a message lead to tensors, and what kind of message they hold. Numbers: onnx.proto in the ONNX
# repository; a test compares this table with the one that the onnx package has.
WAYS_TO_TENSORS: Mapping[str, Mapping[int, str]] = {
    "ModelProto": {7: "GraphProto", 20: "TrainingInfoProto", 25: "FunctionProto"},
    "TrainingInfoProto": {1: "GraphProto", 2: "GraphProto"},
    "FunctionProto": {7: "NodeProto", 11: "AttributeProto"},
    "GraphProto": {1: "NodeProto", 5: "TensorProto", 15: "SparseTensorProto"},
    "NodeProto": {5: "AttributeProto"},
    "AttributeProto": {
        5: "TensorProto",
        6: "GraphProto",
        10: "TensorProto",
        11: "GraphProto",
        22: "SparseTensorProto",
        23: "SparseTensorProto",
    },
    "SparseTensorProto": {1: "TensorProto", 2: "TensorProto"},
}
TENSOR_EXTERNAL_DATA, TENSOR_DATA_LOCATION = 13, 14


class _Part(NamedTuple):
    message: str
    data: memoryview


def require_own_data(model: bytes) -> None:
    """Raise ``ModelError`` unless every tensor of the ONNX file ``model`` holds its own values."""
    try:
        is_external = any(
            number in (TENSOR_EXTERNAL_DATA, TENSOR_DATA_LOCATION) and value != 0
            for tensor in _tensors(model)
            for number, value in read_fields(tensor)
        )
    except (IndexError, ValueError) as error:
        raise ModelError(f"expected an ONNX model; {error}; export the model again") from error
    if is_external:
        raise ModelError(
            "expected an ONNX model that holds all its weights, but some are to be read from another file; "
            "save the model as one file, without external data"
        )


def _tensors(model: bytes) -> Iterator[memoryview]:
    """Yield each tensor, however deep the graphs lie in one another."""
    parts = [_Part("ModelProto", memoryview(model))]
    while parts:
        message, data = parts.pop()
        for number, value in read_fields(data):
            kind = WAYS_TO_TENSORS[message].get(number)
            if kind is None or isinstance(value, int):
                continue
            if kind == "TensorProto":
                yield value
            else:
                parts.append(_Part(kind, value))

"""Tensors of the Open Inference Protocol v2: the body of a request becomes frames, arrays become the body of an answer.

In JSON, and in the binary-tensor extension: JSON first, as long as the header Inference-Header-Content-Length says,
then the bytes of each tensor in its order, little-endian.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digits import Predictions
from digits.serving.api.bodies import read_json
from digits.serving.errors import ServingError

LENGTH_HEADER = "inference-header-content-length"
DTYPES: dict[str, np.dtype[Any]] = {"UINT8": np.dtype("u1"), "FP32": np.dtype("<f4")}
FRAME = (28, 28)
OUTPUTS = {"values": ("INT64", "<i8"), "confidence": ("FP32", "<f4"), "probabilities": ("FP32", "<f4")}
EXPECTED_INPUT = "expected one input: name frames, datatype UINT8 or FP32, shape [n,28,28] or [n,28,28,1]"


@dataclass(frozen=True, eq=False)
class Question:
    """What a request asks: frames uint8 or float32 (n, 28, 28), and which outputs, each in binary or not."""

    frames: npt.NDArray[Any]
    outputs: tuple[tuple[str, bool], ...]
    id: str | None = None


def read_question(body: bytes, length: str | None) -> Question:
    """Return what a request asks.

    Args:
        body: the whole body.
        length: the header Inference-Header-Content-Length, if there is one.

    Raises:
        ServingError: 400 for whatever does not fit the protocol.
    """
    head, rest = _split(body, length)
    asked = read_json(head)
    if not isinstance(asked, dict):
        raise _wrong("expected a JSON object with inputs, got another value")
    number = asked.get("id")
    if number is not None and not isinstance(number, str):
        raise _wrong("expected id as a text, got another value")
    inputs = asked.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1 or not isinstance(inputs[0], dict):
        raise _wrong(f"{EXPECTED_INPUT}; got another number of inputs, or none")
    outputs = _outputs(asked.get("outputs"), is_binary=_flag(asked, "binary_data_output", default=False))
    return Question(_frames(inputs[0], rest), outputs, number)


def write_answer(question: Question, predictions: Predictions, model: str) -> tuple[bytes, dict[str, str]]:
    """Return the body that answers ``question``, and its headers."""
    told, buffers = [], []
    for name, is_binary in question.outputs:
        datatype, dtype = OUTPUTS[name]
        array = np.ascontiguousarray(getattr(predictions, name), dtype)
        output: dict[str, Any] = {"name": name, "datatype": datatype, "shape": list(array.shape)}
        if is_binary:
            output["parameters"] = {"binary_data_size": array.nbytes}
            buffers.append(array.tobytes())
        else:
            output["data"] = array.ravel().tolist()
        told.append(output)
    answer = {"model_name": model, "model_version": "1", "outputs": told}
    if question.id is not None:
        answer["id"] = question.id
    head = json.dumps(answer, separators=(",", ":")).encode()
    if not buffers:
        return head, {"content-type": "application/json"}
    headers = {"content-type": "application/octet-stream", LENGTH_HEADER: str(len(head))}
    return b"".join([head, *buffers]), headers


def _split(body: bytes, length: str | None) -> tuple[bytes | memoryview, memoryview]:
    if length is None:
        return body, memoryview(b"")
    if not (length.isascii() and length.isdigit() and len(length) < 12 and int(length) <= len(body)):
        raise _wrong("expected Inference-Header-Content-Length as the length of the JSON, got another value")
    return memoryview(body)[: int(length)], memoryview(body)[int(length) :]


def _outputs(asked: object, *, is_binary: bool) -> tuple[tuple[str, bool], ...]:
    if not asked and asked in (None, []):
        return tuple((name, is_binary) for name in OUTPUTS)
    if not isinstance(asked, list):
        raise _wrong("expected outputs as a list, got another value")
    outputs: dict[str, bool] = {}
    for output in asked:
        name = output.get("name") if isinstance(output, dict) else None
        if not isinstance(name, str) or name not in OUTPUTS or name in outputs:
            raise _wrong(f"expected outputs among {', '.join(OUTPUTS)}, each once and by name, got another")
        if (output.get("parameters") or {}) and "classification" in output["parameters"]:
            raise _wrong("expected an output without the classification extension, got it")
        outputs[name] = _flag(output, "binary_data", default=is_binary)
    return tuple(outputs.items())


def _flag(holder: Mapping[str, Any], name: str, *, default: bool) -> bool:
    parameters = holder.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise _wrong("expected parameters as an object, got another value")
    flag = (parameters or {}).get(name, default)
    if not isinstance(flag, bool):
        raise _wrong(f"expected {name} as true or false, got another value")
    return flag


def _frames(told: Mapping[str, Any], rest: memoryview) -> npt.NDArray[Any]:
    datatype, shape = told.get("datatype"), told.get("shape")
    if told.get("name") != "frames" or not isinstance(datatype, str) or datatype not in DTYPES or not _is_shape(shape):
        raise _wrong(f"{EXPECTED_INPUT}; got another name, datatype or shape")
    dtype, count = DTYPES[datatype], math.prod(told["shape"])
    size = _binary_size(told)
    if size is None:
        if len(rest):
            raise _wrong("expected nothing behind the JSON of an input that holds its data, got bytes")
        array = _from_json(told.get("data"), dtype)
    else:
        if "data" in told or size != len(rest) or size % dtype.itemsize:
            raise _wrong(f"expected {size} bytes of data behind the JSON and no data in it, got {len(rest)} bytes")
        array = np.frombuffer(rest, dtype)
    if array.size != count:
        raise _wrong(f"expected the {count} numbers of shape {shape}, got {array.size}")
    if dtype.kind == "f" and not (array.min() >= 0 and array.max() <= 1):  # false for NaN too
        raise _wrong("expected FP32 frames in [0, 1], got numbers outside")
    return array.reshape(-1, *FRAME)


def _is_shape(shape: object) -> bool:
    if not isinstance(shape, list) or any(not isinstance(side, int) or isinstance(side, bool) for side in shape):
        return False
    return tuple(shape[1:]) in (FRAME, (*FRAME, 1)) and 1 <= shape[0] < 10**6


def _binary_size(told: Mapping[str, Any]) -> int | None:
    parameters = told.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise _wrong("expected parameters as an object, got another value")
    size = (parameters or {}).get("binary_data_size")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        raise _wrong("expected binary_data_size as a number of bytes, got another value")
    return size


def _from_json(data: object, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Return flat numbers from a flat list or nested ones; no text, no true or false."""
    if not isinstance(data, list):
        raise _wrong("expected data as a list of numbers, got none or another value")
    try:
        array = np.asarray(data).ravel()
    except (ValueError, OverflowError) as error:
        raise _wrong("expected data as a list of numbers, or lists of one length, got others") from error
    kinds = "iu" if dtype.kind == "u" else "iuf"
    if array.size and (
        array.dtype.kind not in kinds or (dtype.kind == "u" and not 0 <= array.min() <= array.max() <= 255)
    ):
        expected = "whole numbers in 0-255" if dtype.kind == "u" else "numbers"
        raise _wrong(f"expected data as {expected}, got others")
    return array.astype(dtype)


def _wrong(message: str) -> ServingError:
    return ServingError(400, f"{message}; see GET /docs")


def describe_outputs() -> list[dict[str, Any]]:
    """Return the outputs as a model's metadata tells them."""
    shapes = {"probabilities": [-1, 10]}
    return [{"name": name, "datatype": OUTPUTS[name][0], "shape": shapes.get(name, [-1])} for name in OUTPUTS]

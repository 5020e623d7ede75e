"""A model folder goes in, its digit network comes out as one small binary that plain JavaScript runs.

The page computes with it in the browser, so it must hold the float32 weights, the calibration and what the page says
about the network. It is no format for exchange: only page/network/network.js reads it.

Layout: the header's length, uint32; the header, JSON, padded to a multiple of four bytes; the weights of all layers,
float32; the features of the example digits, int16. All little-endian. Batch normalization is folded into a factor and
a summand a channel; it cannot go into the next convolution, which pads with zeros.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

import digits
from digits.errors import ModelError
from digits.model.folder import ModelFolder
from digits.model.graph import Layer, read_layers

if TYPE_CHECKING:
    from digits.reading.result import ByteArray, FloatArray

FORMAT = 1
EPSILON = np.float32(1e-3)  # of batch normalization, as onnx_graph.py writes it
FRAME_PX = 28
EXAMPLES = Path(__file__).parent / "page" / "network" / "examples.png"
FEATURE_STEPS = 32767  # features of length 1, as int16
KINDS = ["Conv", "Relu", "MaxPool", "BatchNormalization", "Flatten", "Gemm", "Softmax"]


def network_bytes(folder: ModelFolder, name: str = "digits") -> bytes:
    """Return the digit network of ``folder`` as the page wants it.

    Raises:
        ModelError: an ensemble, or not this network.
    """
    layers = read_layers(folder.weights)
    stages, arrays = _pack(layers)
    refusal = folder.info.get("refusal") or {}
    measured = folder.info.get("measured") or {}
    header = {
        "format": FORMAT,
        "name": name,
        "sha256": folder.info["weights"]["sha256"],
        "temperature": float(folder.info.get("temperature", 1)),
        "min_confidence": float(refusal.get("min_confidence", 0)),
        "accuracy": measured.get("test_accuracy"),
        "test_n": measured.get("test_n"),
        "parameters": sum(layer.parameters for layer in layers),
        "layers": stages,
        "examples": len(example_frames()),
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    weights = b"".join(np.ascontiguousarray(values, "<f4").tobytes() for values in arrays)
    return struct.pack("<I", len(text)) + text + weights + _example_features(folder).tobytes()


@cache
def example_frames() -> ByteArray:
    """Return the training digits that the page compares with, uint8 (n, 28, 28): a row of the picture a digit."""
    sheet = cv2.imdecode(np.frombuffer(EXAMPLES.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    if sheet is None:
        raise ModelError(f"expected a picture of digits at {EXAMPLES}; it is damaged; install digits again")
    rows, columns = sheet.shape[0] // FRAME_PX, sheet.shape[1] // FRAME_PX
    tiles = sheet.reshape(rows, FRAME_PX, columns, FRAME_PX).swapaxes(1, 2)
    return np.asarray(tiles.reshape(-1, FRAME_PX, FRAME_PX), np.uint8)


def _example_features(folder: ModelFolder) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Directions of the features, int16 (n, 32): length 1 tells digits from others better than the distance itself."""
    reader = digits.load(folder.path, precision="float32", threads=1)
    features = reader.classify_frames(example_frames()).features
    lengths = np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    return np.asarray(np.rint(features / lengths * FEATURE_STEPS), "<i2")


def _pack(layers: Sequence[Layer]) -> tuple[list[dict[str, Any]], list[FloatArray]]:
    """Return what each stage does, and the arrays of all stages in the order in which they are read back."""
    if sum(layer.kind == "Softmax" for layer in layers) != 1:
        raise ModelError("expected one network, got an ensemble; give one of its members")
    stages: list[dict[str, Any]] = []
    arrays: list[FloatArray] = []
    try:
        for stage, own in _stages(layers):
            stages.append(stage)
            arrays += own
    except (StopIteration, ValueError, KeyError) as error:
        raise ModelError(f"expected the layers of CNN_mnist; {error!r}; export the run again") from error
    return stages, arrays


def _stages(layers: Sequence[Layer]) -> Iterator[tuple[dict[str, Any], list[FloatArray]]]:
    """Yield each convolution or dense layer together with what follows it up to the next one."""
    starts = [i for i, layer in enumerate(layers) if layer.kind in ("Conv", "Gemm")]
    for start, end in zip(starts, [*starts[1:], len(layers)], strict=True):
        kernel, bias = layers[start].weights.values()
        followers = {layer.kind: layer for layer in layers[start + 1 : end]}
        if not set(followers) <= set(KINDS):
            raise ValueError(f"unknown layers {sorted(set(followers) - set(KINDS))}")
        is_conv = layers[start].kind == "Conv"
        if is_conv and kernel.shape[2:] != (3, 3):
            raise ValueError(f"a kernel of {kernel.shape}")
        stage: dict[str, Any] = {
            "name": next(iter(layers[start].weights)).split(".")[0],
            "kind": "conv" if is_conv else "dense",
            "inputs": int(kernel.shape[1] if is_conv else kernel.shape[0]),
            "outputs": int(kernel.shape[0] if is_conv else kernel.shape[1]),
            "relu": "Relu" in followers,
            "pool": "MaxPool" in followers,
            "norm": "BatchNormalization" in followers,
        }
        # A dense kernel is turned, so that the weights of one output lie side by side.
        own = [kernel if is_conv else np.ascontiguousarray(kernel.T), bias]
        if "BatchNormalization" in followers:
            own += _fold(followers["BatchNormalization"].weights)
        yield stage, own


def _fold(weights: Mapping[str, FloatArray]) -> list[FloatArray]:
    """Return factor and summand of a batch normalization."""
    gamma, beta, mean, variance = weights.values()
    factor = gamma / np.sqrt(variance + EPSILON)
    return [np.asarray(factor, np.float32), np.asarray(beta - mean * factor, np.float32)]

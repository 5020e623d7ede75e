"""In: a float32 ONNX file of ours. Out: its layers as arrays, and the range of each channel on given inputs.

A few lines of numpy stand in for a runtime here, because only ``reading.classifier`` may import one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.errors import ModelError
from digits.reading.result import FloatArray
from digits.training.export.onnx_graph import BN_EPSILON
from digits.training.network.architecture import CONVOLUTIONS

Numbers = npt.NDArray[np.float64]
BATCH_SIZE = 50


@dataclass(frozen=True, eq=False)
class Convolution:
    """Convolution, ReLU, perhaps pooling, then ``scale`` × value + ``shift``, which is batch normalization."""

    kernel: Numbers  # (outputs, inputs, 3, 3)
    bias: Numbers  # (outputs,)
    is_pooled: bool
    scale: Numbers  # (outputs,)
    shift: Numbers  # (outputs,)


@dataclass(frozen=True, eq=False)
class Layers:
    """The network's layers; ``head`` holds what stays float32, by its names in the file."""

    convolutions: tuple[Convolution, ...]
    dense_kernel: Numbers  # (height, width, channels, outputs)
    dense_bias: Numbers
    head: dict[str, FloatArray]


def read_layers(proto: Any) -> Layers:
    """Return the layers of an onnx ``ModelProto`` made by ``onnx_bytes``.

    Raises:
        ModelError: another network, or several in one file.
    """
    from onnx import numpy_helper

    arrays = {constant.name: numpy_helper.to_array(constant) for constant in proto.graph.initializer}
    try:
        channels = CONVOLUTIONS[-1][0]
        dense = arrays["dense.kernel"].astype(np.float64)
        side = int(np.sqrt(len(dense) // channels))
        return Layers(
            tuple(_convolution(arrays, number) for number in range(1, len(CONVOLUTIONS) + 1)),
            dense.reshape(channels, side, side, -1).transpose(1, 2, 0, 3),
            arrays["dense.bias"].astype(np.float64),
            {name: array for name, array in arrays.items() if name.startswith(("features.", "probabilities."))},
        )
    except (KeyError, ValueError) as error:
        raise ModelError(
            f"expected the layers of one CNN_mnist, {error!r} is missing or wrong; give a file made by "
            "`digits train`, for an ensemble one member at a time"
        ) from error


def find_ranges(layers: Layers, inputs: FloatArray) -> list[Numbers]:
    """Return the largest value of each channel after every convolution's ReLU, (channels,) for each layer.

    Args:
        inputs: float32 (n, 28, 28, 1) in [0, 1].
    """
    ranges = [np.zeros(len(layer.bias)) for layer in layers.convolutions]
    for start in range(0, len(inputs), BATCH_SIZE):
        values = inputs[start : start + BATCH_SIZE]
        for layer, largest in zip(layers.convolutions, ranges, strict=True):
            values = _convolve(values, layer)
            np.maximum(largest, values.max(axis=(0, 1, 2)), out=largest)
            values = values * layer.scale.astype(np.float32) + layer.shift.astype(np.float32)
    return ranges


def _convolution(arrays: dict[str, Any], number: int) -> Convolution:
    gamma, beta, mean, variance = (
        arrays[f"norm{number}.{part}"].astype(np.float64) for part in ("gamma", "beta", "mean", "variance")
    )
    scale = gamma / np.sqrt(variance + BN_EPSILON)
    kernel, bias = (arrays[f"conv{number}.{part}"].astype(np.float64) for part in ("kernel", "bias"))
    return Convolution(kernel, bias, CONVOLUTIONS[number - 1][1], scale, beta - mean * scale)


def _convolve(values: FloatArray, layer: Convolution) -> FloatArray:
    """Return (n, height, width, outputs) after ReLU and pooling, of ``values`` (n, height, width, inputs)."""
    _, height, width, _ = values.shape
    kernel = layer.kernel.astype(np.float32).transpose(2, 3, 1, 0)
    padded = np.pad(values, ((0, 0), (1, 1), (1, 1), (0, 0)))
    sums = sum(padded[:, y : y + height, x : x + width] @ kernel[y, x] for y in range(3) for x in range(3))
    outputs: FloatArray = np.maximum(sums + layer.bias.astype(np.float32), 0)
    if not layer.is_pooled:
        return outputs
    even = outputs[:, : height // 2 * 2, : width // 2 * 2]
    return np.asarray(even.reshape(len(even), height // 2, 2, width // 2, 2, -1).max(axis=(2, 4)))

"""A float32 ONNX file and some of the network's inputs go in, the same network in 8-bit integers comes out.

The graph is written for onnxruntime's CPU kernels, with its own channels-last operators: the lower limit of a byte is
the ReLU, pooling compares bytes, and nothing becomes a float before the last ReLU. Nothing here trains.

Batch normalization multiplies and adds. The integers' step size absorbs the factor; the shift must not reach the zeros
around a picture. So the pictures carry one more channel, constant inside and 0 in the padding: its weights add the
contribution of the shift, tap by tap, which is right at the border, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digits.errors import ModelError
from digits.reading.recognition.network.classifier import INPUT_NAME, OUTPUT_NAMES
from digits.reading.result import FloatArray
from digits.training.export.onnx_graph import BN_EPSILON, Graph
from digits.training.export.onnx_weights import Layers, Numbers, find_ranges, read_layers

Head = dict[str, FloatArray]  # what stays float32, by its names in the file
CHANNELS_LAST = {"domain": "com.microsoft"}  # where onnxruntime keeps its operators on (n, height, width, channels)
# Seven bits of eight: CPUs without VNNI add two products in 16 bits, and 2 × 255 × 63 still fits there.
LARGEST_WEIGHT = 63
LARGEST_BYTE = 255
# Room above the largest value seen in calibration. 2 changed 5 answers in 10,000 (test images, seen while building).
HEADROOM = 1.25
# The kernels read four bytes at a time, so four neighbouring pixels are the first convolution's channels: 19 -> 9 µs.
BLOCK_PX = 4


def int8_bytes(float32: bytes, inputs: FloatArray) -> bytes:
    """Return the network of the ONNX file ``float32`` in 8-bit integers.

    Args:
        float32: a file made by ``onnx_bytes``; its metadata is kept.
        inputs: what the network was trained on, float32 (n, 28, 28, 1) in [0, 1]; a thousand show the range of every
            channel.

    Returns:
        a model from ``frames`` uint8 (n, 28, 28, 1) in 0-255 to ``probabilities`` float32 (n, 10) and ``features``
        float32 (n, 32).

    Raises:
        ModelError: the file is not one network of ours, or there are no inputs.
    """
    import onnx

    if not len(inputs):
        raise ModelError("expected inputs to calibrate with, got none; give some training images")
    proto = onnx.load_model_from_string(float32)
    layers = read_layers(proto)
    graph = _network(*_round_layers(layers, find_ranges(layers, inputs)), layers.head)
    metadata = {entry.key: entry.value for entry in proto.metadata_props}
    return graph.to_bytes(metadata | {"precision": "int8"}, input_type=onnx.TensorProto.UINT8, **CHANNELS_LAST)


@dataclass(frozen=True, eq=False)
class _Bytes:
    """What the bytes between two layers stand for, channel by channel: value = unit × byte + shift."""

    unit: Numbers
    shift: Numbers


@dataclass(frozen=True, eq=False)
class _Integers:
    """A layer in integers: sum(weights × bytes) + bias, counted in ``step``, one an output.

    ``constant`` is the byte in the channel that carries the shift, the last of ``weights``' inputs; 0 where none does.
    """

    weights: Numbers
    bias: Numbers
    step: Numbers
    constant: int


def _network(convolutions: list[_Integers], byte_steps: list[Numbers], dense: _Integers, head: Head) -> Graph:
    graph = Graph()
    graph.constant("one", np.float32(1))
    graph.constant("zero", np.uint8(0))
    graph.constant("weight_zero", np.int8(0))
    constants = [layer.constant for layer in convolutions[1:]] + [0]
    value = _first_convolution(graph, convolutions[0], byte_steps[0], constants[0])
    for i, layer in list(enumerate(convolutions))[1:]:
        # Pooling leaves out the last row and column of the 7×7 pictures, so they are not computed either.
        pads = [1, 1, 0, 0] if i == len(convolutions) - 1 else [1, 1, 1, 1]
        value = _convolution(graph, f"conv{i + 1}", value, layer, layer.step / byte_steps[i], pads)
        value = graph.node("NhwcMaxPool", [value], **CHANNELS_LAST, kernel_shape=[2, 2], strides=[2, 2])
        if constants[i]:
            widths = graph.constant(f"conv{i + 2}.pads", np.array([0] * 7 + [1], np.int64))
            value = graph.node("Pad", [value, widths, graph.constant(f"conv{i + 2}.one", np.uint8(constants[i]))])
    _head(graph, value, dense, head)
    return graph


def _round_layers(layers: Layers, ranges: list[Numbers]) -> tuple[list[_Integers], list[Numbers], _Integers]:
    """Return the convolutions, what a byte of each one's outputs is worth before normalization, and the dense layer."""
    incoming = _Bytes(np.full(1, 1 / LARGEST_BYTE), np.zeros(1))
    convolutions, byte_steps = [], []
    for layer, largest in zip(layers.convolutions, ranges, strict=True):
        convolutions.append(_in_integers(layer.kernel, layer.bias, incoming))
        byte_steps.append(np.maximum(largest * HEADROOM, 1e-6) / LARGEST_BYTE)
        incoming = _Bytes(byte_steps[-1] * layer.scale, layer.shift)
    # Nothing is padded before the dense layer: there the shift is simply part of the bias.
    bias = layers.dense_bias + np.einsum("hwio,i->o", layers.dense_kernel, incoming.shift)
    unshifted = _Bytes(incoming.unit, np.zeros_like(incoming.shift))
    return convolutions, byte_steps, _in_integers(layers.dense_kernel.transpose(3, 2, 0, 1), bias, unshifted)


def _in_integers(kernel: Numbers, bias: Numbers, incoming: _Bytes) -> _Integers:
    """Round a layer that reads ``incoming``; ``kernel`` is (outputs, inputs, height, width)."""
    scaled = kernel * incoming.unit[:, None, None]
    shifts = np.einsum("oihw,i->ohw", kernel, incoming.shift)
    largest = np.maximum(np.abs(scaled).max(axis=(1, 2, 3)), np.abs(shifts).max(axis=(1, 2)) / LARGEST_BYTE)
    step = np.maximum(largest, 1e-12) / LARGEST_WEIGHT
    weights = np.rint(scaled / step[:, None, None, None])
    shifts /= step[:, None, None]
    # The smallest byte with which every shift fits into a weight rounds them least.
    constant = min(LARGEST_BYTE, int(np.ceil(np.abs(shifts).max() / LARGEST_WEIGHT)))
    if constant:
        carried = np.rint(shifts / constant).clip(-LARGEST_WEIGHT, LARGEST_WEIGHT)
        weights = np.concatenate([weights, carried[:, None]], axis=1)
        shifts -= carried * constant
    # What rounding lost of the shifts the bias makes good wherever the whole kernel lies inside the picture.
    return _Integers(weights, np.rint(bias / step + shifts.sum(axis=(1, 2))), step, constant)


def _first_convolution(graph: Graph, layer: _Integers, byte_step: Numbers, constant: int) -> str:
    """Add the convolution that reads blocks of four pixels and writes, for each of the four, its own outputs."""
    weights, bias, scale = layer.weights, layer.bias, layer.step / byte_step
    if constant:  # one more output: no weights, and the constant for a bias
        weights = np.concatenate([weights, np.zeros((1, *weights.shape[1:]))])
        bias, scale = np.append(bias, constant), np.append(scale, 1)
    outputs = len(weights)
    blocks = np.zeros((BLOCK_PX * outputs, BLOCK_PX, 3, 3))
    for pixel in range(BLOCK_PX):
        for tap in range(3):
            block, place = divmod(pixel + tap - 1 + BLOCK_PX, BLOCK_PX)
            blocks[pixel * outputs : (pixel + 1) * outputs, place, :, block] = weights[:, 0, :, tap]
    in_blocks = graph.constant("blocks", np.array([0, 28, 28 // BLOCK_PX, BLOCK_PX], np.int64))
    in_pixels = graph.constant("pixels", np.array([0, 28, 28, outputs], np.int64))
    value = graph.node("Reshape", [INPUT_NAME, in_blocks])
    tiled = _Integers(blocks, np.tile(bias, BLOCK_PX), layer.step, 0)
    value = _convolution(graph, "conv1", value, tiled, np.tile(scale, BLOCK_PX), [1, 1, 1, 1])
    return graph.node("Reshape", [value, in_pixels])


def _convolution(graph: Graph, name: str, value: str, layer: _Integers, scale: Numbers, pads: list[int]) -> str:
    """Add a convolution with its ReLU: below 0 a byte cannot go. ``scale`` turns counts of steps into bytes."""
    kernel = graph.constant(f"{name}.kernel", layer.weights.astype(np.int8))
    scales = graph.constant(f"{name}.scale", scale.astype(np.float32))
    bias = graph.constant(f"{name}.bias", layer.bias.astype(np.int32))
    inputs = [value, "one", "zero", kernel, scales, "weight_zero", "one", "zero", bias]
    return graph.node("QLinearConv", inputs, **CHANNELS_LAST, channels_last=1, kernel_shape=[3, 3], pads=pads)


def _head(graph: Graph, value: str, dense: _Integers, head: Head) -> None:
    """Add the dense layers; the first reads bytes and writes floats."""
    kernel = dense.weights.transpose(2, 3, 1, 0).reshape(-1, len(dense.bias))
    names = [
        graph.constant("dense.kernel", kernel.astype(np.int8)),
        graph.constant("dense.scale", dense.step.astype(np.float32)),
        graph.constant("dense.zero", np.zeros(len(dense.bias), np.int8)),
        graph.constant("dense.bias", dense.bias.astype(np.int32)),
    ]
    flat = graph.node("Flatten", [value])
    value = graph.node("Relu", [graph.node("QGemm", [flat, "one", "zero", *names], **CHANNELS_LAST, transA=0)])
    for name, array in head.items():
        graph.constant(name, array)
    norm = [f"features.{part}" for part in ("gamma", "beta", "mean", "variance")]
    features = graph.node("BatchNormalization", [value, *norm], output=OUTPUT_NAMES[1], epsilon=BN_EPSILON)
    logits = graph.node("Gemm", [features, "probabilities.kernel", "probabilities.bias"])
    graph.node("Softmax", [logits], output=OUTPUT_NAMES[0], axis=-1)

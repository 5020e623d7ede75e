"""The network that spots digits: its layers, its loss, and the ONNX file that reading/spotting/spotter.py runs.

A detector without anchors, in one dimension (after Tian et al., "FCOS: Fully convolutional one-stage object detection",
ICCV 2019). Nothing here trains or knows data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from digits.reading.spotting.rectification import STRIP_PX
from digits.training.export.onnx_graph import Graph
from digits.training.network.folding import fold, layers_of

# Filters, and by how much the height and the width are halved after; then what is seen at once over the whole height.
BLOCKS = ((16, 2, 2), (32, 2, 1), (48, 2, 1), (64, 1, 1))
WIDE_FILTERS, WIDE_KERNEL = 128, 5
CLASSES = 11  # none, and ten digits


def build_spotter() -> Any:
    """Return the Keras network: (n, 40, width, 1) to (n, width / 2, 15), eleven logits and four edges."""
    from keras import Input, Model, layers

    value = inputs = Input((STRIP_PX, None, 1))
    for filters, down, across in BLOCKS:
        value = layers.Conv2D(filters, 3, padding="same", use_bias=False)(value)
        value = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(value))
        if down * across > 1:
            value = layers.MaxPooling2D((down, across))(value)
    value = layers.Conv2D(WIDE_FILTERS, (STRIP_PX // 8, 1), use_bias=False)(value)
    value = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(value))
    for _ in range(2):
        value = layers.Conv2D(WIDE_FILTERS, (1, WIDE_KERNEL), padding="same", use_bias=False)(value)
        value = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(value))
    value = layers.SpatialDropout2D(0.1)(value)
    value = layers.Conv2D(CLASSES + 4, 1, dtype="float32")(value)
    return Model(inputs, layers.Reshape((-1, CLASSES + 4), dtype="float32")(value))


def spotter_loss(answers: Any, outputs: Any) -> Any:
    """Cross-entropy of what stands at each step, and Huber's loss of a digit's edges."""
    from keras import ops

    what = ops.cast(answers[..., 0], "int32")
    entropy = ops.sparse_categorical_crossentropy(ops.maximum(what, 0), outputs[..., :CLASSES], from_logits=True)
    is_digit = ops.cast(what > 0, "float32")
    away = ops.abs(answers[..., 1:] - outputs[..., CLASSES:])
    edges = ops.mean(ops.where(away < 0.1, 5 * ops.square(away), away - 0.05), axis=-1)
    # Digits are a tenth of the steps and most of what is to be learned.
    weights = ops.cast(what >= 0, "float32") * (1 + is_digit)
    return ops.mean(weights * entropy + 2 * is_digit * edges)


def spotter_bytes(network: Any, metadata: Mapping[str, str]) -> bytes:
    """Return an ONNX file that holds ``metadata``: normalization folded into the convolutions, weights in float16."""
    from onnx import TensorProto, helper

    strips = helper.make_tensor_value_info("strips", TensorProto.UINT8, ["n", 1, STRIP_PX, "width"])
    answers = helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", "steps", CLASSES + 4])
    return _graph(network).write("spotter", [strips], [answers], metadata)


def _graph(network: Any) -> Graph:
    from onnx import TensorProto

    graph = Graph()
    value = graph.node("Cast", ["strips"], to=TensorProto.FLOAT)
    value = graph.node("Div", [value, graph.constant("white", np.float32(255))])
    convolutions, norms = layers_of(network)
    for k, layer in enumerate(convolutions):
        kernel, bias = fold(layer, norms[k] if k < len(norms) else None)
        names = [
            graph.node("Cast", [graph.constant(f"{name}{k}", array.astype(np.float16))], to=TensorProto.FLOAT)
            for name, array in (("kernel", kernel.transpose(3, 2, 0, 1)), ("bias", bias))
        ]
        height, width = kernel.shape[:2]
        up, side = (0 if k == len(BLOCKS) else height // 2), width // 2
        value = graph.node("Conv", [value, *names], kernel_shape=[height, width], pads=[up, side, up, side])
        if k < len(norms):
            value = graph.node("Relu", [value])
        if k < len(BLOCKS) and BLOCKS[k][1] > 1:
            halves = list(BLOCKS[k][1:])
            value = graph.node("MaxPool", [value], kernel_shape=halves, strides=halves)
    value = graph.node("Squeeze", [value, graph.constant("row", np.array([2], np.int64))])
    graph.node("Transpose", [value], output="answers", perm=[0, 2, 1])
    return graph

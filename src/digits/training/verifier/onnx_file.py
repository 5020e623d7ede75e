"""A trained verifier goes in, the bytes of its ONNX file come out: normalization folded in, weights in float16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from digits.reading.detection.verification import ANSWERS, REGION_HEIGHT, REGION_WIDTH
from digits.training.export.onnx_graph import Graph
from digits.training.network.folding import fold, layers_of


def verifier_bytes(network: Any, metadata: Mapping[str, str]) -> bytes:
    """Return an ONNX file from ``regions`` float32 (n, 1, 40, 80) to ``answers`` float32 (n, 18)."""
    from onnx import TensorProto, helper

    regions = helper.make_tensor_value_info("regions", TensorProto.FLOAT, ["n", 1, REGION_HEIGHT, REGION_WIDTH])
    answers = helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", ANSWERS])
    return _graph(network).write("verifier", [regions], [answers], metadata)


def _graph(network: Any) -> Graph:
    from onnx import TensorProto

    graph, value = Graph(), "regions"
    convolutions, norms = layers_of(network)
    for k, layer in enumerate(convolutions):
        is_last = k == len(norms)
        kernel, bias = fold(layer, None if is_last else norms[k])
        names = [
            graph.node("Cast", [graph.constant(f"{name}{k}", array.astype(np.float16))], to=TensorProto.FLOAT)
            for name, array in (("kernel", kernel.transpose(3, 2, 0, 1)), ("bias", bias))
        ]
        size, step = kernel.shape[:2], layer.strides[0]
        # Where the padding is odd, as with a step of 2, Keras pads behind by one more.
        padded = 0 if layer.padding == "valid" else size[0] - step
        pads = [padded // 2] * 2 + [padded - padded // 2] * 2
        value = graph.node("Conv", [value, *names], kernel_shape=list(size), strides=[step, step], pads=pads)
        value = graph.node("Flatten", [value], output="answers") if is_last else graph.node("Relu", [value])
    return graph

"""A trained detector goes in, the bytes of its ONNX file come out: normalization folded in, weights in float16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from digits.training.detector.network import DILATIONS, OUTPUTS, PLACES
from digits.training.export.onnx_graph import Graph
from digits.training.network.folding import fold, layers_of

STEM = 3  # convolutions before the residual ones


def detector_bytes(network: Any, metadata: Mapping[str, str]) -> bytes:
    """Return an ONNX file from ``grey`` uint8 (n, 1, height, width) to ``answers`` (n, 88, height / 4, width / 4).

    Height and width must be multiples of 4. The 88 answers of a cell are 22 for each of its four places.
    """
    from onnx import TensorProto, helper

    grey = helper.make_tensor_value_info("grey", TensorProto.UINT8, ["n", 1, "height", "width"])
    answers = helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", PLACES * OUTPUTS, "rows", "columns"])
    return _graph(network).write("detector", [grey], [answers], metadata)


def _graph(network: Any) -> Graph:
    from onnx import TensorProto

    graph = Graph()
    value = graph.node("Cast", ["grey"], to=TensorProto.FLOAT)
    value = graph.node("Div", [value, graph.constant("white", np.float32(255))])
    convolutions, norms = layers_of(network)
    for k, layer in enumerate(convolutions):
        kernel, bias = fold(layer, norms[k] if k < len(norms) else None)
        names = [
            graph.node("Cast", [graph.constant(f"{name}{k}", array.astype(np.float16))], to=TensorProto.FLOAT)
            for name, array in (("kernel", kernel.transpose(3, 2, 0, 1)), ("bias", bias))
        ]
        size, step, dilation = kernel.shape[0], layer.strides[0], layer.dilation_rate[0]
        # Keras pads a step of 2 behind alone.
        pads = [0, 0, 1, 1] if step == 2 else [dilation * (size // 2)] * 4
        is_last = k == len(norms)
        answer = graph.node(
            "Conv",
            [value, *names],
            output="answers" if is_last else None,
            kernel_shape=[size, size],
            strides=[step, step],
            dilations=[dilation, dilation],
            pads=pads,
        )
        if is_last:
            break
        answer = graph.node("Relu", [answer])
        is_residual = STEM <= k < STEM + len(DILATIONS)
        value = graph.node("Add", [value, answer]) if is_residual else answer
    return graph

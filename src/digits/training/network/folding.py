"""Normalization is folded into the convolution before it, in a network's file, and unfolded when a training goes on.

For networks of plain convolutions, each but the last followed by batch normalization.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from digits.reading.result import FloatArray


def layers_of(network: Any) -> tuple[list[Any], list[Any]]:
    """Return the convolutions and the normalizations of a Keras network, from first to last."""
    convolutions, norms = (
        [layer for layer in network.layers if layer.name.startswith(kind)] for kind in ("conv2d", "batch")
    )
    return convolutions, norms


def fold(convolution: Any, norm: Any) -> tuple[FloatArray, FloatArray]:
    """Return kernel, float32 (height, width, in, out), and bias of a convolution and the normalization after it."""
    weights = [np.asarray(values, np.float32) for values in convolution.get_weights()]
    if norm is None:
        return weights[0], weights[1]
    gamma, beta, mean, variance = (np.asarray(values, np.float32) for values in norm.get_weights())
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return weights[0] * scale, beta - mean * scale


def begin_with(network: Any, earlier: bytes, inputs: FloatArray) -> None:
    """Give ``network`` the weights in ``earlier``, an ONNX file whose constants are ``kernel0``, ``bias0``, and so on.

    Each normalization takes its statistics from the answers to ``inputs``, so that it changes none of them.
    """
    import onnx
    from keras import Model

    stored = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load_from_string(earlier).graph.initializer}
    convolutions, norms = layers_of(network)
    for k, layer in enumerate(convolutions):
        kernel, bias = (stored[f"{name}{k}"].astype(np.float32) for name in ("kernel", "bias"))
        kernel = kernel.transpose(2, 3, 1, 0)
        layer.set_weights([kernel, bias] if k == len(norms) else [kernel])
        if k < len(norms):
            values = np.asarray(Model(network.inputs, layer.output)([inputs], training=False), np.float32)
            mean, variance = values.mean(axis=(0, 1, 2), dtype=np.float64), values.var(axis=(0, 1, 2), dtype=np.float64)
            norms[k].set_weights([np.sqrt(variance + norms[k].epsilon), bias + mean, mean, variance])

"""In: a trained network and frames. Out: the output of every layer. Nothing here draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from digits.errors import DataError
from digits.reading.result import ByteArray, FloatArray
from digits.training.augmentation.augment import as_input


def layer_outputs(model: Any, frames: ByteArray) -> dict[str, FloatArray]:
    """Return the output of each layer under its name, in the network's order, the input first.

    Args:
        model: a ``keras.Model`` of ours, such as ``keras.models.load_model`` gives for ``CNN_mnist.keras``.
        frames: uint8 (n, 28, 28), light on black.

    Returns:
        float32 (n, height, width, channels) for layers with maps, (n, units) for layers with single numbers.

    Raises:
        DataError: frames of another shape or dtype.
    """
    if frames.ndim != 3 or frames.shape[1:] != (28, 28) or frames.dtype != np.uint8:
        raise DataError(
            f"expected frames uint8 (n, 28, 28); got {frames.dtype} {frames.shape}; give MNIST-style frames"
        )
    import keras

    probe = keras.Model(model.inputs[0], {layer.name: layer.output for layer in model.layers})
    outputs = probe(as_input(frames), training=False)
    return {layer.name: np.asarray(outputs[layer.name], np.float32) for layer in model.layers}

"""What the two Keras contestants share: a quick look at validation, and the arithmetic of a forward pass.

Import after digits.training.backend.prepare. Touches no optimizer, metric or random state of the model.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

BATCH_SIZE = 500


class Examiner:
    """Measures accuracy beside a running ``fit``, whose own metrics ``evaluate`` would reset."""

    def __init__(self, model: Any, inputs: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]) -> None:
        """``inputs`` float32 (n, 28, 28, 1) as the model takes them, ``labels`` int64 (n,)."""
        import tensorflow

        starts = range(0, len(labels), BATCH_SIZE)
        self._batches = [(inputs[i : i + BATCH_SIZE], labels[i : i + BATCH_SIZE]) for i in starts]
        self._count = len(labels)
        self._predict = tensorflow.function(lambda batch: model(batch, training=False), jit_compile=False)

    def accuracy(self) -> float:
        """Return the share of right answers in 0-1, by the weights of this moment."""
        right = sum(int((self._predict(inputs).numpy().argmax(1) == labels).sum()) for inputs, labels in self._batches)
        return right / self._count


def forward_flop(model: Any) -> int:
    """Return the floating-point operations of one image's forward pass, from the layers' own shapes.

    Convolutions and dense layers alone, a multiplication and an addition counted as two; what pooling, normalization
    and activations add is below 2 %.
    """
    flop = 0
    for layer in model.layers:
        if not hasattr(layer, "kernel"):
            continue
        _, *places, _ = layer.output.shape  # a convolution applies its kernel at every place, a dense layer once
        flop += 2 * math.prod(layer.kernel.shape) * math.prod(places)
    return flop

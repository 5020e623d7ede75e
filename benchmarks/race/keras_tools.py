"""What the two Keras contestants share: a quick look at validation, and the arithmetic of a forward pass.

Import after digits.training.backend.prepare. Leaves optimizer, metrics, random state and weights as they were.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
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
        self._model, self._count = model, len(labels)
        self._predict = tensorflow.function(lambda batch: model(batch, training=False), jit_compile=False)

    def accuracy(self) -> float:
        """Return the share of right answers in 0-1, of the network that would come out if training ended now."""
        with _final_weights(self._model):
            found = [self._predict(inputs).numpy().argmax(1) == labels for inputs, labels in self._batches]
        return sum(int(right.sum()) for right in found) / self._count


@contextmanager
def _final_weights(model: Any) -> Iterator[None]:
    """Give ``model`` for a while the weights that ``fit`` leaves behind: the optimizer's averages, if it keeps some."""
    variables = model.trainable_variables
    kept = [variable.numpy() for variable in variables] if model.optimizer.use_ema else []
    model.optimizer.finalize_variable_values(variables)
    try:
        yield
    finally:
        for variable, value in zip(variables, kept, strict=bool(kept)):
            variable.assign(value)


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

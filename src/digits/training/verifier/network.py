"""The verifier: its layers and its loss. Nothing here trains, or knows data."""

from __future__ import annotations

from typing import Any

import numpy as np

from digits.reading.detection.detections import KINDS
from digits.reading.detection.verification import ANSWERS, REGION_HEIGHT, REGION_WIDTH, look_again
from digits.reading.result import ByteArray, FloatArray

# Filters, sizes and strides of the convolutions; then the whole field becomes so many features.
CONVOLUTIONS = ((24, 5, 2), (32, 3, 2), (48, 3, 1), (64, 3, 2), (64, 3, 1))
NARROW, FEATURES = 24, 128
CLASSES = KINDS + 1
DROPOUT, MOMENTUM = 0.2, 0.97
PRINT_SHARE = 0.2


def build_verifier() -> Any:
    """Return the Keras network: regions float32 (n, 40, 80, 1) to logits float32 (n, 1, 1, 18)."""
    from keras import Input, Model, layers

    def convolve(value: Any, filters: int, size: Any = 3, strides: int = 1, padding: str = "same") -> Any:
        convolution = layers.Conv2D(filters, size, strides=strides, padding=padding, use_bias=False)
        return layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(convolution(value)))

    inputs = Input((REGION_HEIGHT, REGION_WIDTH, 1))
    value = inputs
    for filters, size, strides in CONVOLUTIONS:
        value = convolve(value, filters, size, strides)
    value = convolve(value, NARROW, 1)
    value = convolve(value, FEATURES, (REGION_HEIGHT // 8, REGION_WIDTH // 8), padding="valid")
    value = layers.Dropout(DROPOUT)(value)
    return Model(inputs, layers.Conv2D(ANSWERS, 1, dtype="float32")(value))


def ask_keras(network: Any, regions: ByteArray) -> FloatArray:
    """Return the logits of the Keras network, float32 (n, 18), of regions uint8 (n, 40, 80)."""

    def ask(shown: FloatArray) -> FloatArray:
        answers = np.asarray(network(shown[:, 0, ..., np.newaxis], training=False), np.float32)
        return answers.reshape(-1, ANSWERS)

    return look_again(regions, ask)


def verifier_loss(outputs: Any, kinds: Any, is_printed: Any) -> tuple[Any, Any]:
    """Return the losses of classes and of print, means over regions.

    Args:
        outputs: float32 (n, 1, 1, 18).
        kinds: int32 (n,): 0 nothing, 1 + the kind.
        is_printed: float32 (n,); below 0 counts nowhere.
    """
    from keras import ops

    logits = ops.reshape(outputs, (-1, ANSWERS))
    classes = ops.mean(ops.sparse_categorical_crossentropy(kinds, logits[:, :CLASSES], from_logits=True))
    known = ops.cast(is_printed >= 0, "float32")
    doubt = ops.binary_crossentropy(ops.maximum(is_printed, 0.0), ops.sigmoid(logits[:, CLASSES]))
    return classes, ops.sum(known * doubt) / ops.maximum(ops.sum(known), 1.0)

"""The detector: its layers and its loss. Nothing here trains, or knows data.

Fully convolutional, without anchors: every place says what has its middle there and how far it reaches, after Zhou et
al., "Objects as points" (2019), and Tian et al., "FCOS" (ICCV 2019); what is easy counts little, after Lin et al.,
"Focal loss for dense object detection" (ICCV 2017).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from digits.training.detector.composing.sheet import KINDS

FILTERS = (16, 32, 56)
DILATIONS = (1, 2, 4, 2, 1)
WIDE = 96
CLASSES = KINDS + 1  # nothing, and each kind
EDGES = 4
# For each of the four places of a cell: the classes' logits, four edges, and the logit of being printed.
OUTPUTS = CLASSES + EDGES + 1
PLACES = 4
MOMENTUM = 0.97
PRIOR = 7.0  # the logit of "nothing" before the first update
# Positive places count so much, edges and print beside the classes so much; the focal loss's exponent.
POSITIVE, EDGE_SHARE, PRINT_SHARE, FOCUS = 2.0, 0.3, 0.2, 2.0


def build_detector() -> Any:
    """Return the Keras network: grey (n, height, width, 1) in [0, 1] to (n, height / 4, width / 4, 4, 22)."""
    from keras import Input, Model, layers

    def convolve(value: Any, filters: int, size: int = 3, *, strides: int = 1, dilation: int = 1) -> Any:
        convolution = layers.Conv2D(
            filters, size, strides=strides, dilation_rate=dilation, padding="same", use_bias=False
        )
        return layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(convolution(value)))

    inputs = Input((None, None, 1))
    value = convolve(inputs, FILTERS[0], strides=2)
    value = convolve(value, FILTERS[1], strides=2)
    value = convolve(value, FILTERS[2])
    for dilation in DILATIONS:
        value = layers.Add()([value, convolve(value, FILTERS[2], dilation=dilation)])
    value = convolve(value, WIDE, 1)
    answer = layers.Conv2D(PLACES * OUTPUTS, 1, bias_initializer=_mostly_nothing, dtype="float32")
    return Model(inputs, answer(value))


def _mostly_nothing(shape: tuple[int, ...], dtype: Any = None) -> Any:
    """Return biases that begin with "nothing" nearly everywhere, as the focal loss's authors advise (section 4.1)."""
    from keras import ops

    biases = np.zeros((PLACES, OUTPUTS), np.float32)
    biases[:, 0] = PRIOR
    return ops.convert_to_tensor(biases.reshape(shape), dtype)


def detector_loss(outputs: Any, kinds: Any, edges: Any, is_printed: Any) -> tuple[Any, Any, Any]:
    """Return the losses of classes, edges and print, each over the number of places that have something.

    Args:
        outputs: float32 (n, height, width, 88).
        kinds: int32 (n, height, width, 4); -1 counts nowhere.
        edges: float32 (n, height, width, 4, 4).
        is_printed: float32 (n, height, width, 4); below 0 counts nowhere.
    """
    from keras import ops

    shape = ops.shape(outputs)
    outputs = ops.reshape(outputs, (*shape[:3], PLACES, OUTPUTS))
    logits, sides, printed = outputs[..., :CLASSES], outputs[..., CLASSES:-1], outputs[..., -1]
    is_something = ops.cast(kinds > 0, "float32")
    count = ops.maximum(ops.sum(is_something), 1.0)
    entropy = ops.sparse_categorical_crossentropy(ops.maximum(kinds, 0), logits, from_logits=True)
    weights = ops.cast(kinds >= 0, "float32") * (1 + (POSITIVE - 1) * is_something)
    classes = ops.sum(weights * entropy * (1 - ops.exp(-entropy)) ** FOCUS) / count
    reach = ops.sum(is_something * ops.sum(ops.abs(sides - edges), axis=-1)) / count
    known = ops.cast(is_printed >= 0, "float32")
    doubt = ops.binary_crossentropy(ops.maximum(is_printed, 0.0), ops.sigmoid(printed))
    return classes, reach, ops.sum(known * doubt) / count

"""Ink of a supposed digit and the ink around it go in; how likely it is one whole digit comes out.

Neither half of one, nor two: the digit network cannot say that, for it was taught that every frame is a digit. A
network of 28 thousand weights was taught the difference on cuts through lines of MNIST training digits
(training/wholeness.py). It sees what lies around too: the ring of a 9 is a fine 0 but for the stem that goes on. It
names no digit, and is small enough for numpy.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import Box, ByteArray, FloatArray

WEIGHTS = Path(__file__).with_name("wholeness.npz")
BATCH_SIZE = 64
# A view is a square of this many times the digit's longer side.
VIEW_SIZE_PX, VIEW_SHARE = 28, 1.5


def make_view(page: FloatArray, ink: FloatArray, box: Box) -> ByteArray:
    """Return what wholeness is judged by, uint8 (28, 28, 2): the supposed digit, and all other ink near it.

    Args:
        page: float32 (height, width) in [0, 1], the ink of the page.
        ink: float32 (box.height, box.width) in [0, 1], the ink of the supposed digit.
        box: where it lies on the page.
    """
    side = max(8, round(VIEW_SHARE * max(box.width, box.height)))
    left, top = box.x + (box.width - side) // 2, box.y + (box.height - side) // 2
    around = np.zeros((side, side), np.float32)
    x, y = max(left, 0), max(top, 0)
    near = page[y : max(top + side, 0), x : max(left + side, 0)]
    around[y - top : y - top + near.shape[0], x - left : x - left + near.shape[1]] = near
    own = np.zeros_like(around)
    own[box.y - top : box.y - top + box.height, box.x - left : box.x - left + box.width] = ink
    both = np.dstack([own, np.maximum(around - own, 0)])
    small = cv2.resize(both, (VIEW_SIZE_PX, VIEW_SIZE_PX), interpolation=cv2.INTER_AREA)
    # A thin pen turns grey when shrunk.
    bright = small * (255 / max(float(small[..., 0].max()), 0.1))
    return np.asarray(np.minimum(bright, 255), np.uint8)


def find_wholeness(views: ByteArray) -> FloatArray:
    """Return float32 (n,) in [0, 1] for views uint8 (n, 28, 28, 2) from ``make_view``."""
    weights = _weights()
    batches = [_run(views[start : start + BATCH_SIZE], weights) for start in range(0, len(views), BATCH_SIZE)]
    return np.concatenate(batches) if batches else np.zeros(0, np.float32)


@cache
def _weights() -> tuple[FloatArray, ...]:
    with np.load(WEIGHTS, allow_pickle=False) as file:
        return tuple(np.asarray(file[f"w{i}"], np.float32) for i in range(len(file.files)))


def _run(views: ByteArray, weights: tuple[FloatArray, ...]) -> FloatArray:
    values = np.asarray(views, np.float32) / np.float32(255)
    for i in (0, 2, 4):
        values = _pool(_convolve(values, weights[i], weights[i + 1]))
    values = np.maximum(values.reshape(len(values), -1) @ weights[6] + weights[7], 0)
    logits = (values @ weights[8] + weights[9])[:, 0]
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def _convolve(values: FloatArray, kernel: FloatArray, bias: FloatArray) -> FloatArray:
    """3×3, same padding, ReLU: (n, h, w, c) to (n, h, w, k)."""
    padded = np.pad(values, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows: npt.NDArray[np.float32] = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    columns = windows.transpose(0, 1, 2, 4, 5, 3).reshape(*values.shape[:3], -1)
    return np.asarray(np.maximum(columns @ kernel.reshape(-1, kernel.shape[-1]) + bias, 0), np.float32)


def _pool(values: FloatArray) -> FloatArray:
    """2×2 maximum; an odd last row or column is left out, as Keras does."""
    count, height, width, channels = values.shape
    even = values[:, : height // 2 * 2, : width // 2 * 2]
    return np.asarray(even.reshape(count, height // 2, 2, width // 2, 2, channels).max(axis=(2, 4)))

"""Frames go in; how likely each shows one whole digit, neither half of one nor two, comes out.

The digit network cannot say that: it was taught that every frame is a digit. A network of 28 thousand weights was
taught the difference on cuts through lines of MNIST training digits (training/wholeness.py). It names no digit, and is
small enough for numpy.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from digits.reading.result import ByteArray, FloatArray

WEIGHTS = Path(__file__).with_name("wholeness.npz")
BATCH_SIZE = 64


def find_wholeness(frames: ByteArray) -> FloatArray:
    """Return float32 (n,) in [0, 1] for frames uint8 (n, 28, 28)."""
    weights = _weights()
    batches = [_run(frames[start : start + BATCH_SIZE], weights) for start in range(0, len(frames), BATCH_SIZE)]
    return np.concatenate(batches) if batches else np.zeros(0, np.float32)


@cache
def _weights() -> tuple[FloatArray, ...]:
    with np.load(WEIGHTS, allow_pickle=False) as file:
        return tuple(np.asarray(file[f"w{i}"], np.float32) for i in range(len(file.files)))


def _run(frames: ByteArray, weights: tuple[FloatArray, ...]) -> FloatArray:
    values = np.asarray(frames[..., np.newaxis], np.float32) / np.float32(255)
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

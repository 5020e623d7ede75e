"""Converts images and labels from the forms in which people save them, where their meaning is clear.

In: an array of any shape and type. Out: the array as this package keeps it, or the input unchanged where it is
ambiguous; the caller then says what is wrong. Nothing here guesses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

SIZE_PX = 28
CLASSES = 10
MAX_PIXEL = 255
_FLAT = SIZE_PX * SIZE_PX


def as_images(images: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return uint8 (n, 28, 28) in 0-255.

    Args:
        images: (n, 28, 28), also with more axes of length 1, or rows (n, 784); booleans, whole numbers in 0-255 of any
            type, or floats in [0, 1], where 1 is ink.
    """
    shape = tuple(length for length in images.shape[1:] if length != 1)
    if images.ndim > 1 and shape in {(SIZE_PX, SIZE_PX), (_FLAT,)}:
        images = images.reshape(len(images), SIZE_PX, SIZE_PX)
    if images.dtype == np.uint8 or images.dtype.kind not in "biuf" or not images.size:
        return images
    if images.dtype.kind == "b":
        return np.where(images, np.uint8(MAX_PIXEL), np.uint8(0))
    if not (images.min() >= 0 and images.max() <= MAX_PIXEL):  # false for NaN too
        return images
    if images.dtype.kind == "f" and images.max() <= 1:
        scaled: npt.NDArray[np.uint8] = np.rint(images * MAX_PIXEL).astype(np.uint8)
        return scaled
    pixels = images.astype(np.uint8)
    return pixels if np.array_equal(pixels, images) else images


def as_labels(labels: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """Return whole numbers (count,).

    Args:
        labels: whole numbers, also as floats or as text; in a row, in a column, or one-hot (count, 10).
        count: how many images they belong to.
    """
    if labels.dtype.kind in "biuf" and _is_one_hot(labels, count):
        labels = labels.argmax(axis=1)
    if labels.ndim == 2 and labels.size == count and 1 in labels.shape:
        labels = labels.reshape(count)
    if labels.dtype.kind in "US":
        try:
            labels = labels.astype(np.float64)
        except ValueError:
            return labels
    if labels.dtype.kind == "f" and (np.abs(labels) < 2**31).all() and (labels == np.rint(labels)).all():
        return labels.astype(np.int64)
    return labels


def _is_one_hot(labels: npt.NDArray[Any], count: int) -> bool:
    if labels.shape != (count, CLASSES):
        return False
    return bool(((labels == 0) | (labels == 1)).all() and (np.count_nonzero(labels, axis=1) == 1).all())

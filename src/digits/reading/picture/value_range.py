"""An array of numbers in any range goes in; float32 in [0, 1] comes out, or advice on how to bring it there."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from digits.errors import ImageError
from digits.reading.picture.arrays import scaling_advice
from digits.reading.picture.formats import check_size

EXPECTED = "an array (height, width) or (height, width, 1 | 3 | 4)"


def to_unit_range(array: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Return numbers as float32 in [0, 1], of the same shape: (height, width) or (height, width, 1 | 3 | 4).

    Whole numbers span 0-255, or 0-65535 when one is above 255; floats are in [0, 1] already.

    Raises:
        ImageError: another shape, dtype or range, or more pixels than any page has.
    """
    if array.dtype.kind not in "biuf":
        remedy = (
            "give one picture at a time"
            if array.dtype.kind in "US"
            else "give array.astype(np.float32), if it has numbers"
        )
        raise ImageError(f"expected an array of numbers, got dtype {array.dtype}; {remedy}")
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise ImageError(f"expected {EXPECTED}, got {array.shape}; {_shape_advice(array.shape)}")
    check_size((array.shape[1], array.shape[0]), "the given array")
    if array.dtype.kind in "ui":
        return _whole_numbers_in_unit_range(array)
    if array.dtype.kind == "f" and not (array.min() >= 0 and array.max() <= 1):  # false for NaN too
        raise ImageError(
            f"expected float values in [0, 1], got {array.min():g} to {array.max():g}; {scaling_advice(array)}"
        )
    return array.astype(np.float32)


def stretch_deep(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Bring what Pillow opens as 16-bit, 32-bit or float into a range whose end is known.

    Cameras put 12 bits into 16, and programs 8 bits into anything. Floats outside [0, 1], and integers beyond 16 bits,
    are stretched over their own range.
    """
    values = array.astype(np.float64)
    if not np.isfinite(values).all():
        raise ValueError("not a number, or infinite")
    lowest, highest = float(values.min()), float(values.max())
    if array.dtype.kind == "f" and lowest >= 0 and highest <= 1:
        return values
    if array.dtype.kind == "f" or lowest < 0 or highest > 65535:
        return (values - lowest) / max(highest - lowest, 1e-9)
    return values / (255 if highest <= 255 else 4095 if 2047 < highest <= 4095 else 65535)


def _shape_advice(shape: tuple[int, ...]) -> str:
    if len(shape) == 3 and shape[0] in (1, 3, 4):  # as PyTorch has them
        return "channels come last here: np.moveaxis(np.asarray(array), 0, -1)"
    if len(shape) == 3 and shape[2] == 2:
        return "leave out the transparency: array[..., 0]"
    if len(shape) in (3, 4):
        return "give one picture at a time, or many of one digit each: classify(list(array))"
    return "reshape it"


def _whole_numbers_in_unit_range(array: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Eight bits, whatever the dtype holds them: lists and arithmetic give int64. Beyond 255, sixteen."""
    lowest, highest = int(array.min()), int(array.max())
    if lowest < 0 or highest > 65535:
        raise ImageError(
            f"expected whole numbers in 0-255 or 0-65535, got {lowest} to {highest}; {scaling_advice(array)}"
        )
    return np.asarray(array, np.float32) / np.float32(255 if highest <= 255 else 65535)

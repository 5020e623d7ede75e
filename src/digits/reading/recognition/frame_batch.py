"""Frames as people hold them go in; checked ones, uint8 or float in [0, 1], of shape (n, 28, 28), come out.

Nothing here looks at what the frames show.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from digits.errors import ImageError
from digits.reading.picture.arrays import SupportsDLPack, as_array, scaling_advice
from digits.reading.recognition.frame import FRAME_SIZE_PX

FrameSource: TypeAlias = npt.ArrayLike | SupportsDLPack

FRAME_SHAPE = (FRAME_SIZE_PX, FRAME_SIZE_PX)
EXPECTED = f"frames (n, {FRAME_SIZE_PX}, {FRAME_SIZE_PX}), uint8 or float in [0, 1]"
# One step of 255, with room for rounding in half precision.
ONE_STEP = 1.001 / 255
# A network that was trained on ink fainter than this is to be measured on it: at 3 % of its contrast one step is left.
FULL_INK = 128


def as_frames(frames: FrameSource) -> npt.NDArray[Any]:
    """Return ``frames`` as uint8 in 0-255 or float in [0, 1], of shape (n, 28, 28).

    Args:
        frames: an array of any library, or nested lists. Whole numbers in 0-255 mean the same in every dtype; True is
            ink.

    Raises:
        ImageError: another shape, dtype or range.
        TypeError: no array.
    """
    array = as_array(frames, EXPECTED)
    if array.shape == (0,):  # an empty list
        return np.zeros((0, *FRAME_SHAPE), np.uint8)
    if array.shape[1:] != FRAME_SHAPE:
        raise ImageError(f"expected {EXPECTED}; got {array.shape}; {_shape_advice(array.shape)}")
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype.kind not in "iuf":
        raise ImageError(
            f"expected {EXPECTED}; got dtype {array.dtype}; give array.astype(np.float32), if it has numbers"
        )
    is_whole = array.dtype.kind != "f"
    right = ((array >= 0) & (array <= (255 if is_whole else 1))).all(axis=(1, 2))  # false for NaN too
    if not right.all():
        where = f" in frames[{right.argmin()}]" if right.any() else ""
        raise ImageError(f"expected {EXPECTED}; got {_range(array[~right])}{where}; {scaling_advice(array)}")
    return array.astype(np.uint8) if is_whole else array


def refuse_faint(frames: npt.NDArray[np.generic]) -> None:
    """Raise ImageError where all ``frames``, from ``as_frames``, together hold no more than one grey level.

    They are 0/1 masks in uint8, or floats divided by 255 twice: the network takes them for nearly black and still
    answers. No frame that was recorded in eight bits is as faint, at any contrast that leaves a second grey level. The
    brightest pixel of all frames counts: a frame with a speck of noise may stand among others, and blank ones anywhere.
    """
    highest = float(frames.max(initial=0))
    is_float = frames.dtype.kind == "f"
    if not 0 < highest <= (ONE_STEP if is_float else 1):
        return
    got = f"floats up to {highest:.4f}, as if divided by 255 twice" if is_float else "0 and 1 alone"
    raise ImageError(f"expected frames that span 0 to {1 if is_float else 255}; got {got}; multiply by 255")


def _range(array: npt.NDArray[np.generic]) -> str:
    finite = np.isfinite(array).all()
    return f"values {array.min():g} to {array.max():g}" if finite else "NaN or infinity"


def _shape_advice(shape: tuple[int, ...]) -> str:
    """(784,), (n, 784), (28, 28), (n, 28, 28, 1) and (n, 1, 28, 28) are frames in another shape."""
    pixels = FRAME_SIZE_PX * FRAME_SIZE_PX
    sides = tuple(side for side in shape if side != 1)
    is_framed = sides[-1:] == (pixels,) or sides[-2:] == FRAME_SHAPE
    if is_framed and math.prod(shape) in (pixels, shape[0] * pixels):
        return f"give np.reshape(array, (-1, {FRAME_SIZE_PX}, {FRAME_SIZE_PX}))"
    return "give MNIST-style frames, light on black, or use Reader.classify for other pictures"

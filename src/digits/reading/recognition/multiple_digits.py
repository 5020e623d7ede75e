"""The ink of a picture that is said to show one digit goes in; whether it may show more comes out.

This is a quick look that lets nearly all single digits pass; what it stops is then read as a page. Nothing here reads.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.ink.despeckling import FIRM_INK
from digits.reading.result import FloatArray

# Beside the largest stroke, another may be a digit of its own if it is this high and has this much ink: the bar of a 5
# is lower.
LEAST_HEIGHT, LEAST_INK = 0.5, 0.15
# Digits side by side, or one above the other, share at most this part of the narrower one's extent.
MOST_SHARED = 0.1
# One digit in fifty is this wide for its height; most touching pairs are.
WIDE = 1.3


def may_be_several(ink: FloatArray) -> bool:
    """Tell whether the ink is wider than most digits, or lies in strokes apart that could each be a digit.

    Args:
        ink: float32 (height, width) in [0, 1], paper 0, ink 1, without specks (despeckling.py).
    """
    _, _, width, height = cv2.boundingRect((ink >= FIRM_INK).view(np.uint8))
    if width >= WIDE * max(height, 1):
        return True
    boxes = _large_strokes(ink)
    return any(_stand_apart(boxes, axis) for axis in (0, 1))


def may_be_stacked(ink: FloatArray) -> bool:
    """Tell whether strokes that could each be a digit lie one above the other.

    Args:
        ink: as ``may_be_several`` takes it.
    """
    return _stand_apart(_large_strokes(ink), 1)


def _large_strokes(ink: FloatArray) -> npt.NDArray[np.int32]:
    """Return the boxes of strokes that could each be a digit, int32 (n, 4): x, y, width, height; none of one stroke."""
    firm = (ink >= FIRM_INK).view(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(firm, connectivity=8)
    boxes = stats[1:, :4]
    if count <= 2:  # the paper and one stroke
        return np.asarray(boxes[:0], np.int32)
    amounts = np.bincount(labels.ravel(), weights=ink.ravel(), minlength=count)[1:]
    return np.asarray(boxes[(boxes[:, 3] >= LEAST_HEIGHT * boxes[:, 3].max()) & (amounts >= LEAST_INK * amounts.max())])


def _stand_apart(boxes: npt.NDArray[np.int32], axis: int) -> bool:
    """Tell whether two neighbours along an axis hardly share any of it; boxes are x, y, width, height."""
    spans = sorted((int(box[axis]), int(box[axis] + box[axis + 2])) for box in boxes)
    return any(
        first_end - start <= MOST_SHARED * min(first_end - first_start, end - start)
        for (first_start, first_end), (start, end) in pairwise(spans)
    )

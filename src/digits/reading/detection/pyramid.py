"""A grey picture of any size goes in; its digits come out.

The picture is looked at at a few sizes, each half the one before, so that digits of any height are once as high as the
detector knows them.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.detection.detections import Detections
from digits.reading.detection.detector import Detect, detect
from digits.reading.result import ByteArray, FloatArray

# The longest side that is looked at, and how much small pictures are enlarged at most: their digits fill them.
LONGEST_PX, MOST_ENLARGED = 1600, 2.0
# No look at less than this: it would hold one digit.
SHORTEST_PX = 20
# A digit counts by how much surer than this the detector is of it.
DOUBTFUL = 0.5


def as_grey_bytes(grey: FloatArray) -> ByteArray:
    """Return uint8 (height, width) from float32 in [0, 1]."""
    return np.asarray(cv2.convertScaleAbs(grey, alpha=255), np.uint8)


def sizes_of(grey: ByteArray) -> list[float]:
    """Return the scales at which a picture is looked at, the largest first."""
    height, width = grey.shape
    scales = [min(MOST_ENLARGED, LONGEST_PX / max(height, width))]
    while scales[-1] / 2 * min(height, width) >= SHORTEST_PX:
        scales.append(scales[-1] / 2)
    return scales


def find_digits(grey: ByteArray, ask: Detect) -> Detections:
    """Return what is seen in a picture that stands upright."""
    return detect(grey, sizes_of(grey), ask)


def evidence(seen: Detections) -> float:
    """Return how many digits are seen, each counted by how sure it is."""
    sure = seen.presence * seen.kinds[:, :10].max(axis=1, initial=0)
    return float(np.maximum(sure - DOUBTFUL, 0).sum())

"""Detections of one picture at several sizes go in; those that stand for themselves come out, the surest first.

Greedy non-maximum suppression: a detection goes where a better one covers much of the smaller of the two, as a part of
a large 8 does that a look at full size takes for a 0.
"""

from __future__ import annotations

import numpy as np

from digits.reading.detection.detections import Detections

# Of the smaller box, so much may be covered; digits that touch share a little, signs may stand inside a digit's box.
MOST_COVERED = 0.45


def suppress(seen: Detections) -> Detections:
    """Return the detections that no surer one covers, the surest first."""
    order = np.argsort(-seen.presence, kind="stable")
    boxes = seen.boxes[order]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    is_kept = np.ones(len(order), bool)
    for i in range(len(order)):
        if not is_kept[i]:
            continue
        width = np.minimum(boxes[i, 2], boxes[i + 1 :, 2]) - np.maximum(boxes[i, 0], boxes[i + 1 :, 0])
        height = np.minimum(boxes[i, 3], boxes[i + 1 :, 3]) - np.maximum(boxes[i, 1], boxes[i + 1 :, 1])
        common = np.maximum(width, 0) * np.maximum(height, 0)
        is_kept[i + 1 :] &= common <= MOST_COVERED * np.minimum(areas[i], areas[i + 1 :])
    return seen.pick(order[is_kept])

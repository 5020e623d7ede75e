"""Where digits are on a greyscale page goes in; whether they are lighter than their paper comes out.

Around a digit is paper, of whichever shade. Nothing here finds digits.
"""

from __future__ import annotations

import numpy as np

from digits.reading.quantiles import median, quantiles
from digits.reading.result import FloatArray

# Paper is what lies within so much of a digit's height around its box.
AROUND = 0.25
# Differences smaller than this share of full grey are noise.
LEAST_RANGE = 0.02


def is_ink_light(grey: FloatArray, boxes: FloatArray, presence: FloatArray) -> bool | None:
    """Tell whether the ink of digits is lighter than their paper; None where there are none.

    Args:
        grey: float32 (height, width) in [0, 1].
        boxes: float32 (n, 4), left, top, right and bottom of each digit.
        presence: float32 (n,), how sure it is that a digit is there; each has so much of a say.
    """
    votes = 0.0
    for (left, top, right, bottom), sure in zip(boxes.tolist(), presence.tolist(), strict=True):
        reach = AROUND * (bottom - top) + 1
        y, x = max(0, int(top - reach)), max(0, int(left - reach))
        place = grey[y : int(bottom + reach) + 1, x : int(right + reach) + 1]
        if place.size:
            dark, light = quantiles(place, (0.02, 0.98))
            border = np.concatenate([place[0], place[-1], place[:, 0], place[:, -1]])
            votes += sure * ((dark + light) / 2 - median(border)) / max(light - dark, LEAST_RANGE)
    return votes > 0 if len(boxes) else None

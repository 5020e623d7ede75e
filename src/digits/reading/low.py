"""The digits of one row go in; those too low beside the others to be digits come out: commas, dots, flourishes.

The spotter is shown rows of even height and names what it sees there, a comma's tail a 1 or a 5. Only zeros are written
much smaller than their neighbours. The bounds were chosen on amounts (docs/log.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digits.reading.quantiles import median
from digits.reading.result import Digit
from digits.reading.spotter import Sighting

# A row has so many digits, or nothing tells what is low; below this share of their median height is no digit, but for
# a zero that is surely one, and for what the spotter is so sure to be a digit.
LEAST_DIGITS, LOW, SURE_ZERO, SURE = 3, 0.5, 0.97, 0.97


def find_low(digits: Sequence[Digit], sightings: Sequence[Sighting], is_cut: Sequence[bool]) -> list[int]:
    """Return the places of those that are too low, out of a row's digits.

    Args:
        digits: of the row, all with boxes.
        sightings: of the same digits.
        is_cut: whether a digit's ink was cut off another's; it may have got too little then.
    """
    if len(digits) < LEAST_DIGITS:
        return []
    heights = np.array([digit.box.height for digit in digits if digit.box])
    is_zero = np.array([digit.probabilities[0] >= SURE_ZERO for digit in digits])
    is_sure = np.array([one.presence >= SURE for one in sightings])
    return np.flatnonzero((heights < LOW * median(heights)) & ~(is_zero | is_sure | np.array(is_cut))).tolist()

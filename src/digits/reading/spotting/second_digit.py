"""The ink of a picture that may show several digits goes in; whether it is clearly one digit comes out.

A page's reading would tell as well, but takes ten times as long. Nothing here says how many digits there are, or which.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.ink.despeckling import FIRM_INK
from digits.reading.recognition.multiple_digits import may_be_stacked
from digits.reading.result import Box, FloatArray
from digits.reading.spotting.rectification import cut_strip
from digits.reading.spotting.spotter import Spot, find_sightings

# A second digit is seen with at least this probability. Of 200 pairs of training digits that touch, and that a page's
# reading takes for two or more, the least was 0.83; of 194 single digits as wide as these, eight in ten stay below 0.1.
LEAST_SECOND = 0.2


def is_one_digit(ink: FloatArray, spot: Spot) -> bool:
    """Tell whether no ink lies above other ink, and no second digit is seen along it, either way up.

    Args:
        ink: float32 (height, width) in [0, 1], paper 0, ink 1, without specks; not blank.
        spot: the network of spotter.py.
    """
    if may_be_stacked(ink):
        return False
    x, y, width, height = cv2.boundingRect((ink >= FIRM_INK).view(np.uint8))
    tight, whole = ink[y : y + height, x : x + width], Box(0, 0, width, height)
    strips = [cut_strip(each, (0.0, float(width)), [whole], height) for each in (tight, tight[::-1, ::-1])]
    return all(len(find_sightings(strip, spot, least=LEAST_SECOND)) < 2 for strip in strips)

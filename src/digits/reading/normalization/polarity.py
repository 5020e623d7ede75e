"""A greyscale page goes in; whether its ink is lighter than its paper comes out.

Where strokes and borders tell it, they decide (border_removal.py). A small piece of patterned paper has light strokes
as well as dark ones, and would be taken for dark on light whichever way round it is: there, what makes more sense to
the spotter decides.
"""

from __future__ import annotations

from digits.reading.ink.binarization import find_ink
from digits.reading.ink.border_removal import LEAST_SIDE_PX, is_light_on_dark_page
from digits.reading.ink.line_removal import find_unruled
from digits.reading.normalization.legibility import find_doubt
from digits.reading.picture.downsampling import Views, look_at
from digits.reading.result import FloatArray
from digits.reading.spotting.spotter import Spot

# Light ink has to make sense by so many nats a digit more.
LEAST_GAIN = 0.5


def is_ink_light(page: Views, spot: Spot) -> bool:
    """Tell whether the ink of a page is lighter than its paper.

    Args:
        page: cleared of its surroundings.
        spot: the spotter, asked where the negative of a small page would get the same answer.
    """
    answer = is_light_on_dark_page(page)
    if min(page.grey.shape) >= LEAST_SIDE_PX or is_light_on_dark_page(look_at(1 - page.grey)) != answer:
        return answer
    dark, light = (_doubt(page.grey, spot, light_on_dark=is_light) for is_light in (False, True))
    return light + LEAST_GAIN < dark


def _doubt(grey: FloatArray, spot: Spot, *, light_on_dark: bool) -> float:
    unruled = find_unruled(find_ink(grey, light_on_dark=light_on_dark))
    return find_doubt(unruled.row_ink, unruled.parts, spot)

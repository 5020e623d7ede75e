"""A greyscale image of a page goes in; its reading comes out, with every stage on the way.

The story: look for digits at a few sizes, as the page lies; turn it upright, and level, as they stand; look at each
again, larger and with what is around it. Where printed lines make cells, what stands in these and beside them is read
(ruled_page.py); else, what is written in rows (plain_page.py).
Nothing here knows files or models.
"""

from __future__ import annotations

from dataclasses import replace

from digits.reading.detection.detections import joined
from digits.reading.detection.pyramid import as_grey_bytes
from digits.reading.layout.grid import find_grid
from digits.reading.layout.page_prior import weigh_heights
from digits.reading.layout.ruling.ruling_check import may_have_cells
from digits.reading.networks import Networks
from digits.reading.normalization.upright_page import UprightPage, set_upright
from digits.reading.picture.downsampling import coarsen, limit_factor, look_at
from digits.reading.plain_page import read_plain
from digits.reading.result import FloatArray
from digits.reading.ruled_page import read_ruled
from digits.reading.steps import MakeDigit, Steps


def read_page(grey: FloatArray, networks: Networks, make_digit: MakeDigit) -> Steps:
    """Read a page.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        networks: what is asked.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
    """
    photo = look_at(coarsen(grey, limit_factor(grey)))
    square = find_grid(photo)
    if square is not None:
        page = look_for_digits(square, networks, is_level=True)
        steps = read_ruled(page, networks, make_digit, is_square=True)
        if steps and steps.reading.grid:
            return steps
    page = look_for_digits(grey, networks)
    if may_have_cells(photo.overview) and (steps := read_ruled(page, networks, make_digit)):
        return steps
    return read_plain(page, networks, make_digit)


def look_for_digits(
    grey: FloatArray, networks: Networks, *, is_level: bool = False, is_upright: bool = False
) -> UprightPage:
    """Return the page upright, and what both stages of the detector see on it.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        networks: what is asked.
        is_level: whether its rows are known to be level.
        is_upright: whether its digits are known to stand upright, but for how their rows lie.
    """
    page = set_upright(grey, networks.detect, networks.recheck, is_level=is_level, is_upright=is_upright)
    may_be = page.seen.may_be_digit
    again = networks.recheck(as_grey_bytes(page.grey), page.seen.pick(may_be))
    return replace(page, seen=weigh_heights(joined([again, page.seen.pick(~may_be)])))

"""A large picture goes in; how much coarser its digits may become comes out, and its reading goes back.

A phone shows a digit 200 pixels high where 48 say as much: the rest costs time and memory. Nothing here reads.
"""

from __future__ import annotations

from dataclasses import replace

from digits.reading.geometry import enlarge_box
from digits.reading.ink.binarization import find_ink
from digits.reading.ink.connected_components import digit_width
from digits.reading.ink.line_removal import find_unruled
from digits.reading.picture.downsampling import Views
from digits.reading.result import Reading
from digits.reading.spotting.text_lines import find_other_rows, find_rows

# Digits stay at least so wide, and their strokes so broad: the networks see 20 px of a digit's height.
LEAST_WIDTH_PX, LEAST_STROKE_PX = 32, 3
# Those much lower than the page's usual ones stay at least so high.
LEAST_OTHER_PX = 24


def find_factor(page: Views, *, light_on_dark: bool) -> int:
    """Return the whole factor, at least 1, by which a page can be made coarser with its digits still fine enough."""
    if page.factor == 1:
        return 1
    parts = find_unruled(find_ink(page.overview, light_on_dark=light_on_dark)).parts
    # A stroke's grey rims count as stroke: one finer than a pixel looks two wide.
    spare = min(digit_width(parts) / LEAST_WIDTH_PX, (parts.stroke_px - 1) / LEAST_STROKE_PX)
    others, _ = find_other_rows(parts, find_rows(parts)[1])
    spare = min([spare, *(row.height_px / LEAST_OTHER_PX for row in others)])
    return max(1, min(page.factor, int(page.factor * spare)))


def enlarge_reading(reading: Reading, factor: int) -> Reading:
    """Return the reading with its boxes in pixels of the picture before it was made coarser."""
    if factor == 1:
        return reading
    lines = (
        replace(
            line,
            box=enlarge_box(line.box, factor),
            digits=tuple(replace(digit, box=digit.box and enlarge_box(digit.box, factor)) for digit in line.digits),
        )
        for line in reading.lines
    )
    marks = (replace(mark, box=enlarge_box(mark.box, factor)) for mark in reading.marks)
    return replace(reading, lines=tuple(lines), marks=tuple(marks))

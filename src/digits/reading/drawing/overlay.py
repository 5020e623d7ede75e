"""A reading goes in; the picture that was read, with what was read drawn on it, comes out as PNG bytes.

Nothing here reads, and nothing writes files.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digits.reading.drawing.canvas import (
    Colour,
    Picture,
    as_colours,
    draw_box,
    draw_dashes,
    scale_of,
    text_size,
    to_png,
    write,
)
from digits.reading.drawing.percent import floor_percent
from digits.reading.result import Box, Digit, Line, Reading
from digits.reading.steps import Steps

# BGR. They differ for colour-blind eyes too; what was not read is dashed or has a question mark besides.
SURE, DOUBTFUL, UNREAD, FORM, GUESS = (180, 90, 0), (0, 95, 215), (150, 20, 190), (215, 160, 225), (200, 160, 60)
# Below this confidence a digit is drawn as doubtful even where it was not refused.
DOUBT_BELOW = 0.9
# Printed lines and rings are of the form, not of what was written: they are drawn thin and pale.
PRINTED = ("rule", "ring")
VALUE_SIZES, PERCENT_SIZES, KEY_SIZE = (0.5, 2.0), (0.4, 1.0), 0.5
ROW_PX, MARGIN_PX, GAP_PX = 26, 12, 6


def draw_overlay(steps: Steps) -> bytes:
    """Return the upright image in grey with what was read and what was seen but not read drawn on it, as PNG.

    A digit has its box, value and confidence; what was left out is dashed. Where not everything was read for
    sure, a key below the image says what the colours mean.
    """
    picture = as_colours(steps.grey, scale_of(steps.grey))
    scale = picture.shape[1] / steps.reading.width
    for mark in steps.reading.marks:
        if mark.kind in PRINTED:
            draw_box(picture, mark.box, scale, FORM, 1)
        else:
            draw_dashes(picture, mark.box, scale, UNREAD)
    for line in steps.reading.lines:
        _draw_line(picture, line, scale)
    return to_png(_with_key(picture, steps.reading))


def _draw_line(picture: Picture, line: Line, scale: float) -> None:
    """Draw the digits of a line, the confidence beside each value where there is room, else below each box."""
    placed = [(digit, digit.box) for digit in line.digits if digit.box]
    labels = [_Label.of(digit, box, scale) for digit, box in placed]
    rooms = [(after.x - box.x) * scale for (_, box), (_, after) in pairwise(placed)]  # from each to the next
    fits_beside = all(label.width_px <= room for label, room in zip(labels, rooms, strict=False))
    fits_below = all(label.size_within(room) >= PERCENT_SIZES[0] for label, room in zip(labels, rooms, strict=False))
    for (digit, box), label, room in zip(placed, labels, [*rooms, math.inf], strict=True):
        colour = _colour_of(digit)
        draw_box(picture, box, scale, colour, 2)
        left, top, bottom = (round(place * scale) for place in (box.x, box.y, box.y + box.height))
        width, _ = write(picture, _value(digit), (left, top - 5), label.value_size, colour)
        if fits_beside:
            write(picture, label.percent, (left + width + GAP_PX, top - 5), label.percent_size, colour)
        elif fits_below or colour != SURE:  # where digits stand too close, only doubts are worth their place
            size = max(PERCENT_SIZES[0], label.size_within(room))
            below = bottom + text_size(label.percent, size)[1] + GAP_PX
            write(picture, label.percent, (left, below), size, colour)


@dataclass(frozen=True)
class _Label:
    """What is written at a digit, as large as its box allows; ``width_px`` is of value and confidence side by side."""

    percent: str
    value_size: float
    percent_size: float
    width_px: int

    def size_within(self, room_px: float) -> float:
        """Return how large the confidence can be where the next digit begins after ``room_px``."""
        full_px = text_size(self.percent, self.percent_size)[0]
        return self.percent_size * min(1, (room_px - GAP_PX) / full_px)

    @classmethod
    def of(cls, digit: Digit, box: Box, scale: float) -> _Label:
        height, percent = box.height * scale, floor_percent(digit.confidence)
        value_size, percent_size = (
            min(most, max(least, height / per_size))
            for (least, most), per_size in ((VALUE_SIZES, 60), (PERCENT_SIZES, 130))
        )
        width = text_size(_value(digit), value_size)[0] + text_size(percent, percent_size)[0] + 2 * GAP_PX
        return cls(percent, value_size, percent_size, width)


def _value(digit: Digit) -> str:
    return "?" if digit.value is None else str(digit.value)


def _colour_of(digit: Digit) -> Colour:
    if digit.refusal is not None:
        return UNREAD
    return SURE if digit.confidence >= DOUBT_BELOW else DOUBTFUL


def _with_key(picture: Picture, reading: Reading) -> Picture:
    """Return the picture above the meaning of its colours, where there are others than that of a sure digit."""
    seen = {_colour_of(digit) for line in reading.lines for digit in line.digits}
    kinds = {mark.kind for mark in reading.marks}
    percent = f"{100 * DOUBT_BELOW:.0f} %"
    key = [
        (is_there, colour, words)
        for is_there, colour, words in (
            (SURE in seen, SURE, f"read, {percent} sure or more"),
            (DOUBTFUL in seen, DOUBTFUL, f"read, less than {percent} sure"),
            (UNREAD in seen, UNREAD, "? refused: seen, not read"),
            (bool(kinds.difference(PRINTED)), UNREAD, "dashed: seen, not read"),
            (bool(kinds.intersection(PRINTED)), UNREAD, "thin: printed lines, rings"),
        )
        if is_there
    ]
    if {colour for _, colour, _ in key} <= {SURE}:
        return picture
    return np.concatenate([picture, _key([(colour, words) for _, colour, words in key], picture.shape[1])])


def _key(entries: Sequence[tuple[Colour, str]], width: int) -> Picture:
    """Return a white strip of ``width`` with the words in their colours, on as many rows as they need."""
    size = min(KEY_SIZE, *(KEY_SIZE * (width - 2 * MARGIN_PX) / text_size(words, KEY_SIZE)[0] for _, words in entries))
    places, x, row = [], MARGIN_PX, 0
    for _, words in entries:
        step = text_size(words, size)[0] + 2 * MARGIN_PX
        if x > MARGIN_PX and x + step > width:
            x, row = MARGIN_PX, row + 1
        places.append((x, row))
        x += step
    strip = np.full(((row + 1) * ROW_PX + MARGIN_PX, width, 3), 255, np.uint8)
    for (colour, words), (left, row) in zip(entries, places, strict=True):
        write(strip, words, (left, (row + 1) * ROW_PX - 4), size, colour)
    return strip

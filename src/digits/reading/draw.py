"""The stages of a reading go in; pictures of them for people come out, as PNG bytes.

Nothing here reads, and nothing writes files.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import Box, ByteArray, Digit, FloatArray, Line, Reading
from digits.reading.signature import sign
from digits.reading.steps import Steps

Picture = npt.NDArray[np.uint8]

Colour = tuple[int, int, int]

# BGR. They differ for colour-blind eyes too; what was not read is dashed or has a question mark besides.
SURE, DOUBTFUL, UNREAD, FORM, GUESS = (180, 90, 0), (0, 95, 215), (150, 20, 190), (215, 160, 225), (200, 160, 60)
# Below this confidence a digit is drawn as doubtful even where it was not refused.
DOUBT_BELOW = 0.9
# Printed lines and rings are of the form, not of what was written: they are drawn thin and pale.
PRINTED = ("rule", "ring")
# Small pictures are enlarged, so that the writing on them can be read.
LEAST_SIDE_PX = 900
FONT = cv2.FONT_HERSHEY_SIMPLEX
VALUE_SIZES, PERCENT_SIZES, KEY_SIZE = (0.5, 2.0), (0.4, 1.0), 0.5
DASH_PX, ROW_PX, MARGIN_PX, GAP_PX = 6, 26, 12, 6
VEIL = 4  # what is behind writing keeps so small a part of its darkness
FRAMES_PER_ROW = 16


def draw_overlay(steps: Steps) -> bytes:
    """Return the upright image in grey with what was read and what was seen but not read drawn on it, as PNG.

    A digit has its box, value and confidence; ink that was left out is dashed. Where not everything was read for sure,
    a key below the image says what the colours mean.
    """
    picture = _colour(steps.grey, _scale(steps.grey))
    scale = picture.shape[1] / steps.reading.width
    for mark in steps.reading.marks:
        if mark.kind in PRINTED:
            _rectangle(picture, mark.box, scale, FORM, 1)
        else:
            _dash(picture, mark.box, scale, UNREAD)
    for line in steps.reading.lines:
        _draw_line(picture, line, scale)
    return _png(_with_key(picture, steps.reading))


def _draw_line(picture: Picture, line: Line, scale: float) -> None:
    """Draw the digits of a line, the confidence beside each value where there is room, else below each box."""
    placed = [(digit, digit.box) for digit in line.digits if digit.box]
    labels = [_Label.of(digit, box, scale) for digit, box in placed]
    rooms = [(after.x - box.x) * scale for (_, box), (_, after) in pairwise(placed)]  # from each to the next
    fits_beside = all(label.width_px <= room for label, room in zip(labels, rooms, strict=False))
    fits_below = all(label.size_within(room) >= PERCENT_SIZES[0] for label, room in zip(labels, rooms, strict=False))
    for (digit, box), label, room in zip(placed, labels, [*rooms, math.inf], strict=True):
        colour = _colour_of(digit)
        _rectangle(picture, box, scale, colour, 2)
        left, top, bottom = (round(place * scale) for place in (box.x, box.y, box.y + box.height))
        width, _ = _write(picture, _value(digit), (left, top - 5), label.value_size, colour)
        if fits_beside:
            _write(picture, label.percent, (left + width + GAP_PX, top - 5), label.percent_size, colour)
        elif fits_below or colour != SURE:  # where digits stand too close, only doubts are worth their place
            size = max(PERCENT_SIZES[0], label.size_within(room))
            below = bottom + _text_size(label.percent, size)[1] + GAP_PX
            _write(picture, label.percent, (left, below), size, colour)


@dataclass(frozen=True)
class _Label:
    """What is written at a digit, as large as its box allows; ``width_px`` is of value and confidence side by side."""

    percent: str
    value_size: float
    percent_size: float
    width_px: int

    def size_within(self, room_px: float) -> float:
        """Return how large the confidence can be where the next digit begins after ``room_px``."""
        full_px = _text_size(self.percent, self.percent_size)[0]
        return self.percent_size * min(1, (room_px - GAP_PX) / full_px)

    @classmethod
    def of(cls, digit: Digit, box: Box, scale: float) -> _Label:
        height, percent = box.height * scale, f"{100 * digit.confidence:.0f} %"
        value_size, percent_size = (
            min(most, max(least, height / per_size))
            for (least, most), per_size in ((VALUE_SIZES, 60), (PERCENT_SIZES, 130))
        )
        width = _text_size(_value(digit), value_size)[0] + _text_size(percent, percent_size)[0] + 2 * GAP_PX
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
    size = min(KEY_SIZE, *(KEY_SIZE * (width - 2 * MARGIN_PX) / _text_size(words, KEY_SIZE)[0] for _, words in entries))
    places, x, row = [], MARGIN_PX, 0
    for _, words in entries:
        step = _text_size(words, size)[0] + 2 * MARGIN_PX
        if x > MARGIN_PX and x + step > width:
            x, row = MARGIN_PX, row + 1
        places.append((x, row))
        x += step
    strip = np.full(((row + 1) * ROW_PX + MARGIN_PX, width, 3), 255, np.uint8)
    for (colour, words), (left, row) in zip(entries, places, strict=True):
        _write(strip, words, (left, (row + 1) * ROW_PX - 4), size, colour)
    return strip


def draw_steps(steps: Steps) -> dict[str, bytes]:
    """Return a PNG of each stage under its name, in the order of the stages."""
    pictures = {"1-image": _colour(steps.grey, _scale(steps.grey))}
    for name, ink in (("2-ink", steps.ink), ("3-without-rules", steps.unruled)):
        pictures[name] = _colour(1 - ink, _scale(ink))
    guesses = pictures["3-without-rules"].copy()
    for box in steps.sightings:
        _rectangle(guesses, box, guesses.shape[1] / steps.reading.width, GUESS, 1)
    pictures["4-sightings"] = guesses
    pictures["5-frames"] = _sheet(steps.frames)
    return {name: _png(picture) for name, picture in pictures.items()} | {"6-reading": draw_overlay(steps)}


def draw_frames(frames: ByteArray) -> bytes:
    """Return what the network saw, uint8 (n, 28, 28), side by side as PNG."""
    return _png(_sheet(frames))


def _scale(image: FloatArray) -> float:
    return max(1.0, LEAST_SIDE_PX / float(max(image.shape)))


def _colour(image: FloatArray, scale: float) -> Picture:
    grey = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    if scale > 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def _rectangle(picture: Picture, box: Box, scale: float, colour: Colour, thickness: int) -> None:
    corner = round(box.x * scale) - 1, round(box.y * scale) - 1
    opposite = round((box.x + box.width) * scale), round((box.y + box.height) * scale)
    cv2.rectangle(picture, corner, opposite, colour, thickness)


def _dash(picture: Picture, box: Box, scale: float, colour: Colour) -> None:
    """Draw a box of dashes, on a white rim, at least as large as a dash."""
    left, top = round(box.x * scale) - 2, round(box.y * scale) - 2
    right = max(left + DASH_PX, round((box.x + box.width) * scale) + 1)
    bottom = max(top + DASH_PX, round((box.y + box.height) * scale) + 1)
    cv2.rectangle(picture, (left, top), (right, bottom), (255, 255, 255), 3)
    for y in (top, bottom):
        for x in range(left, right, 2 * DASH_PX):
            cv2.line(picture, (x, y), (min(x + DASH_PX, right), y), colour, 2)
    for x in (left, right):
        for y in range(top, bottom, 2 * DASH_PX):
            cv2.line(picture, (x, y), (x, min(y + DASH_PX, bottom)), colour, 2)


def _write(picture: Picture, text: str, place: tuple[int, int], size: float, colour: Colour) -> tuple[int, int]:
    """Write on a veil of white, so that no ink hides it, inside the picture; return its width and height."""
    width, height = _text_size(text, size)
    x = min(max(place[0], 0), max(0, picture.shape[1] - width))
    y = min(max(place[1], height + 1), picture.shape[0] - 2)
    behind = picture[max(0, y - height - 2) : y + 3, max(0, x - 1) : x + width + 2]
    behind[:] = 255 - (255 - behind) // VEIL
    cv2.putText(picture, text, (x, y), FONT, size, colour, _thickness(size), cv2.LINE_AA)
    return width, height


def _text_size(text: str, size: float) -> tuple[int, int]:
    """Return the width and height of ``text`` in pixels."""
    (width, height), _ = cv2.getTextSize(text, FONT, size, _thickness(size))
    return int(width), int(height)


def _thickness(size: float) -> int:
    return 1 if size < 0.5 else 2


def _sheet(frames: ByteArray) -> Picture:
    if not len(frames):
        return np.zeros((28, 28, 3), np.uint8)
    rows = -(-len(frames) // FRAMES_PER_ROW)
    columns = min(len(frames), FRAMES_PER_ROW)
    sheet = np.full((rows * 60, columns * 60), 90, np.uint8)
    for i, frame in enumerate(frames):
        top, left = 60 * (i // columns) + 2, 60 * (i % columns) + 2
        sheet[top : top + 56, left : left + 56] = np.kron(frame, np.ones((2, 2), np.uint8))
    return np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR), np.uint8)


def _png(picture: Picture) -> bytes:
    return sign(cv2.imencode(".png", picture)[1].tobytes())

"""Pages made of real digits: what several test files read."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.data import LabelledImages
from digits.reading.ink.connected_components import Parts, find_parts

Page = npt.NDArray[np.uint8]


def upright_strokes(*left: int) -> Parts:
    """Return upright strokes of 5 by 40 px, which begin at these columns of a sheet 120 px wide."""
    ink = np.zeros((60, 120), np.float32)
    for x in left:
        ink[10:50, x : x + 5] = 1
    return find_parts(ink)


def draw_strokes(*boxes: tuple[int, int, int, int]) -> Parts:
    """Return upright strokes on a sheet of 600 by 400 px: x, y, width and height of each."""
    ink = np.zeros((400, 600), np.float32)
    for x, y, width, height in boxes:
        ink[y : y + height, x : x + width] = 1
    return find_parts(ink)


def clear_digits(examples: LabelledImages, values: str, seed: int = 0) -> list[Page]:
    """Return an image of each value, among those of average ink: nobody's idea of a hard case."""
    random = np.random.default_rng(seed)
    amounts = examples.images.sum(axis=(1, 2))
    chosen = []
    for value in values:
        of_value = np.flatnonzero(examples.labels == int(value))
        typical = np.argsort(np.abs(amounts[of_value] - np.median(amounts[of_value])))[:20]
        chosen.append(examples.images[of_value[random.choice(typical)]])
    return chosen


def write_page(examples: LabelledImages, lines: list[str], *, scale: int = 2, gap_px: int = 4, seed: int = 0) -> Page:
    """Return a page, dark on white, with each line's digits; a space in a line is as wide as a digit and a half."""
    random = np.random.default_rng(seed)
    height, width = 40 * len(lines) + 40, 40 + (28 + gap_px) * max(map(len, lines)) + 20
    page = np.zeros((height, width), np.uint8)
    for row, line in enumerate(lines):
        left = 30
        for character in line:
            if character == " ":
                left += 40
                continue
            (image,) = clear_digits(examples, character, int(random.integers(1 << 30)))
            columns = np.flatnonzero(image.any(axis=0))
            digit = image[:, columns[0] : columns[-1] + 1]
            top = 30 + 40 * row
            page[top : top + 28, left : left + digit.shape[1]] = digit
            left += digit.shape[1] + gap_px
    large = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray(255 - large, np.uint8)

"""What is drawn, and where its digits are: pieces of ink that are put together to larger ones, up to a whole sheet.

All ink is float32 in [0, 1], 0 nothing, 1 full ink; places are in pixels, x to the right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from digits.reading.result import FloatArray

Random = np.random.Generator
# Ink darker than this has its say about where a piece begins and ends.
FIRM = 0.3
# The signs that join digits, in the order of their classes after the ten digits; the last is a struck-out digit.
JOINING = ".,-/:"
STRUCK = 10 + len(JOINING)
KINDS = STRUCK + 1


@dataclass(frozen=True)
class Target:
    """One digit, or one sign beside digits: its kind, and the middle, the width and the height of its ink.

    ``kind`` is the digit 0-9, ``10 + JOINING.index(sign)``, or ``STRUCK`` for a digit that is struck out.
    """

    kind: int
    x: float
    y: float
    width: float
    height: float
    is_printed: bool = False

    def moved(self, x: float, y: float) -> Target:
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(eq=False)
class Ink:
    """A piece of ink, float32 (height, width) in [0, 1], and what is in it."""

    pixels: FloatArray
    targets: list[Target] = field(default_factory=list)

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    def put(self, piece: Ink, x: float, y: float, depth: float = 1.0) -> None:
        """Draw ``piece`` with its top left corner at (x, y); what leaves this ink is lost, its targets stay."""
        left, top = round(x), round(y)
        first_x, first_y = max(0, left), max(0, top)
        last_x, last_y = min(self.width, left + piece.width), min(self.height, top + piece.height)
        if last_x > first_x and last_y > first_y:
            place = self.pixels[first_y:last_y, first_x:last_x]
            shown = piece.pixels[first_y - top : last_y - top, first_x - left : last_x - left]
            np.maximum(place, shown * np.float32(depth), out=place)
        self.targets += [target.moved(left, top) for target in piece.targets]


def empty(height: int, width: int) -> Ink:
    """Return ink without anything on it."""
    return Ink(np.zeros((max(1, height), max(1, width)), np.float32))


def cropped(pixels: FloatArray) -> FloatArray:
    """Return what is inside the outermost firm ink; one dark pixel where there is none."""
    firm = pixels > FIRM
    rows, columns = np.flatnonzero(firm.any(axis=1)), np.flatnonzero(firm.any(axis=0))
    if not len(rows):
        return np.ones((1, 1), np.float32)
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def one(pixels: FloatArray, kind: int, *, is_printed: bool = False) -> Ink:
    """Return cropped ink that is one target."""
    height, width = pixels.shape
    return Ink(pixels, [Target(kind, (width - 1) / 2, (height - 1) / 2, width, height, is_printed)])

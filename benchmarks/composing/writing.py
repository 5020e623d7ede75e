"""MNIST's digits, written with a pen of any width at any size: as they are, or their middle lines drawn anew."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from composing.sheet import Ink, Random

# MNIST's digits are so high.
MNIST_PX = 20
THIN_AT = 4  # times as large an image is thinned
DARK = 110
# How many loops a middle line has that still shows which digit it is; a 2 and a 4 may have one or none. In three in
# ten of MNIST's 6s the pen filled the loop, and the middle line alone would be of no digit.
LOOPS = {"0": 1, "1": 0, "3": 0, "5": 0, "6": 1, "7": 0, "8": 2, "9": 1}


class Writer:
    """Writes numbers with digits of ``images``, uint8 (n, 28, 28), and ``labels`` (n,): one hand a number."""

    def __init__(self, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64], random: Random) -> None:
        self.images, self.labels, self.random = images, labels, random
        self.by_label = [np.flatnonzero(labels == value) for value in range(10)]

    def digits(self, count: int) -> str:
        """Return so many digits at random."""
        return "".join(str(value) for value in self.random.integers(0, 10, count))

    def digit(self, value: str, size_px: float, pen_px: float | None = None) -> Ink:
        """Return the ink of a digit that MNIST has 20 px high ``size_px`` high; by default with its own pen."""
        which = int(self.random.choice(self.by_label[int(value)]))
        while pen_px is not None and value in LOOPS and loops(self.images[which].tobytes()) != LOOPS[value]:
            which = int(self.random.choice(self.by_label[int(value)]))
        ink = self._as_it_is(which, size_px) if pen_px is None else self._drawn(which, size_px, pen_px)
        return trim(ink)

    def number(self, text: str, size_px: float, pen_px: float | None = None, gap: float = 0.2) -> Ink:
        """Return the ink of digits beside one another, up to about ``gap`` of their size apart; a space is wider."""
        pieces: list[Ink] = []
        for character in text:
            if character == " ":
                pieces.append(np.zeros((1, round(size_px * 0.7)), np.float32))
                continue
            pieces.append(self.digit(character, size_px * self.random.uniform(0.93, 1.07), pen_px))
            pieces.append(np.zeros((1, 2 + round(size_px * gap * self.random.uniform(0.2, 1))), np.float32))
        return beside(pieces[:-1], self.random, drift_px=0.04 * size_px)

    def pen(self, size_px: float) -> float | None:
        """Return a pen for digits of that size: MNIST's own, or a finer one, in px."""
        return None if self.random.random() < 0.4 else float(size_px * self.random.uniform(0.05, 0.11) + 0.6)

    def _as_it_is(self, which: int, size_px: float) -> Ink:
        scale = size_px / MNIST_PX
        large = cv2.resize(self.images[which], None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        # An enlarged digit has wide grey edges, ink on paper has not.
        edge = min(0.5, 1 / scale)
        return np.clip((large.astype(np.float32) / 255 - 0.5) / edge + 0.5, 0, 1)

    def _drawn(self, which: int, size_px: float, pen_px: float) -> Ink:
        line = middle_line(self.images[which].tobytes())
        scale = size_px / MNIST_PX / THIN_AT
        side = round(line.shape[0] * scale)
        far = cv2.distanceTransform(1 - line, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * scale
        far = cv2.resize(far, (side, side), interpolation=cv2.INTER_LINEAR)
        return np.clip(pen_px / 2 + 0.5 - far, 0, 1).astype(np.float32)


def beside(pieces: list[Ink], random: Random, drift_px: float = 0) -> Ink:
    """Return pieces of ink side by side, their middles about level."""
    height = max(piece.shape[0] for piece in pieces) + 2 * round(2 * drift_px)
    columns = []
    for piece in pieces:
        top = (height - piece.shape[0]) / 2 + float(np.clip(random.normal(0, drift_px), -2 * drift_px, 2 * drift_px))
        column = np.zeros((height, piece.shape[1]), np.float32)
        start = int(np.clip(round(top), 0, height - piece.shape[0]))
        column[start : start + piece.shape[0]] = piece
        columns.append(column)
    return np.concatenate(columns, axis=1)


def trim(ink: Ink) -> Ink:
    """Return the ink without the paper around it."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.1), np.flatnonzero(ink.max(axis=0) > 0.1)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@lru_cache(maxsize=20_000)
def middle_line(image: bytes) -> npt.NDArray[np.uint8]:
    """Return the middle line of a digit as 0 and 1, uint8, thinned as Zhang and Suen do (CACM 1984).

    Args:
        image: the bytes of uint8 (28, 28).
    """
    side = 28 * THIN_AT
    pixels = np.frombuffer(image, np.uint8).reshape(28, 28)
    large = cv2.GaussianBlur(cv2.resize(pixels, (side, side), interpolation=cv2.INTER_CUBIC), (0, 0), THIN_AT / 2)
    ink = np.pad(large > DARK, 1)
    while True:
        before = int(ink.sum())
        for first in (True, False):
            n, ne, e, se, s, sw, w, nw = (
                np.roll(ink, shift, (0, 1))
                for shift in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
            )
            around = [n, ne, e, se, s, sw, w, nw]
            count = sum(one.astype(np.uint8) for one in around)
            turns = sum((~a & b).astype(np.uint8) for a, b in zip(around, [*around[1:], n], strict=True))
            open_side = ~(n & e & s) & ~(e & s & w) if first else ~(n & e & w) & ~(n & s & w)
            ink &= ~((count >= 2) & (count <= 6) & (turns == 1) & open_side)
        if int(ink.sum()) == before:
            return ink[1:-1, 1:-1].astype(np.uint8)


@lru_cache(maxsize=20_000)
def loops(image: bytes) -> int:
    """Return how many places the middle line of a digit goes around; ``image`` as ``middle_line`` takes it."""
    count, _ = cv2.connectedComponents(1 - np.pad(middle_line(image), 1), connectivity=4)
    return count - 2  # the ink and the paper around

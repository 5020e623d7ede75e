"""MNIST's digits, written with a pen of any width at any size: as they are, or their middle lines drawn anew."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from composing.sheet import Ink, Random
from digits.training.augmentation.thinning import THIN_AT, middle_line, shows

# MNIST's digits are so high.
MNIST_PX = 20


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
        while pen_px is not None and not shows(int(value), self.images[which].tobytes()):
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

"""One of MNIST's images goes in, the middle line of its strokes comes out, to be written anew with another pen."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

# So many times as large an image is thinned, where it is darker than this.
THIN_AT, DARK = 4, 110
# How many loops a middle line has that still shows which digit it is; a 2 and a 4 may have one or none. In three in
# ten of MNIST's 6s the pen filled the loop, and the middle line alone would be of no digit.
LOOPS = {0: 1, 1: 0, 3: 0, 5: 0, 6: 1, 7: 0, 8: 2, 9: 1}


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


def shows(value: int, image: bytes) -> bool:
    """Tell whether the middle line of an image, as ``middle_line`` takes it, still shows the digit ``value``."""
    return value not in LOOPS or loops(image) == LOOPS[value]

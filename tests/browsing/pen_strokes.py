"""Images of handwritten digits go in, the way of the pen comes out: strokes, as a hand could have written them.

The ink is thinned to its middle line (Zhang and Suen, "A fast parallel algorithm for thinning digital patterns", CACM
1984), and the line followed from its ends, as straight on as it goes.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Point = tuple[float, float]
ENLARGED = 3  # for smoother lines
SHORTEST = 5  # pixels of the enlarged image: shorter lines are spurs of the thinning
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


def pen_strokes(image: npt.NDArray[np.uint8]) -> list[list[Point]]:
    """Return strokes of points (x, y) in [0, 1] of an image uint8 (28, 28)."""
    large = cv2.resize(image, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
    left = {(int(y), int(x)) for y, x in np.argwhere(_thin(large > 110))}
    visited: set[tuple[int, int]] = set()
    strokes = []
    while left:
        start = min(left, key=lambda at: (len(_near(at, left)) != 1, at))
        stroke = _follow(start, left)
        joined = _near(stroke[0], visited)[:1] + stroke
        joined += _near(stroke[-1], visited - set(stroke[-3:]))[:1]
        visited.update(stroke)
        if len(stroke) >= SHORTEST:
            points = [*joined[::5], joined[-1]]
            strokes.append([(x / large.shape[1], y / large.shape[0]) for y, x in points])
    return strokes


def _follow(start: tuple[int, int], left: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take the line that begins at ``start`` out of what is left."""
    stroke = [start]
    left.discard(start)
    while near := _near(stroke[-1], left):
        here, before = stroke[-1], stroke[max(0, len(stroke) - 5)]
        ahead = (here[0] - before[0], here[1] - before[1])
        after = near[int(np.argmax((np.array(near) - here) @ ahead))]
        stroke.append(after)
        left.discard(after)
    first, last = stroke[0], stroke[-1]
    if len(stroke) > 12 and max(abs(first[0] - last[0]), abs(first[1] - last[1])) <= 2:
        stroke.append(first)  # a ring is closed
    return stroke


def _near(at: tuple[int, int], points: set[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(at[0] + dy, at[1] + dx) for dy, dx in AROUND if (at[0] + dy, at[1] + dx) in points]


def _thin(ink: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    field = np.pad(ink, 1)
    while True:
        before = field.sum()
        for first in (True, False):
            p = [np.roll(field, (-dy, -dx), (0, 1)) for dy, dx in AROUND]
            count = sum(one.astype(int) for one in p)
            steps = sum((~p[i] & p[(i + 1) % 8]).astype(int) for i in range(8))
            if first:
                sides = ~(p[0] & p[2] & p[4]) & ~(p[2] & p[4] & p[6])
            else:
                sides = ~(p[0] & p[2] & p[6]) & ~(p[0] & p[4] & p[6])
            field = field & ~((count >= 2) & (count <= 6) & (steps == 1) & sides)
        if field.sum() == before:
            return np.asarray(field[1:-1, 1:-1])

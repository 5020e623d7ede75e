"""A greyscale photo goes in; if most of it is a printed grid of 9×9 cells, that grid comes out square, lines removed.

The grid is the largest connected part of dark lines. Its four corners undo the perspective, and where its lines then
lie decides whether it is one. Nothing here reads the cells; cells.py does.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import ByteArray, FloatArray
from digits.reading.views import Views

# Cells a side, and the side of a cell in pixels once the grid is square: a digit is some 30 px high in it.
CELLS, CELL_PX = 9, 52
# Lines are looked for in a picture of at most this size, as what is so much darker than its surroundings.
WORKING_SIZE_PX, DARKER, AROUND_PX = 1000, 9, 31
# A grid covers at least this share of the photo, and its box holds at most so much ink.
LEAST_SHARE, MOST_INK = 0.12, 0.5
# Of the ten lines each way so many must be seen, each along this share of the side, at most so far from its place.
LEAST_LINES, LEAST_LENGTH, FARTHEST = 8, 0.5, 0.2
# Squared paper has lines between those places, too: a grid of nine cells has no more than so many.
MOST_BETWEEN = 2


def find_grid(photo: Views) -> FloatArray | None:
    """Return the grid as a square picture, float32 (468, 468) in [0, 1], or None where there is none."""
    grey = photo.grey
    scale = min(1.0, WORKING_SIZE_PX / max(grey.shape))
    if min(grey.shape) * scale < CELLS * 12:
        return None
    small = photo.shrink(WORKING_SIZE_PX)
    lines = _dark_lines(np.rint(np.clip(small, 0, 1) * 255).astype(np.uint8))
    part = _largest(lines)
    if part is None:
        return None
    corners = _corners(part)
    if corners is None:
        return None
    side = CELLS * CELL_PX
    square = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, square)
    straight = cv2.warpPerspective(part, matrix, (side, side), flags=cv2.INTER_LINEAR)
    if not _is_regular(np.asarray(straight, np.uint8)):
        return None
    whole = cv2.getPerspectiveTransform(corners / np.float32(scale), square)
    flat = cv2.warpPerspective(grey, whole, (side, side), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.float32)


def _dark_lines(small: ByteArray) -> ByteArray:
    smooth = cv2.GaussianBlur(small, (3, 3), 0)
    dark = cv2.adaptiveThreshold(smooth, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, AROUND_PX, DARKER)
    return np.asarray(dark, np.uint8)


def _largest(lines: ByteArray) -> ByteArray | None:
    """Return the mask of the connected part with the largest box, if it may be a grid."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    boxes = stats[1:, 2].astype(np.int64) * stats[1:, 3]
    if not len(boxes):
        return None
    best = int(boxes.argmax()) + 1
    if boxes[best - 1] < LEAST_SHARE * lines.size or stats[best, 4] > MOST_INK * boxes[best - 1]:
        return None
    return np.asarray(labels == best, np.uint8)


def _corners(part: ByteArray) -> npt.NDArray[np.float32] | None:
    """Return the corners float32 (4, 2) of the quadrilateral around the part, clockwise from the top left."""
    points = cv2.findNonZero(part)
    hull = cv2.convexHull(points)
    length = cv2.arcLength(hull, True)
    for share in (0.01, 0.02, 0.03, 0.05, 0.08):
        quad = cv2.approxPolyDP(hull, share * length, True).reshape(-1, 2).astype(np.float32)
        if len(quad) == 4:
            break
    else:
        quad = hull.reshape(-1, 2).astype(np.float32)
    sums, differences = quad.sum(axis=1), quad[:, 1] - quad[:, 0]
    chosen = [int(sums.argmin()), int(differences.argmin()), int(sums.argmax()), int(differences.argmax())]
    return np.ascontiguousarray(quad[chosen]) if len(set(chosen)) == 4 else None


def _is_regular(mask: ByteArray) -> bool:
    """Tell whether lines lie where those of nine cells must, both ways, and hardly any between."""
    return all(_is_ruled_in_nine(np.ascontiguousarray(turned)) for turned in (mask, mask.T))


def _is_ruled_in_nine(mask: ByteArray) -> bool:
    """Look for upright lines in their places; a bent one wanders over several columns, but each row meets it."""
    reach = round(FARTHEST * CELL_PX)
    runs = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((CELL_PX // 2, 1), np.uint8))

    def holds_line(left: int, right: int) -> bool:
        return bool(runs[:, max(0, left) : right].any(axis=1).mean() >= LEAST_LENGTH)

    places = [k * CELL_PX for k in range(CELLS + 1)]
    in_place = sum(holds_line(place - reach, place + reach + 1) for place in places)
    between = sum(holds_line(place + reach + 1, place + CELL_PX - reach) for place in places[:-1])
    return in_place >= LEAST_LINES and between <= MOST_BETWEEN

"""A greyscale photo goes in; if much of it is a printed grid of 9×9 cells, that grid comes out square, lines removed.

The grid is one of the largest connected parts of dark lines; or, where it runs into other lines, such as a sheet's
edge, what lies around many cells of one size. Its four corners undo the perspective, and where its lines then lie
decides whether it is one. Nothing here reads the cells: the square picture is read as other ruled pages are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.layout.ruling.ruled_cells import RuledCell, RuledTable
from digits.reading.picture.downsampling import Views
from digits.reading.result import Box, ByteArray, FloatArray

# Cells a side, and the side of a cell in pixels once the grid is square: a digit is some 30 px high in it; so much of
# what is around the grid is left.
CELLS, CELL_PX, RIM_PX = 9, 52, 13
# Lines are looked for in a picture of at most this size, as what is so much darker than its surroundings: clear lines,
# or, where these make no grid, faint ones.
WORKING_SIZE_PX, DARKER, AROUND_PX = 1000, (9, 5), 31
# A grid covers at least this share of the photo, and its box holds at most so much ink; so many parts are looked at.
LEAST_SHARE, MOST_INK, MOST_PARTS = 0.12, 0.5, 4
# Of its 81 cells so many are seen by themselves, their boxes within this factor of the usual area and of a square, and
# this share of each box is paper; lines between them are no thicker than this share of a cell's side.
LEAST_SEEN, ALIKE, LEAST_PAPER, THICKEST = 45, 2.0, 0.4, 0.5
# Squared paper goes on to the border; behind a grid there is so much of a cell's side on one side at least.
BEYOND = 1.2
# Of the ten lines each way so many must be seen, each along this share of the side, at most so far from its place.
LEAST_LINES, LEAST_LENGTH, FARTHEST = 8, 0.5, 0.2
# Squared paper has lines between those places, too: a grid of nine cells has no more than so many.
MOST_BETWEEN = 2


def find_grid(photo: Views) -> FloatArray | None:
    """Return the grid as a square picture with a rim, float32 (494, 494) in [0, 1], or None where there is none."""
    grey = photo.grey
    scale = min(1.0, WORKING_SIZE_PX / max(grey.shape))
    if min(grey.shape) * scale < CELLS * 12:
        return None
    small = np.rint(np.clip(photo.shrink(WORKING_SIZE_PX), 0, 1) * 255).astype(np.uint8)
    side = CELLS * CELL_PX
    square = np.array([[0, 0], [side, 0], [side, side], [0, side]], np.float32)
    for part, shape in chain.from_iterable(_candidates(_dark_lines(small, darker)) for darker in DARKER):
        corners = _corners(shape)
        if corners is None:
            continue
        matrix = cv2.getPerspectiveTransform(corners, square)
        straight = cv2.warpPerspective(part, matrix, (side, side), flags=cv2.INTER_LINEAR)
        if _is_regular(np.asarray(straight, np.uint8)):
            whole = cv2.getPerspectiveTransform(corners / np.float32(scale), square + RIM_PX)
            size = side + 2 * RIM_PX, side + 2 * RIM_PX
            flat = cv2.warpPerspective(grey, whole, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
            return np.asarray(flat, np.float32)
    return None


def square_cells(shape: tuple[int, int]) -> RuledTable:
    """Return the cells of a grid that is square, in the middle of a picture of this height and width."""
    rows, columns = ((np.arange(length) - (length - CELLS * CELL_PX) // 2) // CELL_PX for length in shape)
    numbers = rows[:, None] * CELLS + columns + 1
    is_inside = ((rows >= 0) & (rows < CELLS))[:, None] & (columns >= 0) & (columns < CELLS)
    top, left = ((length - CELLS * CELL_PX) // 2 for length in shape)
    cells = tuple(
        RuledCell(Box(left + column * CELL_PX, top + row * CELL_PX, CELL_PX, CELL_PX), row, column)
        for row in range(CELLS)
        for column in range(CELLS)
    )
    return RuledTable(cells, np.where(is_inside, numbers, 0).astype(np.int32))


def _candidates(lines: ByteArray) -> Iterator[tuple[ByteArray, ByteArray]]:
    """Give masks of lines that may be a grid's, each with a mask that has the grid's outline."""
    for part in _large_parts(lines):
        yield part, part
    cells = _find_cells(lines)
    if cells is not None:
        yield lines, cells


def _dark_lines(small: ByteArray, darker: int) -> ByteArray:
    smooth = cv2.GaussianBlur(small, (3, 3), 0)
    dark = cv2.adaptiveThreshold(smooth, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, AROUND_PX, darker)
    return np.asarray(dark, np.uint8)


def _large_parts(lines: ByteArray) -> Iterator[ByteArray]:
    """Give the masks of the connected parts with the largest boxes that may be a grid."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    boxes = stats[1:, 2].astype(np.int64) * stats[1:, 3]
    for i in np.argsort(-boxes, kind="stable")[:MOST_PARTS].tolist():
        if boxes[i] >= LEAST_SHARE * lines.size and stats[i + 1, 4] <= MOST_INK * boxes[i]:
            yield np.asarray(labels == i + 1, np.uint8)


def _find_cells(lines: ByteArray) -> ByteArray | None:
    """Return the mask of a patch of cells of one size, with the lines between them; None without so many."""
    paper = 1 - cv2.dilate(lines, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    _, _, widths, heights, areas = stats.T.astype(np.float64)
    boxes = widths * heights
    largest = lines.size / CELLS**2
    is_cell = (boxes >= LEAST_SHARE * largest / ALIKE) & (boxes <= largest) & (areas >= LEAST_PAPER * boxes)
    is_cell &= (widths <= ALIKE * heights) & (heights <= ALIKE * widths)
    is_cell[0] = False  # the lines
    if is_cell.sum() < LEAST_SEEN:
        return None
    usual = float(np.sort(boxes[is_cell])[is_cell.sum() // 2])
    is_cell &= (boxes >= usual / ALIKE) & (boxes <= usual * ALIKE)
    thickest = round(THICKEST * float(np.sqrt(usual)))
    mask = cv2.morphologyEx(is_cell[labels].astype(np.uint8), cv2.MORPH_CLOSE, np.ones((thickest, thickest)))
    _, patches, found, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    best = int(found[1:, 4].argmax()) + 1
    x, y, width, height, area = found[best].tolist()
    margins = x, y, lines.shape[1] - x - width, lines.shape[0] - y - height
    if area < LEAST_SHARE * lines.size or max(margins) < BEYOND * np.sqrt(usual):
        return None
    return np.asarray(cv2.dilate((patches == best).astype(np.uint8), np.ones((3, 3), np.uint8)), np.uint8)


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

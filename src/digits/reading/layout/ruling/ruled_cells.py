"""The ink of an upright page goes in; the cells that printed lines make on it come out, table by table.

Cells are the parts of the page that walls (walls.py) enclose, so merged cells and cells of any size are found alike.
Which row and which column a cell stands in is told after the table's outline is made a rectangle. Lengths are in
heights of a digit where nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.ink.line_removal import INK_THRESHOLD
from digits.reading.layout.ruling.walls import Leans, find_walls
from digits.reading.quantiles import median
from digits.reading.result import Box, ByteArray, FloatArray, IntArray

# A cell is at least so wide and high, and fills so much of its box; a table's cells are so near to each other, or,
# in parts of their own lesser side, so near.
LEAST_CELL, LEAST_FILL, NEAR, NEAR_BOXES = 0.75, 0.6, 0.9, 0.6
# Two boxes in a row are the least table.
LEAST_CELLS = 2
# So much of a digit's box is its middle.
INNER = 0.6
# Borders nearer than this share of the usual cell are one line of the table.
SAME = 0.35
# Cells whose four outermost corners span this share of their outline make one rectangle, seen from anywhere.
RECTANGULAR = 0.9


@dataclass(frozen=True)
class RuledCell:
    """Where a cell is: ``box`` in pixels; ``row`` and ``column`` from 0, and how many of each it spans."""

    box: Box
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, eq=False)
class RuledTable:
    """The cells of one table, row by row; ``labels`` int32 (height, width) the number of each pixel's cell plus one."""

    cells: tuple[RuledCell, ...]
    labels: npt.NDArray[np.int32]

    def cell_numbers(self, places: IntArray) -> IntArray:
        """Return for each place, int64 (n, 2) of x and y, the number of its cell plus one; 0 outside all cells."""
        height, width = self.labels.shape
        x, y = places[:, 0], places[:, 1]
        is_inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        numbers = np.zeros(len(places), np.int64)
        numbers[is_inside] = self.labels[y[is_inside], x[is_inside]]
        return numbers

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        rows = max(cell.row + cell.row_span for cell in self.cells)
        return rows, max(cell.column + cell.column_span for cell in self.cells)


def find_tables(
    ink: FloatArray, digit_px: float, digits: FloatArray | None = None, leans: Leans | None = None
) -> list[RuledTable]:
    """Return the tables of a page, from top to bottom; none where lines run through most digits, as on squared paper.

    Args:
        ink: float32 (height, width) in [0, 1], upright to some degrees.
        digit_px: how high a digit is there.
        digits: float32 (n, 4), left, top, right and bottom of the digits: what stands in these boxes is no wall.
        leans: as for ``find_walls``.
    """
    mask = (ink > INK_THRESHOLD).view(np.uint8)
    digits = np.zeros((0, 4), np.float32) if digits is None else digits
    walls = find_walls(mask, digit_px, digits, leans)
    if not _encloses(walls, LEAST_CELL * digit_px) or _run_through(walls, digits):
        return []
    _, labels, stats, _ = cv2.connectedComponentsWithStats((walls == 0).view(np.uint8), connectivity=4)
    height, width = ink.shape
    x, y, wide, high, area = stats.T
    is_cell = (np.minimum(wide, high) >= LEAST_CELL * digit_px) & (area >= LEAST_FILL * wide * high)
    is_cell &= (x > 0) & (y > 0) & (x + wide < width) & (y + high < height)
    is_cell[0] = False
    chosen = _innermost(np.flatnonzero(is_cell), stats)
    groups = [group for group in _groups(stats[chosen], NEAR * digit_px) if len(group) >= LEAST_CELLS]
    tables = [_table(labels, chosen[group], stats[chosen[group]]) for group in groups]
    return sorted(tables, key=lambda table: (table.cells[0].box.y, table.cells[0].box.x))


def _encloses(walls: ByteArray, least_px: float) -> bool:
    """Tell quickly whether walls enclose so many places that cells are at least, each so wide and high."""
    outlines, inside = cv2.findContours(walls, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holes = [outlines[i] for i in range(len(outlines)) if inside[0, i, 3] >= 0]
    return sum(min(cv2.boundingRect(hole)[2:]) >= least_px for hole in holes) >= LEAST_CELLS


def _run_through(walls: ByteArray, digits: FloatArray) -> bool:
    """Tell whether there are walls in the middle of most digits."""
    left, top, right, bottom = digits.T
    margins = np.stack([right - left, bottom - top, left - right, top - bottom], axis=1) * (1 - INNER) / 2
    inner = np.maximum(np.rint(digits + margins), 0).astype(int).tolist()
    crossed = [bool(walls[y0 : y1 + 1, x0 : x1 + 1].any()) for x0, y0, x1, y1 in inner]
    return sum(crossed) > len(crossed) / 2


def _innermost(chosen: IntArray, stats: IntArray) -> IntArray:
    """Return those whose boxes hold no two others: what lies around a row of boxes is the sheet that it is printed on.

    A loop of a large digit may look like a single cell inside of one.
    """
    left, top, wide, high = stats[chosen, :4].T
    right, bottom = left + wide, top + high
    holds = (left[:, None] <= left) & (top[:, None] <= top) & (right[:, None] >= right) & (bottom[:, None] >= bottom)
    np.fill_diagonal(holds, val=False)
    return np.asarray(chosen[holds.sum(axis=1) < LEAST_CELLS], np.int64)


def _groups(stats: IntArray, least_px: float) -> list[IntArray]:
    """Return the cells that stand side by side or one above the other, group by group."""
    if not len(stats):
        return []
    x, y, wide, high = stats[:, :4].astype(np.float64).T
    across = np.maximum(x[:, None], x[None]) - np.minimum((x + wide)[:, None], (x + wide)[None])
    down = np.maximum(y[:, None], y[None]) - np.minimum((y + high)[:, None], (y + high)[None])
    side = np.minimum(wide, high)
    near_px = np.maximum(least_px, NEAR_BOXES * np.minimum(side[:, None], side[None]))
    beside = (across < near_px) & (down < -0.4 * np.minimum(high[:, None], high[None]))
    below = (down < near_px) & (across < -0.4 * np.minimum(wide[:, None], wide[None]))
    near = beside | below
    group = np.arange(len(stats))
    while True:
        least = np.where(near, group[None], len(group)).min(axis=1)
        if (least == group).all():
            break
        group = np.minimum(group, least)
    return [np.flatnonzero(group == one) for one in sorted(set(group.tolist()))]


def _table(labels: npt.NDArray[np.int32], numbers: IntArray, stats: IntArray) -> RuledTable:
    borders = _rectified(_borders(labels, numbers, stats), stats)
    columns = _merge(np.concatenate([borders[:, 0], borders[:, 2]]), median(borders[:, 2] - borders[:, 0]))
    rows = _merge(np.concatenate([borders[:, 1], borders[:, 3]]), median(borders[:, 3] - borders[:, 1]))
    n = len(stats)
    first_column, column_span = _places(columns[:n], columns[n:])
    first_row, row_span = _places(rows[:n], rows[n:])
    order = np.lexsort((first_column, first_row))
    own = np.zeros(int(labels.max()) + 1, np.int32)
    own[numbers[order]] = np.arange(1, n + 1)
    cells = [
        RuledCell(
            Box(*map(int, stats[i, :4])),
            int(first_row[i]),
            int(first_column[i]),
            int(row_span[i]),
            int(column_span[i]),
        )
        for i in order.tolist()
    ]
    return RuledTable(tuple(cells), own[labels])


def _places(first: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    """Return the number of the row or column that each cell begins in, and how many of them it spans.

    Boxes apart have a border of their own on either side; only where a cell begins, a row or column does.
    """
    begins = np.array(sorted(set(first.tolist())), np.int64)
    number = np.searchsorted(begins, first)
    return number, np.maximum(1, np.searchsorted(begins, last) - number)


def _borders(labels: npt.NDArray[np.int32], numbers: IntArray, stats: IntArray) -> npt.NDArray[np.float64]:
    """Return (n, 4, 2): the middles of each cell's left, upper, right and lower border, x and y."""
    borders = np.empty((len(stats), 4, 2))
    for border, number, (x, y, wide, high, _) in zip(borders, numbers, stats, strict=True):
        is_own = labels[y : y + high, x : x + wide] == number
        middle_x, middle_y = wide // 2, high // 2
        across, down = np.flatnonzero(is_own[middle_y]), np.flatnonzero(is_own[:, middle_x])
        across = across if len(across) else np.array([0, wide - 1])
        down = down if len(down) else np.array([0, high - 1])
        border[:] = [
            (x + across[0], y + middle_y),
            (x + middle_x, y + down[0]),
            (x + across[-1], y + middle_y),
            (x + middle_x, y + down[-1]),
        ]
    return borders


def _rectified(borders: npt.NDArray[np.float64], stats: IntArray) -> npt.NDArray[np.float64]:
    """Return x of left, y of upper, x of right and y of lower borders, once the table's outline is a rectangle."""
    x, y, wide, high = stats[:, :4].astype(np.float64).T
    points = np.stack([x, y, x + wide, y, x + wide, y + high, x, y + high], axis=1).reshape(-1, 2)
    sums, differences = points.sum(axis=1), points[:, 0] - points[:, 1]
    quad = points[[sums.argmin(), differences.argmax(), sums.argmax(), differences.argmin()]].astype(np.float32)
    outline = cv2.convexHull(points.astype(np.float32))
    mapped = borders
    if cv2.contourArea(quad) >= RECTANGULAR * cv2.contourArea(outline):
        across = (np.hypot(*(quad[1] - quad[0])) + np.hypot(*(quad[2] - quad[3]))) / 2
        down = (np.hypot(*(quad[3] - quad[0])) + np.hypot(*(quad[2] - quad[1]))) / 2
        square = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
        matrix = cv2.getPerspectiveTransform(quad, square)
        mapped = np.asarray(cv2.perspectiveTransform(borders.reshape(-1, 1, 2), matrix), np.float64).reshape(-1, 4, 2)
    return np.stack([mapped[:, 0, 0], mapped[:, 1, 1], mapped[:, 2, 0], mapped[:, 3, 1]], axis=1)


def _merge(borders: npt.NDArray[np.float64], usual: float) -> IntArray:
    """Return for each border the number of the table's line that it is, from 0."""
    order = np.argsort(borders, kind="stable")
    numbers = np.zeros(len(borders), np.int64)
    steps = np.diff(borders[order]) > SAME * usual
    numbers[order[1:]] = np.cumsum(steps)
    return numbers

"""A square grid goes in; what its cells say comes out, one digit a cell.

Printed lines are taken out first, and what is left of them lies near the edges of cells, where no digit has its middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digits.reading.ink.binarization import find_ink
from digits.reading.ink.connected_components import Parts, find_parts, own_ink
from digits.reading.ink.line_removal import find_unruled
from digits.reading.layout.grid import CELL_PX, CELLS
from digits.reading.layout.grouping import make_line
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.pooling import named_by_each
from digits.reading.result import Box, ByteArray, FloatArray, Mark, Reading
from digits.reading.spotting.spotter import Spot, name_frames
from digits.reading.steps import Classify, MakeDigit, Steps

# Shares of a cell: a digit is at least so high, is made of strokes at least so high or wide, and has its middle so far
# from the edge.
LEAST_HEIGHT, LEAST_STROKE, EDGE = 0.3, 0.14, 0.17
# A stroke as long as this share of a cell, and a third as thick as long at most, along an edge is a printed line's.
STRIP_SHARE = 0.8
# Fewer digits make no grid of digits. Among directions, belief below this is none (see rotation.py); a mean doubt above
# this many nats says that the cells hold something else.
LEAST_CELLS, LEAST_BELIEF, MOST_DOUBT = 4, 0.5, 0.3


@dataclass(frozen=True, eq=False)
class Cell:
    """The digit of one cell: row and column from 0, its tight box on the square grid, and float32 ink in it."""

    row: int
    column: int
    box: Box
    ink: FloatArray

    def frame(self) -> ByteArray:
        return frame_digit(self.ink)


def read_cells(square: FloatArray, classify: Classify, make_digit: MakeDigit, spot: Spot | None = None) -> Steps | None:
    """Read the grid, or return None where its cells hold no digits.

    Args:
        square: float32 (468, 468) in [0, 1], as grid.py returns it.
        spot: the spotter, where it has to name each digit too; else the digit network reads alone.
    """
    ink = find_ink(square, light_on_dark=False)
    found = find_unruled(ink)
    parts, rules, cells = found.parts, found.lines, find_cells(found.parts)
    if len(cells) < LEAST_CELLS:
        return None
    frames = np.stack([cell.frame() for cell in cells])
    turned = np.concatenate([np.rot90(frames, k, axes=(1, 2)) for k in range(4)])
    beliefs = classify(np.ascontiguousarray(turned)).max(axis=1).reshape(4, len(cells))
    doubts = -np.log(np.maximum(beliefs, LEAST_BELIEF)).mean(axis=1)
    quarters = int(doubts.argmin())
    if doubts[quarters] > MOST_DOUBT:
        return None
    if quarters:
        square, ink, unruled = (np.ascontiguousarray(np.rot90(each, quarters)) for each in (square, ink, found.ink))
        parts = find_parts(unruled)
        cells = find_cells(parts)
        frames = np.stack([cell.frame() for cell in cells])
    believed = classify(frames)
    named = named_by_each(believed, name_frames(frames, spot)) if spot else [None] * len(cells)
    placed = {
        (cell.row, cell.column): make_digit(each, cell.box, both)
        for each, cell, both in zip(believed, cells, named, strict=True)
    }
    rows = [[placed.get((row, column)) for column in range(CELLS)] for row in range(CELLS)]
    angle = 90.0 * quarters if quarters < 3 else -90.0
    reading = Reading(
        tuple(make_line([digit for digit in row if digit], CELL_PX) for row in rows if any(row)),
        tuple(Mark("rule", box) for box in rules) if not quarters else (),
        angle,
        square.shape[1],
        square.shape[0],
        tuple(map(tuple, rows)),
    )
    return Steps(square, ink, own_ink(parts), tuple(cell.box for cell in cells), frames, reading)


def find_cells(parts: Parts) -> list[Cell]:
    """Return the cells that hold a digit, row by row.

    Args:
        parts: of the square grid, printed lines taken out.
    """
    owned: dict[tuple[int, int], list[int]] = {}
    for i in range(len(parts)):
        box = parts.box(i)
        across, down = (box.x + box.width / 2) / CELL_PX, (box.y + box.height / 2) / CELL_PX
        row, column = min(int(down), CELLS - 1), min(int(across), CELLS - 1)
        is_inside = EDGE < across - column < 1 - EDGE and EDGE < down - row < 1 - EDGE
        if is_inside and max(box.width, box.height) >= LEAST_STROKE * CELL_PX and not _is_line(box):
            owned.setdefault((row, column), []).append(i)
    cells = [_cell(parts, row, column, owned[row, column]) for row, column in sorted(owned)]
    return [cell for cell in cells if cell.box.height >= LEAST_HEIGHT * CELL_PX]


def _is_line(box: Box) -> bool:
    longer, shorter = max(box.width, box.height), min(box.width, box.height)
    return longer > 1.3 * CELL_PX or (longer >= STRIP_SHARE * CELL_PX and box.width == longer and 3 * shorter < longer)


def _cell(parts: Parts, row: int, column: int, members: list[int]) -> Cell:
    boxes = [parts.box(i) for i in members]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    ink = np.zeros((bottom - top + 2, right - left + 2), np.float32)
    for i, box in zip(members, boxes, strict=True):
        crop = parts.crop(i)
        place = ink[box.y - top : box.y - top + crop.shape[0], box.x - left : box.x - left + crop.shape[1]]
        np.maximum(place, crop, out=place)
    return Cell(row, column, Box(left, top, right - left, bottom - top), ink)

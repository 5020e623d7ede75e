"""A page with ruled cells goes in: a table, a form, boxes in a row; what stands in its cells and beside them comes out.

The story: find the ruled cells; leave out letters that look like digits, as ink tells that stands beside them and
nobody read; digits that stand in a row make a line, those in a cell its text; each gets its own ink, the digit network
looks at it, and what all networks say is read. Pages without cells are read in plain_page.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from digits.reading.detection.detections import PRESENT, SIGN_PRESENT, SIGNS, STRUCK, Detections, joined, kind_odds
from digits.reading.detection.pyramid import as_grey_bytes
from digits.reading.detection.text_lines import find_lines
from digits.reading.geometry import as_box, as_places, enlarge_box, shared_area
from digits.reading.ink.connected_components import Parts, own_ink
from digits.reading.ink.line_removal import find_unruled
from digits.reading.layout.cell_text import fill_cells
from digits.reading.layout.grid import square_cells
from digits.reading.layout.grouping import make_line
from digits.reading.layout.ruling.ruled_cells import RuledTable, find_tables
from digits.reading.layout.signs import BESIDE
from digits.reading.layout.tokens import find_letters, find_struck_out, find_tokens
from digits.reading.networks import Networks
from digits.reading.normalization.upright_page import UprightPage
from digits.reading.quantiles import median
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.multi_view import look_twice
from digits.reading.recognition.pooling import agree, named_by_each
from digits.reading.result import ByteArray, Digit, FloatArray, Line, Mark, Reading
from digits.reading.segmentation.ink_assignment import Ink, share_ink
from digits.reading.steps import MakeDigit, Steps

# From this probability a digit counts as printed.
PRINTED = 0.5
SIGN_KINDS = ("dot", "comma", "dash", "slash", "colon", "struck")
# A sign belongs to a line whose nearest digit is level with it, in heights of a digit.
LEVEL = 0.9


@dataclass(frozen=True, eq=False)
class _Page:
    """The page upright, coarser by ``factor``; and what is seen on it, in pixels of the page upright."""

    upright: FloatArray
    angle: float
    factor: int
    ink: FloatArray
    digits: Detections
    signs: Detections
    tables: list[RuledTable]


def read_ruled(
    upright: UprightPage, networks: Networks, make_digit: MakeDigit, *, is_square: bool = False
) -> Steps | None:
    """Read a page with ruled cells; None where it has none, or no digit in any.

    Args:
        upright: the page.
        networks: what is asked: all but the spotter.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
        is_square: whether it is a grid as grid.py makes it, whose cells need not be looked for.
    """
    page = _look(upright, is_square=is_square)
    if not page.tables:
        return None
    unruled = find_unruled(page.ink)
    is_letter = _in_words(page, unruled.parts, networks)
    words = [Mark("word", as_box(box)) for box in page.digits.boxes[is_letter]]
    page = _without_struck_out(replace(page, digits=page.digits.pick(~is_letter)))
    lines = find_lines(page.digits.boxes)
    inks = _own_inks(unruled.parts, page, lines)
    frames = np.stack([frame_digit(one.ink) for one in inks]) if inks else np.zeros((0, 28, 28), np.uint8)
    digits = _name(page, inks, frames, networks, make_digit)
    height, width = page.upright.shape
    reading = Reading(
        tuple(_make_line(page, line, digits) for line in lines),
        (*_marks(page), *words, *(Mark("rule", enlarge_box(box, page.factor)) for box in unruled.lines)),
        page.angle,
        width,
        height,
        tables=tuple(fill_cells(table, page.digits, digits, page.factor) for table in page.tables),
    )
    order = [i for line in lines for i in line]
    boxes = tuple(as_box(page.digits.boxes[i]) for i in order)
    return Steps(page.upright, page.ink, own_ink(unruled.parts), boxes, frames[order], reading)


def _name(
    page: _Page, inks: Sequence[Ink], frames: ByteArray, networks: Networks, make_digit: MakeDigit
) -> list[Digit]:
    """Return what the digit network, which sees the frames, and both stages of the detector say together."""
    is_cut = np.array([one.is_cut for one in inks], bool)
    looked = look_twice(frames, networks.classify) if inks else page.digits.digits
    believed, named = agree(looked, page.digits.digits, is_cut), named_by_each(looked, page.digits.digits)
    printed = page.digits.printed >= PRINTED
    return [
        replace(make_digit(each, enlarge_box(one.box, page.factor), both), is_printed=is_printed, presence=presence)
        for each, one, both, is_printed, presence in zip(
            believed, inks, named, printed.tolist(), page.digits.presence.tolist(), strict=True
        )
    ]


def _look(page: UprightPage, *, is_square: bool) -> _Page:
    """Find cells; tables without a digit are none."""
    seen, factor = page.seen, page.factor
    digits = seen.pick((seen.kind < 10) & (seen.presence >= PRESENT))
    signs = seen.pick((seen.kind >= 10) & (seen.presence >= SIGN_PRESENT))
    boxes = np.asarray(digits.boxes / factor, np.float32)
    if is_square:
        tables = [square_cells(page.ink.shape)]
    else:
        tables = find_tables(page.ink, median(digits.heights) / factor, boxes) if len(digits) else []
    places = np.asarray(digits.middles / factor, np.int64)
    filled = [table for table in tables if table.cell_numbers(places).any()]
    return _Page(page.grey, page.angle, factor, page.ink, digits, signs, filled)


def _in_words(page: _Page, parts: Parts, networks: Networks) -> npt.NDArray[np.bool_]:
    """Return which of the page's digits are letters of words, bool (n,)."""
    shown, factor = as_grey_bytes(page.upright), np.float32(page.factor)
    digits, signs = (replace(some, boxes=some.boxes / factor) for some in (page.digits, page.signs))
    return find_letters(
        digits,
        signs,
        (parts.labels > 0).view(np.uint8),
        lambda boxes: networks.ask_about(shown, boxes * factor)[0],
        lambda boxes: _cells_of(page, boxes * factor),
    )


def _without_struck_out(page: _Page) -> _Page:
    """Judge each number as a whole: move digits of struck-out ones to the page's signs, and the others' back."""
    seen, is_sign = joined([page.digits, page.signs]), page.signs.kind != STRUCK
    some = np.flatnonzero(np.concatenate([np.ones(len(page.digits), bool), ~is_sign]))
    tokens = find_tokens(seen.boxes[some], _cells_of(page, seen.boxes[some]))
    is_struck = find_struck_out(tokens, kind_odds(seen.kinds[some], [STRUCK], range(10)))
    gone, rest = some[is_struck], some[~is_struck]
    return replace(page, digits=seen.pick(rest), signs=joined([page.signs.pick(is_sign), seen.pick(gone)]))


def _cells_of(page: _Page, boxes: FloatArray) -> npt.NDArray[np.int64]:
    """Return a number for the cell that the middle of each box is in, int64 (n,); 0 outside all cells."""
    middles = np.asarray((boxes[:, :2] + boxes[:, 2:]) / (2 * page.factor), np.int64)
    cells = np.zeros(len(boxes), np.int64)
    for table in page.tables:
        own = table.cell_numbers(middles)
        cells = np.where(own, own + cells.max(initial=0), cells)
    return cells


def _own_inks(parts: Parts, page: _Page, lines: Sequence[Sequence[int]]) -> list[Ink]:
    """Return the ink of each digit, in the order of ``page.digits``."""
    inks: dict[int, Ink] = {}
    boxes = [as_box(one, page.factor) for one in page.digits.boxes]
    for line in lines:
        row = [boxes[i] for i in line]
        touched = (shared_area(parts.boxes[:, np.newaxis], as_places(row)) > 0).any(axis=1)
        height = median([box.height for box in row])
        own, _ = share_ink(parts, np.flatnonzero(touched).tolist(), row, height)
        inks.update(zip(line, own, strict=True))
    return [inks[i] for i in range(len(boxes))]


def _make_line(page: _Page, line: Sequence[int], digits: Sequence[Digit]) -> Line:
    height = median(page.digits.heights[list(line)])
    return replace(make_line([digits[i] for i in line], height), signs=_signs_of(page, line, height))


def _signs_of(page: _Page, line: Sequence[int], height: float) -> tuple[tuple[int, str], ...]:
    """Return the signs of a line, left to right, each with the number of digits on its left."""
    middles = page.digits.middles[list(line)]
    signs = []
    for (x, y), kind in zip(page.signs.middles, page.signs.kinds[:, 10:].argmax(axis=1), strict=True):
        if kind < len(SIGNS) and middles[0, 0] - (BESIDE + 0.5) * height < x < middles[-1, 0] + (BESIDE + 0.5) * height:
            nearest = int(np.abs(middles[:, 0] - x).argmin())
            if abs(float(middles[nearest, 1] - y)) < LEVEL * height:
                signs.append((float(x), int((middles[:, 0] < x).sum()), SIGNS[kind]))
    return tuple((place, sign) for _, place, sign in sorted(signs))


def _marks(page: _Page) -> list[Mark]:
    kinds = page.signs.kinds[:, 10:].argmax(axis=1)
    return [Mark(SIGN_KINDS[kind], as_box(box)) for kind, box in zip(kinds, page.signs.boxes, strict=True)]

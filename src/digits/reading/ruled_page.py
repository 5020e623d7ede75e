"""A page with ruled cells goes in: a table, a form, boxes in a row; what stands in its cells and beside them comes out.

The story: look for digits at a few sizes; turn the page upright and level; look at what was seen again, larger; find
the ink and the ruled cells; leave out letters that look like digits, as ink tells that stands beside them and nobody
read; digits that stand in a row make a line, those in a cell its text; each gets its own ink, the digit network looks
at it, and what all networks say is read. Pages without cells are read in page.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from digits.reading.detection.detections import SIGNS, STRUCK, Detections, joined, kind_odds
from digits.reading.detection.pyramid import as_grey_bytes
from digits.reading.detection.verification import log_odds
from digits.reading.geometry import as_places, enlarge_box, shared_area
from digits.reading.ink.binarization import find_ink, typical
from digits.reading.ink.connected_components import Parts, own_ink
from digits.reading.ink.line_removal import find_unruled
from digits.reading.layout.cell_text import fill_cells
from digits.reading.layout.detected_lines import find_lines
from digits.reading.layout.grid import square_cells
from digits.reading.layout.grouping import make_line
from digits.reading.layout.page_prior import weigh_heights
from digits.reading.layout.ruling.ruled_cells import RuledTable, find_tables
from digits.reading.layout.signs import BESIDE
from digits.reading.layout.tokens import find_letters, find_struck_out, find_tokens, find_unread
from digits.reading.networks import Networks
from digits.reading.normalization.detected_orientation import find_upright
from digits.reading.normalization.rotation import turn
from digits.reading.picture.downsampling import coarsen
from digits.reading.quantiles import median, quantiles
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.multi_view import look_twice
from digits.reading.recognition.pooling import agree, named_by_each
from digits.reading.result import Box, ByteArray, Digit, FloatArray, Line, Mark, Reading
from digits.reading.segmentation.ink_assignment import Ink, share_ink
from digits.reading.steps import MakeDigit, Steps

# How sure both stages have to be that a digit is there, and the detector that there is a sign beside digits.
PRESENT, SIGN_PRESENT = 0.85, 0.5
# Digits need no more pixels than this to be framed.
ENOUGH_PX = 56.0
# As high as digits are where none is seen, in pixels.
USUAL_PX = 24.0
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


def read_ruled(grey: FloatArray, networks: Networks, make_digit: MakeDigit, *, is_square: bool = False) -> Steps | None:
    """Read a page with ruled cells; None where it has none, or no digit in any.

    Args:
        grey: float32 (height, width) in [0, 1], 0 black.
        networks: what is asked: all but the spotter.
        make_digit: from probabilities float32 (10,) and a box to a digit, which may be refused.
        is_square: whether it is a grid as grid.py makes it, whose cells need not be looked for.
    """
    page = _look(grey, networks, is_square=is_square)
    if not page.tables:
        return None
    unruled = find_unruled(page.ink)
    is_letter = _in_words(page, unruled.parts, networks)
    words = [Mark("word", _as_box(box, 1)) for box in page.digits.boxes[is_letter]]
    page = _without_struck_out(replace(page, digits=page.digits.pick(~is_letter)))
    lines = find_lines(page.digits)
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
    boxes = tuple(_as_box(page.digits.boxes[i], 1) for i in order)
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


def _look(grey: FloatArray, networks: Networks, *, is_square: bool) -> _Page:
    """Find digits, turn the page, find ink and cells; tables without a digit are none."""
    angle, seen = find_upright(as_grey_bytes(grey), networks.detect, is_level=is_square)
    upright = turn(grey, angle, paper=typical(grey)) if angle else grey
    again = weigh_heights(networks.recheck(as_grey_bytes(upright), seen.pick(seen.may_be_digit)))
    digits = again.pick((again.kind < 10) & (again.presence >= PRESENT))
    signs = joined([seen.pick(~seen.may_be_digit), again.pick(again.kind >= 10)])
    signs = signs.pick(signs.presence >= SIGN_PRESENT)
    height = median(digits.heights) if len(digits) else USUAL_PX
    factor = 1 if is_square else max(1, int(height / ENOUGH_PX))
    page = coarsen(upright, factor)
    ink = find_ink(page, light_on_dark=_is_ink_light(page, digits, factor))
    boxes = np.asarray(digits.boxes / factor, np.float32)
    tables = [square_cells(ink.shape)] if is_square else find_tables(ink, height / factor, boxes) if len(digits) else []
    places = np.asarray(digits.middles / factor, np.int64)
    filled = [table for table in tables if table.cell_numbers(places).any()]
    return _Page(upright, angle, factor, ink, digits, signs, filled)


def _in_words(page: _Page, parts: Parts, networks: Networks) -> npt.NDArray[np.bool_]:
    """Return which of the page's digits are letters of words, bool (n,); their neighbours, that nobody read, tell."""
    digits = page.digits
    read = np.concatenate([digits.boxes, page.signs.boxes]) / page.factor
    ink, heights = (parts.labels > 0).astype(np.uint8), digits.heights / np.float32(page.factor)
    unread = find_unread(ink, np.asarray(read, np.float32), heights)
    characters = np.concatenate([digits.boxes, unread * np.float32(page.factor)])
    tokens = find_tokens(characters, _cells_of(page, characters))
    tokens = [token for token in tokens if min(token) < len(digits) <= max(token)]
    asked = np.array(sorted({i for token in tokens for i in token if i >= len(digits)}), np.int64)
    odds = np.zeros(len(characters), np.float32)
    odds[: len(digits)] = log_odds(digits.presence)
    odds[asked] = log_odds(networks.ask_about(as_grey_bytes(page.upright), characters[asked])[0])
    return find_letters(tokens, odds, len(digits))


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


def _is_ink_light(page: FloatArray, digits: Detections, factor: int) -> bool:
    """Tell whether the ink is lighter than the paper: what fewer pixels in the digits' boxes are."""
    votes = 0.0
    for (left, top, right, bottom), presence in zip(digits.boxes / factor, digits.presence, strict=True):
        wide, high = 0.15 * (right - left), 0.1 * (bottom - top)
        rows = slice(max(0, int(top - high)), max(0, int(bottom + high) + 1))
        place = page[rows, max(0, int(left - wide)) : max(0, int(right + wide) + 1)]
        if place.size:
            low, middle, light = quantiles(place, (0.05, 0.5, 0.95))
            votes += float(presence * ((light - middle) - (middle - low)) / max(float(light - low), 0.02))
    return votes > 0


def _own_inks(parts: Parts, page: _Page, lines: Sequence[Sequence[int]]) -> list[Ink]:
    """Return the ink of each digit, in the order of ``page.digits``."""
    inks: dict[int, Ink] = {}
    boxes = [_as_box(one, page.factor) for one in page.digits.boxes]
    for line in lines:
        row = [boxes[i] for i in line]
        touched = (shared_area(parts.boxes[:, np.newaxis], as_places(row)) > 0).any(axis=1)
        height = median([box.height for box in row])
        own, _ = share_ink(parts, np.flatnonzero(touched).tolist(), row, height)
        inks.update(zip(line, own, strict=True))
    return [inks[i] for i in range(len(boxes))]


def _as_box(edges: FloatArray, factor: int) -> Box:
    left, top, right, bottom = (float(edge) / factor for edge in edges)
    x, y = max(0, round(left)), max(0, round(top))
    return Box(x, y, max(1, round(right) - x), max(1, round(bottom) - y))


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
    return [Mark(SIGN_KINDS[kind], _as_box(box, 1)) for kind, box in zip(kinds, page.signs.boxes, strict=True)]

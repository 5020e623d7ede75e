"""Composed pages: the same at every call, and what was read on them is counted right."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import cv2
import forms as benchmark
import numpy as np
import pytest
from composing.sheet import Cell, Page
from composing.writing import Writer
from measured import Failures, share
from quick import slow
from scoring.cells_read import read_cells, upright_matrix

from digits.data import Dataset
from digits.reading.normalization.rotation import turn
from digits.reading.result import Box, Digit, Line, Reading
from digits.training.augmentation.thinning import loops

CELLS = (Cell("number", "12", 0, 0, 100, 50), Cell("empty", "", 100, 0, 100, 50))
PAGE = Page(np.full((50, 300, 3), 255, np.uint8), CELLS)


def _read(*placed: tuple[int | None, int, int]) -> Reading:
    """Return a reading of digits, each a value and its middle."""
    found = tuple(Digit(value, 0.9, (0.1,) * 10, Box(x - 5, y - 5, 10, 10)) for value, x, y in placed)
    return Reading((Line(found, Box(0, 0, 300, 50)),) if found else (), (), 0.0, 300, 50)


@pytest.mark.parametrize("kind", [slow(kind) if kind == "table worn" else kind for kind in benchmark.KINDS])
def test_a_kind_gives_the_same_pages_at_every_call(sample: Dataset, kind: str) -> None:
    pytest.importorskip("fontpkg", reason="needs the extra typefaces")
    digits = sample.train.images, sample.train.labels
    one, other = islice(benchmark.pages(kind, *digits), 2)
    (same,) = islice(benchmark.pages(kind, *digits), 1)
    # OpenCV's threads may round a pixel differently.
    assert np.abs(one.picture.astype(np.float32) - same.picture).mean() < 0.5
    assert (one.cells, one.lines) == (same.cells, same.lines)
    assert (one.cells, one.lines) != (other.cells, other.lines)
    assert bool(one.cells) == (kind in benchmark.TABLES or kind in benchmark.ROWS)


def test_cells_hold_the_digits_whose_middles_lie_there_from_left_to_right() -> None:
    assert read_cells(PAGE, _read((2, 60, 20), (1, 30, 25))).texts == ("12", "")
    assert read_cells(PAGE, _read((1, 30, 25), (None, 150, 20))).texts == ("1", "?")


def test_a_digit_outside_cells_in_an_empty_one_or_more_than_stand_there_is_spare() -> None:
    read = _read((1, 20, 20), (2, 40, 20), (7, 60, 20), (1, 150, 20), (1, 250, 20), (None, 270, 20))
    assert read_cells(PAGE, read).spare == 3
    assert read_cells(PAGE, _read((9, 20, 20))).spare == 0


def test_places_are_found_on_a_page_that_was_turned_upright() -> None:
    picture = np.zeros((80, 200), np.float32)
    cv2.circle(picture, (150, 30), 4, (1,), -1)
    for angle in (7.0, 90.0, -96.0):
        turned = turn(picture, angle)
        reading = Reading((), (), angle, turned.shape[1], turned.shape[0])
        x, y, _ = upright_matrix(reading, 80, 200) @ (150, 30, 1)
        rows, columns = np.nonzero(turned > 0.5)
        assert (x, y) == pytest.approx((columns.mean(), rows.mean()), abs=1)


def test_what_is_exact_is_counted_and_what_is_not_is_drawn(tmp_path: Path) -> None:
    read = [_read((1, 30, 20), (2, 60, 20)), _read((1, 150, 20))]
    judged = (benchmark.Judged(PAGE, reading, lambda: b"a picture") for reading in read)
    counts = benchmark.count("form", judged, Failures(tmp_path))
    assert [own["pages"] for own in counts] == [(1, 1), (0, 1)]
    assert [own["cells"] for own in counts] == [(2, 2), (0, 2)]
    assert [own["spare"] for own in counts] == [(0, 1), (1, 1)]
    assert [path.name for path in tmp_path.glob("*.png")] == ["form_001.png"]
    assert benchmark.shares(counts)["cells"]["mean"] == 0.5


def test_lines_are_compared_by_their_digits() -> None:
    page = replace(PAGE, cells=(), lines=("1,2", "3"))
    one, other = _read((1, 20, 20), (2, 40, 20)), _read((1, 20, 20), (2, 40, 20))
    (counts,) = benchmark.count("time", iter([benchmark.Judged(page, one, bytes)]), Failures(None))
    assert (counts["pages"], counts["lines"]) == ((0, 1), (1, 2))
    both = replace(one, lines=(*one.lines, Line(other.lines[0].digits[:1], Box(0, 0, 9, 9))))
    (counts,) = benchmark.count("time", iter([benchmark.Judged(page, both, bytes)]), Failures(None))
    assert counts["lines"] == (1, 2)


def test_a_share_spreads_as_pages_do() -> None:
    assert share([(1, 2), (1, 2)]) == {"n": 4, "mean": 0.5, "spread": 0.0}
    even = share([(0, 1), (1, 1)] * 200)
    assert even["mean"] == 0.5
    assert even["spread"] == pytest.approx(0.5 / 20, rel=0.15)


def test_a_digit_is_not_drawn_from_one_whose_loop_is_filled(sample: Dataset) -> None:
    writer = Writer(sample.train.images, sample.train.labels, np.random.default_rng(0))
    for value, many in (("0", 1), ("1", 0), ("8", 2)):
        ink = writer.digit(value, 200, 4)
        count, _ = cv2.connectedComponents((np.pad(ink, 1) < 0.5).astype(np.uint8), connectivity=4)
        assert count - 2 == many
    ring = np.zeros((28, 28), np.uint8)
    cv2.circle(ring, (14, 14), 8, (255,), 2)
    assert loops(ring.tobytes()) == 1

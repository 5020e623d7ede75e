"""Regions of composed pages: what is in their middle is what they are said to show."""

from __future__ import annotations

import numpy as np
import pytest

from digits.reading.detection.detections import KINDS
from digits.reading.detection.detector import OUTPUTS
from digits.reading.detection.verification import REGION_HEIGHT, REGION_WIDTH
from digits.reading.result import ByteArray, FloatArray
from digits.training.detector.composing.crops import View
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.verifier.regions import answers_on_side, find_answers, make_regions, turned_by_a_quarter


def see_nothing(grey: ByteArray) -> FloatArray:
    answers = np.zeros((len(grey), 4 * OUTPUTS, grey.shape[2] // 4, grey.shape[3] // 4), np.float32)
    answers[:, ::OUTPUTS] = 20
    return answers


def test_a_page_gives_regions_of_digits_and_of_what_is_none(alphabet: Alphabet) -> None:
    made = make_regions(alphabet, see_nothing, np.random.default_rng(3), pages=4)
    assert made.pixels.shape[1:] == (REGION_HEIGHT, REGION_WIDTH)
    assert (made.kinds == 0).sum() > 10
    assert ((made.kinds > 0) & (made.kinds <= 10)).sum() > 20
    assert made.kinds.min() >= 0
    assert made.kinds.max() <= KINDS
    assert not made.belief.any()


def test_the_same_seed_gives_the_same_regions(alphabet: Alphabet) -> None:
    one, other = (make_regions(alphabet, see_nothing, np.random.default_rng(5), pages=1) for _ in range(2))
    assert np.array_equal(one.pixels, other.pixels)
    assert np.array_equal(one.kinds, other.kinds)


def test_only_what_the_detector_proposes_is_taken_where_that_is_asked(alphabet: Alphabet) -> None:
    assert not len(make_regions(alphabet, see_nothing, np.random.default_rng(5), pages=1, only_seen=True))


def test_a_box_shows_a_target_a_part_of_it_or_nothing() -> None:
    targets = np.array([[100, 100, 20, 30, 8, 1], [200, 100, 6, 6, 10, 0]], np.float32)

    def box(x: float, y: float, height: float) -> list[float]:
        return [x - height / 3, y - height / 2, x + height / 3, y + height / 2]

    boxes = [
        box(101, 99, 28),  # the 8
        box(100, 92, 14),  # its upper ring, which may be a 0
        box(100, 92, 8),  # a stroke of it
        box(112, 100, 30),  # half beside it
        box(150, 100, 30),  # between both
        box(100, 100, 90),  # much larger
        box(200, 100, 6),  # the point
    ]
    kinds, is_printed = find_answers(np.array(boxes, np.float32), targets)
    assert kinds.tolist() == [9, -1, 0, -1, 0, 0, 11]
    assert is_printed.tolist() == [1, -1, -1, -1, -1, -1, -1]


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_view_on_its_side_tells_where_its_targets_lie(quarters: int) -> None:
    pixels = np.zeros((8, 8), np.uint8)
    pixels[2, 5] = 255
    view = View(pixels, np.array([[2.0, 0, -5], [0, 2, -8]]), 2.0)
    turned = turned_by_a_quarter(view, quarters)
    x, y = turned.matrix @ np.array([5, 5, 1])
    assert np.argwhere(turned.pixels).tolist() == [[int(y), int(x)]]


def test_a_digit_on_its_side_is_none_or_nobody_knows() -> None:
    kinds = np.array([-1, 0, 1, 2, 3, 8, 9, 10, 11, KINDS], np.int8)
    assert answers_on_side(kinds).tolist() == [-1, 0, -1, -1, 0, 0, -1, 0, -1, -1]

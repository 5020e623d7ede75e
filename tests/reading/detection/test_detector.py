"""Decoding, tiles, sizes and non-maximum suppression, with answers that a test writes."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from digits.reading.detection import detector
from digits.reading.detection.detections import KINDS, Detections, joined, none
from digits.reading.detection.detector import OUTPUTS, decode, detect
from digits.reading.detection.non_maximum_suppression import suppress
from digits.reading.detection.pyramid import sizes_of
from digits.reading.normalization.detected_orientation import find_quarter_turns, find_skew
from digits.reading.result import ByteArray, FloatArray


def as_seen(_: ByteArray, seen: Detections) -> Detections:
    """Agree with all that the detector saw."""
    return seen


def blobs(grey: ByteArray) -> FloatArray:
    """Answer as a detector would that takes each dark filled box for a 4."""
    height, width = grey.shape[2:]
    answers = np.zeros((height // 2, width // 2, OUTPUTS), np.float32)
    answers[..., 0] = 10
    _, _, stats, middles = cv2.connectedComponentsWithStats((grey[0, 0] < 100).view(np.uint8))
    for (left, top, wide, high, _), (x, y) in zip(stats[1:], middles[1:], strict=True):
        row, column = int(y / 2), int(x / 2)
        here_x, here_y = column * 2 + 0.5, row * 2 + 0.5
        answers[row, column, :6] = [0, 0, 0, 0, 0, 14]
        edges = [here_x - left, here_y - top, left + wide - 1 - here_x, top + high - 1 - here_y]
        answers[row, column, KINDS + 1 : KINDS + 5] = np.array(edges) / 16
    cells = answers.reshape(height // 4, 2, width // 4, 2, OUTPUTS).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(cells.reshape(1, height // 4, width // 4, -1).transpose(0, 3, 1, 2))


def picture(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (120, 200)) -> ByteArray:
    grey = np.full(size, 220, np.uint8)
    for x, y, wide, high in boxes:
        grey[y : y + high, x : x + wide] = 20
    return grey


def test_a_digit_is_found_where_it_is() -> None:
    seen = detect(picture((40, 30, 12, 20), (100, 60, 14, 22)), [1.0], blobs)
    assert sorted(seen.kind.tolist()) == [4, 4]
    boxes = seen.boxes[np.argsort(seen.boxes[:, 0])]
    assert boxes[0] == pytest.approx([40, 30, 51, 49], abs=0.6)
    assert boxes[1] == pytest.approx([100, 60, 113, 81], abs=0.6)


def test_a_large_digit_is_found_once_at_the_size_that_suits_it() -> None:
    seen = detect(picture((60, 20, 40, 80)), [1.0, 0.5, 0.25], blobs)
    assert len(seen) == 1
    assert seen.boxes[0] == pytest.approx([60, 20, 99, 99], abs=4)


def test_tiles_see_what_the_whole_picture_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    spots = [(30 * i + 6, 40 * j + 9, 10, 18) for i in range(12) for j in range(7)]
    grey = picture(*(one for one in spots if random.random() < 0.7), size=(300, 380))
    whole = detect(grey, [1.0], blobs)
    monkeypatch.setattr(detector, "TILE_PX", 64)
    tiled = detect(grey, [1.0], blobs)
    order, same = np.lexsort(whole.boxes.T), np.lexsort(tiled.boxes.T)
    assert tiled.boxes[same] == pytest.approx(whole.boxes[order], abs=0.01)


def test_tiles_of_one_grey_are_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def ask(grey: ByteArray) -> FloatArray:
        asked.append(grey.shape)
        return blobs(grey)

    monkeypatch.setattr(detector, "TILE_PX", 64)
    detect(picture((10, 10, 10, 20), size=(256, 256)), [1.0], ask)
    assert len(asked) == 1


def test_of_two_on_each_other_the_surer_stays_and_neighbours_that_touch_both_stay() -> None:
    boxes = np.array([[0, 0, 10, 20], [1, 1, 11, 21], [9, 0, 19, 20]], np.float32)
    kinds = np.eye(KINDS, dtype=np.float32)[[1, 2, 3]]
    seen = Detections(boxes, np.array([0.8, 0.9, 0.7], np.float32), kinds, np.zeros(3, np.float32))
    assert suppress(seen).kind.tolist() == [2, 3]


def test_nothing_joined_is_nothing() -> None:
    assert len(joined([])) == len(none()) == 0
    assert len(suppress(none())) == 0
    empty = decode(
        np.zeros((4 * OUTPUTS, 3, 3), np.float32) + np.eye(1, OUTPUTS, dtype=np.float32)[0].repeat(1)[0], 0.99
    )
    assert len(empty) == 0


def test_small_pictures_are_enlarged_and_large_ones_made_smaller() -> None:
    assert sizes_of(np.zeros((28, 28), np.uint8))[0] == 2.0
    scales = sizes_of(np.zeros((3000, 4000), np.uint8))
    assert scales[0] == pytest.approx(0.4)
    assert all(two == one / 2 for one, two in pairwise(scales))
    assert scales[-1] * 3000 >= 20


@pytest.mark.parametrize("slope_deg", [-12.0, -3.0, 0.0, 5.0, 14.0])
def test_skew_is_that_of_the_rows(slope_deg: float) -> None:
    rise = np.tan(np.radians(slope_deg))
    boxes = [
        (30.0 * i, 60 * j - rise * 30 * i, 30.0 * i + 16, 60 * j - rise * 30 * i + 24)
        for i in range(8)
        for j in range(3)
    ]
    count = len(boxes)
    kinds = np.eye(KINDS, dtype=np.float32)[np.arange(count) % 10]
    seen = Detections(np.array(boxes, np.float32), np.ones(count, np.float32), kinds, np.zeros(count, np.float32))
    assert find_skew(seen) == pytest.approx(slope_deg, abs=0.1)


def test_a_picture_is_turned_only_where_another_way_shows_clearly_more() -> None:
    grey = picture((40, 30, 12, 20), (80, 30, 12, 20), (120, 30, 12, 20))
    assert find_quarter_turns(grey, detect(grey, [1.0], blobs), blobs, as_seen) == 0  # every way shows the same

    def upright_only(shown: ByteArray) -> FloatArray:
        wide, high = shown.shape[3], shown.shape[2]
        return blobs(shown) if wide > high else blobs(np.full_like(shown, 220))

    lying = np.ascontiguousarray(np.rot90(grey, -1))
    assert find_quarter_turns(lying, none(), upright_only, as_seen) in (1, 3)

"""A page as a whole: what it says, in which order, how it was turned, and what was left out."""

from __future__ import annotations

import json
import time

import cv2
import numpy as np
import pytest
from pages import write_page

import digits
from digits.data import Dataset
from digits.reading.normalization.rotation import turn

LINES = ["31415", "92653", "58979", "24687", "43857", "72364", "35792", "54273"]


@pytest.fixture(scope="module")
def page(sample: Dataset) -> np.ndarray:
    return write_page(sample.train, LINES, seed=2)


def right(expected: list[str], text: str) -> float:
    """Return the share of lines that are exact."""
    return float(np.mean([one == other for one, other in zip(expected, text.split("\n"), strict=False)]))


def test_lines_are_read_from_top_to_bottom_and_left_to_right(reader: digits.Reader, page: np.ndarray) -> None:
    reading = reader.read(page)
    assert reading.text.split("\n") == LINES
    for line in reading.lines:
        lefts = [digit.box.x for digit in line.digits if digit.box]
        assert lefts == sorted(lefts)
        assert line.confidence == min(digit.confidence for digit in line.digits)
    assert reading.angle == 0
    assert (reading.height, reading.width) == page.shape


def test_boxes_hold_the_ink_of_their_digits(reader: digits.Reader, page: np.ndarray) -> None:
    outside = page < 128
    for line in reader.read(page).lines:
        for digit in line.digits:
            box = digit.box
            assert box is not None
            area = outside[box.y : box.y + box.height, box.x : box.x + box.width]
            assert area.any()
            area[:] = False
    assert outside.sum() == 0


def test_light_on_dark_says_the_same(reader: digits.Reader, page: np.ndarray) -> None:
    assert reader.read(255 - page).text == reader.read(page).text


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_page_is_set_upright_and_the_angle_reported(
    reader: digits.Reader, page: np.ndarray, quarters: int
) -> None:
    reading = reader.read(np.rot90(page, -quarters))
    assert reading.angle == {1: 90, 2: 180, 3: -90}[quarters]
    assert reading.text.split("\n") == LINES


@pytest.mark.parametrize("skew", [-12, -5, 6, 13])
def test_a_skewed_page_is_made_level_and_the_angle_reported(
    reader: digits.Reader, page: np.ndarray, skew: float
) -> None:
    skewed = turn(page.astype(np.float32) / 255, -skew, paper=1.0)
    reading = reader.read(np.clip(skewed, 0, 1))
    assert reading.angle == pytest.approx(skew, abs=1.6)
    assert right(LINES, reading.text) >= 0.75


def test_groups_are_set_apart_by_a_space(reader: digits.Reader, sample: Dataset) -> None:
    assert reader.read(write_page(sample.train, ["123 4567 80"])).text == "123 4567 80"


def test_a_blank_page_reads_as_nothing(reader: digits.Reader) -> None:
    for level in (0, 128, 255):
        reading = reader.read(np.full((300, 200), level, np.uint8))
        assert reading.text == ""
        assert reading.confidence is None
        assert reading.needs_review
        assert reading.lines == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 3), (17, 40)])
def test_pictures_with_no_room_for_a_digit_are_read_without_an_error(
    reader: digits.Reader, shape: tuple[int, int]
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    json.dumps(reader.read(noise).to_dict())


def test_printed_rules_are_left_out_and_kept_as_marks(reader: digits.Reader, page: np.ndarray) -> None:
    ruled = page.copy()
    for y in range(60, page.shape[0], 80):
        ruled[y - 4 : y - 2, 8:-8] = 60
    reading = reader.read(ruled)
    assert right(LINES, reading.text) >= 0.75
    assert {mark.kind for mark in reading.marks} >= {"rule"}


def test_dots_dashes_and_specks_are_marks_and_no_digits(reader: digits.Reader, sample: Dataset) -> None:
    page = write_page(sample.train, ["25", "47"], scale=3, gap_px=14)
    top, left = 3 * 30, 3 * 30
    assert reader.read(page).text == "25\n47"
    marked = page.copy()
    right_end = max(box.x + box.width for line in reader.read(page).lines for box in [line.box])
    marked[top + 42 : top + 49, right_end + 25 : right_end + 60] = 0
    cv2.circle(marked, (right_end + 14, top + 68), 5, 0, -1)
    marked[5:7, 5:7] = 0
    marked[top + 60, left - 50] = 0
    reading = reader.read(marked)
    assert reading.text == "25\n47"
    assert {mark.kind for mark in reading.marks} >= {"dot", "dash"}


def test_the_table_around_a_sheet_is_no_ink(reader: digits.Reader, page: np.ndarray) -> None:
    photo = np.pad(page, 40, constant_values=230)
    photo[:, :22] = 40
    photo[:18] = 35
    assert reader.read(photo).text.split("\n") == LINES


def test_a_crop_of_one_line_is_not_turned_and_keeps_digits_at_its_border(
    reader: digits.Reader, sample: Dataset
) -> None:
    rows = []
    for seed, text in enumerate(["109", "5262", "250", "6302"]):
        ink = 255 - write_page(sample.test, [text], scale=2, gap_px=-1, seed=seed)
        height, width = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        rows.append((255 - ink[height[0] : height[-1] + 1, width[0] : width[-1] + 1], text))
    readings = [(reader.read(picture), text) for picture, text in rows]
    assert [reading.angle for reading, _ in readings] == [0] * len(rows)
    assert np.mean([reading.text.replace(" ", "") == text for reading, text in readings]) >= 0.75


def test_everything_about_a_reading_goes_into_json(reader: digits.Reader, page: np.ndarray) -> None:
    document = json.loads(json.dumps(reader.read(page).to_dict()))
    assert document["text"].split("\n") == LINES
    assert len(document["lines"][0]["digits"]) == 5
    assert document["lines"][0]["digits"][0]["value"] == 3


def test_the_steps_show_what_the_network_saw(reader: digits.Reader, page: np.ndarray) -> None:
    steps = reader.explain(page)
    values = [digit.value for line in steps.reading.lines for digit in line.digits]
    assert steps.frames.shape == (len(values), 28, 28)
    assert reader.classify_frames(steps.frames).values.tolist() == values
    assert steps.grey.shape == steps.ink.shape == (steps.reading.height, steps.reading.width)


def test_twenty_thousand_specks_take_bounded_time(reader: digits.Reader) -> None:
    random = np.random.default_rng(0)
    page = np.full((1754, 1240), 255, np.uint8)
    for y, x, size in zip(
        random.integers(0, 1750, 20_000), random.integers(0, 1236, 20_000), random.integers(1, 4, 20_000), strict=True
    ):
        page[y : y + size, x : x + size] = 0
    started = time.perf_counter()
    reader.read(page)
    assert time.perf_counter() - started < 60

"""Large pictures are read with fewer pixels: the same digits, and boxes where they are on the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pages import write_page

import digits
from digits.data import Dataset
from digits.reading.drawing.overlay import draw_overlay
from digits.reading.drawing.stages import draw_steps
from digits.reading.normalization.upright_page import ENOUGH_LOW_PX, ENOUGH_PX, find_factor
from digits.reading.picture.downsampling import MOST_PIXELS, coarsen, limit_factor

LINES = ["31415", "92653"]


@pytest.fixture(scope="module")
def small(sample: Dataset) -> np.ndarray:
    return write_page(sample.train, LINES)


def enlarge(picture: np.ndarray, factor: int) -> np.ndarray:
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.mark.slow
def test_an_enlarged_page_says_the_same_and_its_boxes_grow_with_it(reader: digits.Reader, small: np.ndarray) -> None:
    large = enlarge(small, 8)
    before, after = reader.read(small), reader.read(large)
    assert after.text == before.text == "\n".join(LINES)
    assert (after.height, after.width) == large.shape
    for one, two in zip(before.lines, after.lines, strict=True):
        for a, b in zip(one.digits, two.digits, strict=True):
            assert a.box
            assert b.box
            corners = np.array([[8 * a.box.x, 8 * a.box.y], [8 * a.box.width, 8 * a.box.height]])
            assert np.abs(corners - [[b.box.x, b.box.y], [b.box.width, b.box.height]]).max() <= 24


@pytest.mark.slow
def test_a_turned_large_page_has_boxes_on_the_upright_one(reader: digits.Reader, small: np.ndarray) -> None:
    upright, turned = (reader.read(np.rot90(enlarge(small, 8), k).copy()) for k in (0, 1))
    assert (turned.text, turned.angle) == (upright.text, -90)
    assert (turned.width, turned.height) == (upright.width, upright.height)


def test_digits_stay_as_high_as_they_must() -> None:
    random = np.random.default_rng(0)
    for usual in (20, 60, 200, 700):
        heights = (usual * random.uniform(0.3, 1.3, 50)).astype(np.float32)
        factor = find_factor(heights)
        assert factor == 1 or (np.median(heights) >= ENOUGH_PX * factor)
        assert factor == 1 or (np.quantile(heights, 0.1) >= ENOUGH_LOW_PX * factor)
        assert find_factor(heights, 3) >= 3
    assert find_factor(np.full(9, 700, np.float32)) > 10
    assert find_factor(np.zeros(0, np.float32)) == 1


def test_what_is_too_large_is_made_coarser_by_means() -> None:
    class Huge:
        size = 4 * MOST_PIXELS

    assert limit_factor(Huge()) == 2  # type: ignore[arg-type]
    assert limit_factor(np.zeros((10, 10), np.float32)) == 1
    grey = np.random.default_rng(0).random((7, 9), np.float32)
    means = grey[:6, :9].reshape(2, 3, 3, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(coarsen(grey, 3), means, rtol=1e-5)
    assert coarsen(grey, 1) is grey
    assert coarsen(grey, 20).shape == (1, 1)


@pytest.mark.slow
def test_pictures_of_the_steps_have_boxes_in_their_places(reader: digits.Reader, small: np.ndarray) -> None:
    steps = reader.explain(enlarge(small, 8))
    assert steps.ink.shape < steps.grey.shape
    overlay = cv2.imdecode(np.frombuffer(draw_overlay(steps), np.uint8), cv2.IMREAD_COLOR)
    sightings = cv2.imdecode(np.frombuffer(draw_steps(steps)["4-sightings"], np.uint8), cv2.IMREAD_COLOR)
    assert overlay.shape[:2] == steps.grey.shape
    for picture in (overlay, sightings):
        coloured = np.flatnonzero((picture.max(axis=2) != picture.min(axis=2)).any(axis=0)) / picture.shape[1]
        lefts = [digit.box.x for line in steps.reading.lines for digit in line.digits if digit.box]
        assert coloured[0] == pytest.approx(min(lefts) / steps.reading.width, abs=0.02)

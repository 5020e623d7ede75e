"""The second stage: regions are cut where the boxes are, and both stages have their say."""

from __future__ import annotations

import numpy as np
import pytest

from digits.reading.detection.detections import KINDS, LEAST_KIND, SIGNS, Detections, kind_odds
from digits.reading.detection.verification import (
    ANSWERS,
    REGION_HEIGHT,
    REGION_WIDTH,
    Weighing,
    as_shown,
    cut_regions,
    log_odds,
    verify,
)
from digits.reading.networks import Networks
from digits.reading.result import ByteArray, FloatArray

EVEN = Weighing(detector=1.0, verifier=1.0, constant=0.0)


def page_with_a_square(side: int, x: int, y: int) -> ByteArray:
    grey = np.full((600, 800), 220, np.uint8)
    grey[y : y + side, x : x + side] = 30
    return grey


@pytest.mark.parametrize("side", [8, 20, 50, 150, 400])
def test_what_is_in_a_box_is_as_high_in_its_region_whatever_its_size(side: int) -> None:
    x, y = 120, 90
    box = np.array([[x - 0.5, y - 0.5, x + side - 0.5, y + side - 0.5]], np.float32)
    (region,) = cut_regions(page_with_a_square(side, x, y), box)
    assert region.shape == (REGION_HEIGHT, REGION_WIDTH)
    dark = region < 125
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert abs(len(rows) - 20) <= 2
    assert abs(rows.mean() - 19.5) <= 1
    assert abs(columns.mean() - 39.5) <= 1


def test_beyond_the_picture_its_edge_goes_on() -> None:
    grey = np.full((30, 30), 200, np.uint8)
    (region,) = cut_regions(grey, np.array([[0, 0, 20, 20]], np.float32))
    assert (region == 200).all()


def test_regions_are_shown_without_their_light() -> None:
    random = np.random.default_rng(0)
    regions = random.integers(0, 100, (2, REGION_HEIGHT, REGION_WIDTH)).astype(np.uint8)
    assert np.allclose(as_shown(regions), as_shown(regions * 2 + 40), atol=1e-4)
    assert not as_shown(np.full((1, REGION_HEIGHT, REGION_WIDTH), 77, np.uint8)).any()


def test_both_stages_have_a_say() -> None:
    boxes = np.array([[10, 10, 30, 40], [50, 10, 70, 40]], np.float32)
    kinds = np.full((2, KINDS), 0.01, np.float32)
    kinds[:, 3] = 0.85
    seen = Detections(boxes, np.array([0.7, 0.7], np.float32), kinds, np.zeros(2, np.float32))

    def ask(shown: FloatArray) -> FloatArray:
        logits = np.zeros((len(shown), ANSWERS), np.float32)
        logits[0, 1 + 5] = 20  # a 5, surely
        logits[1, 0] = 20  # nothing
        logits[:, -1] = 4
        return logits

    again = verify(page_with_a_square(20, 20, 20), seen, ask, EVEN)
    assert again.presence[0] > 0.99
    assert again.presence[1] < 0.01
    assert again.kind[0] == 5
    assert (again.printed > 0.9).all()
    assert np.allclose(again.kinds.sum(axis=1), 1, atol=1e-5)


def test_log_odds_are_bounded() -> None:
    odds = log_odds(np.array([0.0, 0.5, 1.0], np.float32))
    assert np.isfinite(odds).all()
    assert odds[1] == pytest.approx(0)


def test_odds_between_kinds_are_those_of_their_sums_and_bounded() -> None:
    kinds = np.zeros((2, KINDS), np.float32)
    kinds[0, [2, 7, KINDS - 1]] = 0.1, 0.1, 0.8
    kinds[1, 2] = 1
    odds = kind_odds(kinds, [KINDS - 1], range(10))
    assert odds == pytest.approx([np.log(4), np.log(LEAST_KIND)], rel=1e-4)


def test_a_sign_is_something_but_no_digit() -> None:
    """A minus by itself must not be given as a 1."""
    logits = np.full((2, ANSWERS), -5, np.float32)
    logits[0, 1 + 7] = logits[1, 1 + 10 + SIGNS.index("-")] = 5
    networks = Networks(lambda _: np.zeros((0, 10), np.float32), {}, None)
    networks.__dict__["_verifier"] = (lambda _: logits, Weighing(1, 1, 0))
    presence = networks.present_in(np.zeros((2, REGION_HEIGHT, REGION_WIDTH), np.uint8))
    assert presence[0] > 0.99
    assert presence[1] < 0.01

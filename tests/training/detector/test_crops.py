"""Crops of composed pages: what the answers say is what is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from digits.reading.detection.detections import KINDS
from digits.reading.detection.detector import OUTPUTS, decode
from digits.training.detector.composing.crops import CROP_PX, EDGE_PX, LEAST_PX, MOST_PX, STEP_PX, take_crop
from digits.training.detector.composing.marks.glyphs import Alphabet, draw_digit, some_hand
from digits.training.detector.composing.pages import PAGE_PX, Page, compose_page
from digits.training.detector.composing.sheet import FIRM, JOINING, Target
from digits.training.detector.examples import Plan, in_cells, make_piece


def page_of(*targets: Target) -> Page:
    """Return a page with a dark filled box for each target."""
    grey = np.full((PAGE_PX, PAGE_PX), 0.9, np.float32)
    for one in targets:
        left, top = round(one.x - one.width / 2), round(one.y - one.height / 2)
        grey[top : top + round(one.height), left : left + round(one.width)] = 0.1
    return Page(grey, list(targets), targets[0].height)


@pytest.mark.parametrize("height", [20.0, 60.0])
@pytest.mark.parametrize("fine", [0.025, 0.08])
def test_a_fine_pen_draws_digits_as_high_as_they_should_be(alphabet: Alphabet, fine: float, height: float) -> None:
    random = np.random.default_rng(0)
    hand = replace(some_hand(alphabet, random, source="mnist"), fine=fine, sizes=np.ones(10, np.float32), uneven=0.0)
    drawn = [draw_digit(value, hand, height, alphabet, random) for value in range(10)]
    assert float(np.median([one.height for one in drawn])) == pytest.approx(height, rel=0.25)
    inked = float(np.mean([(one.pixels > FIRM).sum() / one.height for one in drawn]))
    assert inked < 4 * max(1.0, fine * height) + 2


def test_a_slash_through_a_0_hardly_makes_it_larger(alphabet: Alphabet) -> None:
    random = np.random.default_rng(0)
    hand = replace(some_hand(alphabet, random, source="mnist"), sizes=np.ones(10, np.float32), uneven=0.0, fine=0.0)
    heights = [draw_digit(0, hand, 40.0, alphabet, random).height for _ in range(150)]
    assert max(heights) < 2 * float(np.median(heights))


def test_the_answer_reaches_to_the_edges_of_the_ink() -> None:
    page, random = page_of(Target(7, 250, 250, 24, 32)), np.random.default_rng(0)
    measured = 0
    for _ in range(60):
        crop = take_crop(page, random)
        rows, columns = np.nonzero(crop.kind == 8)
        dark = np.abs(crop.pixels.astype(float) - np.median(crop.pixels)) > 0.4 * np.ptp(crop.pixels.astype(float))
        if not len(rows) or np.ptp(crop.pixels) < 60 or dark[[0, -1]].any() or dark[:, [0, -1]].any():
            continue
        left, top, right, bottom = np.median(crop.edges[rows, columns] * EDGE_PX, axis=0)
        y, x = np.nonzero(dark)
        middle_x, middle_y = np.median(columns) * STEP_PX + 0.5, np.median(rows) * STEP_PX + 0.5
        assert abs(middle_x - (x.min() + x.max()) / 2) < 3
        assert abs(middle_y - (y.min() + y.max()) / 2) < 3
        # A turned box is wider than the ellipse in it, which stands for a digit's ink.
        assert left + right == pytest.approx(np.ptp(x), rel=0.35)
        assert top + bottom == pytest.approx(np.ptp(y), rel=0.35)
        measured += 1
    assert measured >= 10


def test_a_digit_that_is_too_large_for_this_size_is_background() -> None:
    page, random = page_of(Target(3, 250, 250, 100, 150)), np.random.default_rng(1)
    page = Page(page.grey, page.targets, 40.0)  # looked at as if digits were 40 px high
    seen = [take_crop(page, random) for _ in range(40)]
    for crop in seen:
        assert not (crop.kind == 4).any() or (crop.edges[crop.kind == 4][:, 1::2].sum(axis=-1) * EDGE_PX < 60).all()
    assert any(not crop.kind.any() for crop in seen)


def test_perfect_answers_decode_to_the_digits_that_are_there(alphabet: Alphabet) -> None:
    random, found = np.random.default_rng(5), 0
    for _ in range(12):
        crop = take_crop(compose_page(alphabet, random), random)
        answers = np.zeros((*crop.kind.shape, OUTPUTS), np.float32)
        kinds = np.maximum(crop.kind, 0)
        answers[..., : KINDS + 1] = 12 * np.eye(KINDS + 1, dtype=np.float32)[kinds]
        answers[..., KINDS + 1 : KINDS + 5] = crop.edges
        cells = np.asarray(in_cells(answers[None]))[0]
        seen = decode(np.ascontiguousarray(cells.reshape(*cells.shape[:2], -1).transpose(2, 0, 1)), 0.5)
        for (x, y), kind, height in zip(seen.middles, seen.kind, seen.heights, strict=True):
            place = crop.kind[min(int(y / STEP_PX), 63), min(int(x / STEP_PX), 63)]
            assert place in (kind + 1, -1)
            assert kind >= 10 or LEAST_PX * 0.6 < height < MOST_PX * 1.5
        found += len(seen)
    assert found > 10


def test_a_piece_depends_on_its_seed_and_number_alone(alphabet: Alphabet) -> None:
    plan = Plan(seed=3, pages=2, looks=4)
    one, same, other = (make_piece(alphabet, plan, number) for number in (5, 5, 6))
    assert np.array_equal(one.pixels, same.pixels)
    assert np.array_equal(one.kinds, same.kinds)
    assert not np.array_equal(one.pixels, other.pixels)
    assert one.pixels.shape == (8, CROP_PX, CROP_PX)
    assert one.kinds.shape == (8, 32, 32, 4)


@pytest.mark.slow
def test_pages_hold_every_digit_every_sign_and_empty_ground(alphabet: Alphabet) -> None:
    random = np.random.default_rng(2)
    pages = [compose_page(alphabet, random) for _ in range(30)]
    kinds = {one.kind for page in pages for one in page.targets}
    assert set(range(10 + len(JOINING))) <= kinds
    assert any(not page.targets for page in pages)
    for page in pages:
        assert page.grey.dtype == np.float32
        assert page.grey.min() >= 0
        assert page.grey.max() <= 1

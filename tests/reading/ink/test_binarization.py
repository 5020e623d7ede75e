"""Ink found on paper of either polarity, and none found where there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.reading.ink.background import is_light_on_dark
from digits.reading.ink.binarization import find_ink


def stroke(paper: float, ink: float) -> np.ndarray:
    image = np.full((60, 60), paper, np.float32)
    image[15:45, 28:33] = ink
    return image


@pytest.mark.parametrize(("paper", "ink"), [(1.0, 0.0), (0.0, 1.0), (0.9, 0.7), (0.2, 0.5)])
def test_a_stroke_is_one_and_its_paper_zero(paper: float, ink: float) -> None:
    found = find_ink(stroke(paper, ink))
    assert found[20:40, 29:32].min() > 0.9
    assert found[:10].max() == 0
    assert is_light_on_dark(stroke(paper, ink)) == (ink > paper)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_blank_page_has_no_ink(value: float) -> None:
    assert not find_ink(np.full((40, 50), value, np.float32)).any()


def test_faint_grain_is_paper() -> None:
    grain = np.random.default_rng(0).normal(0.8, 0.01, (80, 80)).astype(np.float32)
    assert not find_ink(grain).any()


def test_a_shadow_across_the_page_is_paper() -> None:
    shadow = np.linspace(0.5, 1.0, 200, dtype=np.float32)[None].repeat(200, axis=0)
    page = shadow.copy()
    page[80:120, 98:104] *= 0.3
    found = find_ink(page)
    assert found[90:110, 100:102].min() > 0.8
    assert found[:, :60].max() < 0.2
    assert found[:, 140:].max() < 0.2


@pytest.mark.parametrize("edge_px", [0.5, 4, 20])
@pytest.mark.parametrize("angle", [0.0, 0.6, 2.2])
def test_the_edge_of_a_shadow_is_no_ink_and_hides_none(edge_px: float, angle: float) -> None:
    y, x = np.mgrid[0:140, 0:140].astype(np.float32) - 70
    distance = np.clip((np.cos(angle) * x + np.sin(angle) * y + 10) / edge_px, -50, 50)
    page = (0.9 * (1 - 0.5 / (1 + np.exp(-distance)))).astype(np.float32)
    page[50:90, 64:72] *= 0.25
    found = find_ink(page)
    assert found[55:85, 66:70].min() > 0.6  # least where a hard edge crosses the stroke
    assert np.delete(found, np.s_[60:76], axis=1).max() < 0.2


def test_a_blob_as_broad_as_half_the_picture_is_filled() -> None:
    picture = np.ones((100, 100), np.float32)
    picture[20:80, 25:70] = 0.1
    assert find_ink(picture)[25:75, 30:65].min() > 0.9


def test_paper_patterned_in_one_place_is_paper_there() -> None:
    page = np.full((240, 400), 0.9, np.float32)
    page[60:160, 100:300] -= np.random.default_rng(0).uniform(0, 0.14, (100, 200)).astype(np.float32)
    pattern = page.copy()
    cv2.line(page, (150, 80), (240, 140), 0.1, 5)
    ink = find_ink(page)
    is_pen = find_ink(np.where(page < 0.3, page, 0.9)) > 0
    assert (ink[60:160, 100:300][~is_pen[60:160, 100:300]] > 0).mean() < 0.3
    assert (ink[is_pen] > 0.3).mean() > 0.7
    assert (find_ink(pattern)[:50] == 0).all()

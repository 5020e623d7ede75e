"""Ink found on paper of either polarity, and none found where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from digits.reading.ink import find_ink, is_light_on_dark


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

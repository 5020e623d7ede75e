"""The pictures that are drawn without matplotlib show the same figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.evaluation.inspect.explain import Occlusion
from digits.evaluation.inspect.plain import (
    CELL_PX,
    GAP_PX,
    MAPS_PER_LAYER,
    NAMES_PX,
    PANEL_PX,
    WIDTH_PX,
    draw_filters,
    draw_layers,
    draw_occlusion,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "picture.png"


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        assert picture.width == WIDTH_PX
        return np.asarray(picture, np.int64)


def test_a_filter_is_orange_for_ink_purple_against_it_and_white_at_nothing(file):
    kernel = np.zeros((1, 3, 1, 17), np.float32)
    kernel[0, :, 0, 16] = 2, -2, 0
    draw_filters(kernel, file, title="filters")
    second_row = pixels_of(file)[-CELL_PX:][10]
    red, blue = second_row[:, 0], second_row[:, 2]
    assert (red > blue).sum() == pytest.approx(CELL_PX / 3, abs=2)
    assert (red < blue).sum() == pytest.approx(CELL_PX / 3, abs=2)


def test_a_map_is_dark_where_there_is_much_and_only_the_first_are_shown(file):
    maps = np.zeros((2, 2, MAPS_PER_LAYER + 9), np.float32)
    maps[0, 0] = 5
    draw_layers({"conv": maps}, file, title="a way")
    pixels = pixels_of(file)[:, NAMES_PX:, 0]
    black = (pixels == 0).sum()
    assert black == MAPS_PER_LAYER * (CELL_PX // 2) ** 2


def test_bars_are_as_long_as_the_numbers_are_large(file):
    draw_layers({"dense": np.repeat(np.float32([3, -1]), 8)}, file, title="a way")
    dark = (pixels_of(file)[:, NAMES_PX : NAMES_PX + MAPS_PER_LAYER * (CELL_PX + GAP_PX), 0] < 60).sum(axis=0)
    high, low = dark[: len(dark) // 2].max(), dark[len(dark) // 2 :].max()
    assert high / low == pytest.approx(3, rel=0.15)


def test_the_heat_is_where_the_probability_falls_and_another_answer_is_written_there(file):
    frame = np.zeros((28, 28), np.uint8)
    probability, answers = np.full((28, 28), 0.9, np.float32), np.full((28, 28), 4)
    probability[20, 6] = 0.1
    draw_occlusion(Occlusion(4, 0.9, probability, answers), frame, file, title="what matters")
    same = pixels_of(file)
    answers[20, 6] = 7
    draw_occlusion(Occlusion(4, 0.9, probability, answers), frame, file, title="what matters")
    other = pixels_of(file)
    panels = other[-PANEL_PX - 40 : -40]
    rows, columns = np.nonzero(panels[:, PANEL_PX + 80 : 2 * PANEL_PX + 80].sum(axis=2) > 300)
    side = PANEL_PX / 28
    assert (rows.min() / side, columns.min() / side) == pytest.approx((20, 6), abs=0.2)
    assert (rows.max() / side, columns.max() / side) == pytest.approx((21, 7), abs=0.2)
    changed = np.argwhere((same != other).any(axis=2)[-PANEL_PX - 40 : -40])
    assert changed[:, 0].mean() / side == pytest.approx(20.5, abs=1)
    assert (changed[:, 1].mean() - 2 * PANEL_PX - 120) / side == pytest.approx(6.5, abs=1)


def test_all_zero_weights_and_outputs_are_drawn_too(file):
    draw_filters(np.zeros((3, 3, 1, 4), np.float32), file, title="nothing")
    draw_layers({"conv": np.zeros((3, 3, 2), np.float32), "dense": np.zeros(10, np.float32)}, file, title="nothing")
    nothing = Occlusion(0, 0.5, np.full((28, 28), 0.5, np.float32), np.zeros((28, 28), np.int64))
    draw_occlusion(nothing, np.zeros((28, 28), np.uint8), file, title="nothing")
    assert pixels_of(file).size

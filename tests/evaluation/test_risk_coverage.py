"""Accuracy against coverage, and the one figure that sums it up, agree with counting by hand."""

from __future__ import annotations

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digits.evaluation.plots.risk_coverage import coverage_ticks, draw_risk_coverage, shown_points
from digits.evaluation.risk_coverage import measure_risk_coverage
from digits.evaluation.wording import as_area


def area_by_hand(confidence: list[float], is_right: list[bool]) -> float:
    """Return the mean share of wrong answers among the k surest, k from 1 to n, over all orders of equals."""
    areas = []
    for order in permutations(range(len(confidence))):
        if all(confidence[a] >= confidence[b] for a, b in pairwise(order)):
            wrong = np.cumsum([not is_right[i] for i in order])
            areas.append(float(np.mean(wrong / np.arange(1, len(order) + 1))))
    return float(np.mean(areas))


@pytest.mark.parametrize(
    ("confidence", "is_right"),
    [
        ([0.9, 0.8, 0.7, 0.6], [True, True, False, False]),
        ([0.6, 0.9, 0.7, 0.8], [True, False, True, True]),
        ([0.9, 0.9, 0.5, 0.5, 0.5], [True, False, True, False, False]),
        ([0.5], [False]),
        ([0.5, 0.5, 0.5], [True, True, True]),
    ],
)
def test_the_area_is_the_mean_over_all_coverages(confidence: list[float], is_right: list[bool]) -> None:
    assert measure_risk_coverage(confidence, is_right).aurc == pytest.approx(area_by_hand(confidence, is_right))


def test_knowing_one_s_errors_is_worth_more_than_not_knowing_them() -> None:
    confidence, is_right = np.linspace(1, 0.1, 500), np.arange(500) < 450
    assert measure_risk_coverage(confidence, is_right).aurc < measure_risk_coverage(confidence[::-1], is_right).aurc


def test_points_run_to_all_answers_and_tell_what_is_left_out() -> None:
    curve = measure_risk_coverage(np.linspace(1, 0.1, 1000), np.arange(1000) < 990)
    assert curve.points[-1].coverage == 1
    assert curve.points[-1].accuracy == pytest.approx(0.99)
    aside = curve.at(0.99)
    assert (aside.answered, aside.wrong, aside.accuracy) == (990, 0, 1)
    assert 0.99 < aside.bound < 1
    assert curve.to_dict()["points"][-1]["wrong"] == 10


@pytest.mark.parametrize("right", [lambda i: i < 380, lambda i: i >= 0, lambda i: i < 0])
def test_any_curve_is_drawn(tmp_path: Path, right: object) -> None:
    curve = measure_risk_coverage(np.linspace(1, 0.1, 400), [right(i) for i in range(400)])  # type: ignore[operator]
    draw_risk_coverage(curve, tmp_path / "curve.png", title="own")
    with Image.open(tmp_path / "curve.png") as picture:
        assert picture.width == 1600
    assert shown_points(curve)[-1].coverage == 1


def test_ticks_begin_on_the_axis_and_end_at_all() -> None:
    for low in (0.5, 0.87, 0.97, 0.999):
        ticks = coverage_ticks(low)
        assert ticks[0] == 1
        assert low - 1e-9 <= ticks[-1]
        assert len(ticks) <= 7


def test_an_area_is_written_without_an_exponent() -> None:
    assert [as_area(area) for area in (0.0, 0.0000544, 0.00123, 0.17)] == ["0", "0.000054", "0.0012", "0.17"]

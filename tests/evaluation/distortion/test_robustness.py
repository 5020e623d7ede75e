from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from quick import slow

from digits.data import Dataset, LabelledImages
from digits.errors import DataError
from digits.evaluation.distortion.distort import FAMILIES, Family
from digits.evaluation.distortion.robustness import Curve, Point, Robustness, choose_subset, measure_robustness
from digits.evaluation.plots.robustness import draw_robustness
from digits.reading.recognition.predictions import Predictions


class InkReader:
    """Reads the digit whose tenfold is the grey level of the brightest pixel, always with the same confidence."""

    def __init__(self) -> None:
        self.info: dict[str, Any] = {}
        self.batches: list[int] = []

    def classify_frames(self, frames: np.ndarray) -> Predictions:
        self.batches.append(len(frames))
        values = np.minimum(frames.max(axis=(1, 2)) // 10, 9).astype(np.int64)
        probabilities = np.full((len(frames), 10), 0.02, np.float32)
        probabilities[np.arange(len(frames)), values] = 0.82
        return Predictions(values, probabilities.max(axis=1), probabilities, np.zeros((len(frames), 32), np.float32))


def fade(images: np.ndarray, level: float, _random: np.random.Generator) -> np.ndarray:
    return (images * level).astype(np.uint8)


TWO_SIDED = Family("ink", "×", "times the ink", (1, 0.5, 2), fade, 0, 2)


def grey_levels(count: int = 100) -> LabelledImages:
    """Digit d is a grey square of level 10·d + 5, so that it is read as 0 to 4 at half the ink, as 1 to 9 at twice."""
    labels = np.arange(count) % 10
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 10:18, 10:18] = (10 * labels + 5)[:, None, None]
    return LabelledImages(images, labels)


def curve(accuracies: dict[float, float]) -> Curve:
    """A curve of a family whose first strength, as written, is the identity."""
    family = Family("ink", "×", "times the ink", tuple(accuracies), fade, 0, 9)
    points = [Point(strength, accuracy, (0, 1), 0.9) for strength, accuracy in sorted(accuracies.items())]
    return Curve(family, tuple(points))


def test_each_strength_has_the_accuracy_of_its_distorted_images() -> None:
    robustness = measure_robustness(InkReader(), grey_levels(), families=[TWO_SIDED])
    accuracies = {point.strength: point.accuracy for point in robustness.curves[0].points}
    # By hand: 5·d + 2 has d tens for d = 0 alone; 20·d + 10 never has, except that 9 is the most.
    assert accuracies == {0.5: 0.1, 1: 1.0, 2: 0.1}


def test_mean_confidence_stands_beside_accuracy() -> None:
    robustness = measure_robustness(InkReader(), grey_levels(), families=[TWO_SIDED])
    assert [point.confidence for point in robustness.curves[0].points] == pytest.approx([0.82] * 3)


def test_the_interval_holds_the_accuracy() -> None:
    robustness = measure_robustness(InkReader(), grey_levels(), families=[TWO_SIDED])
    for point in robustness.curves[0].points:
        assert 0 <= point.interval[0] <= point.accuracy <= point.interval[1] <= 1


def test_undistorted_images_are_classified_once_for_all_families() -> None:
    reader = InkReader()
    measure_robustness(reader, grey_levels(), families=[TWO_SIDED, TWO_SIDED])
    assert reader.batches == [100] * 5


def test_progress_counts_every_step_to_the_last() -> None:
    seen: list[tuple[int, int]] = []
    measure_robustness(
        InkReader(), grey_levels(20), families=[TWO_SIDED], progress=lambda done, of: seen.append((done, of))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_same_images_are_measured_every_time_in_proportion_to_their_digits(sample: Dataset) -> None:
    subset = choose_subset(sample.train, 400)
    assert (subset.images == choose_subset(sample.train, 400).images).all()
    assert subset.counts == pytest.approx(sample.train.counts / 10, abs=1)


def test_a_part_says_that_it_is_one() -> None:
    robustness = measure_robustness(InkReader(), grey_levels(100), count=50, families=[TWO_SIDED])
    assert (robustness.n, robustness.of) == (50, 100)
    assert robustness.sample.startswith("50 of the 100 images")


def test_a_larger_part_than_there_is_is_all_of_it() -> None:
    robustness = measure_robustness(InkReader(), grey_levels(30), count=2000, families=[TWO_SIDED])
    assert robustness.sample == "all 30 images"


def test_no_images_are_refused() -> None:
    with pytest.raises(DataError, match="at least one image"):
        measure_robustness(InkReader(), grey_levels(), count=0)


def test_a_limit_lies_between_the_last_strength_that_held_and_the_first_that_fell() -> None:
    (limit,) = curve({0: 1.0, 1: 0.97, 2: 0.93, 3: 0.99}).limits(0.95)
    assert limit.held == 1
    assert limit.falls_at is not None
    assert 1 < limit.falls_at < 2
    assert limit.strongest.strength == 3


@settings(deadline=None)
@given(falls_at=st.floats(1, 29), steepness=st.floats(0.1, 0.5))
def test_the_limit_of_a_logistic_curve_is_exact(falls_at: float, steepness: float) -> None:
    def accuracy(strength: float) -> float:
        return 1 / (1 + math.exp(steepness * (strength - falls_at)) / 19)  # 0.95 is odds of 19 to 1

    (limit,) = curve({strength: accuracy(strength) for strength in (0, 10, 20, 30)}).limits(0.95)
    if max(accuracy(strength) for strength in (0, 10, 20)) < 0.999:  # nearer to 1 a curve is cut off
        assert limit.falls_at == pytest.approx(falls_at)
    assert limit.falls_at is not None
    assert accuracy(limit.held) >= 0.95 > accuracy(limit.held + 10)


def test_a_family_that_goes_both_ways_has_a_limit_each_way() -> None:
    smaller, larger = curve({1: 0.99, 0.5: 0.9, 2: 0.9}).limits(0.95)
    assert (smaller.held, larger.held) == (1, 1)
    assert smaller.falls_at is not None
    assert larger.falls_at is not None
    assert 0.5 < smaller.falls_at < 1
    assert (larger.falls_at - 1) == pytest.approx(2 * (1 - smaller.falls_at))


def test_a_family_that_only_goes_down_has_one_limit() -> None:
    (limit,) = curve({100: 1.0, 50: 0.96, 10: 0.94}).limits(0.95)
    assert limit.held == 50
    assert limit.falls_at is not None
    assert 10 < limit.falls_at < 50


def test_accuracy_that_holds_has_no_point_where_it_falls() -> None:
    (limit,) = curve({0: 1.0, 1: 0.95}).limits(0.95)
    assert (limit.held, limit.falls_at, limit.strongest.strength) == (1, None, 1)


def test_accuracy_below_the_floor_from_the_start_held_nowhere() -> None:
    (limit,) = curve({0: 0.9, 1: 0.99}).limits(0.95)
    assert (limit.held, limit.falls_at) == (None, 0)


def test_all_of_it_can_be_written_as_json() -> None:
    robustness = measure_robustness(InkReader(), grey_levels(), families=[TWO_SIDED])
    saved = json.loads(json.dumps(robustness.to_dict()))
    assert saved["n"] == 100
    (family,) = saved["families"]
    assert [point["strength"] for point in family["points"]] == [0.5, 1, 2]
    assert [limit["strongest"] for limit in family["limits"]] == [0.5, 2]


@pytest.mark.slow
def test_a_good_model_is_right_on_undistorted_digits_and_loses_under_every_worst_strength(reader, mnist) -> None:
    robustness = measure_robustness(reader, mnist.validation, count=200)
    for curve in robustness.curves:
        accuracies = {point.strength: point.accuracy for point in curve.points}
        assert accuracies[curve.family.identity] >= 0.98, curve.family.name
        assert min(accuracies.values()) < accuracies[curve.family.identity], curve.family.name


@pytest.mark.parametrize(
    "families",
    [slow(FAMILIES), FAMILIES[:1], slow(FAMILIES[:3])],
    ids=["all", "one", "three"],
)
def test_any_number_of_families_is_drawn_1600_px_wide(tmp_path, families) -> None:
    robustness = measure_robustness(InkReader(), grey_levels(20), families=families)
    draw_robustness(robustness, grey_levels(1).images[0], tmp_path / "robustness.png", title="title\nA NOTICE")
    with Image.open(tmp_path / "robustness.png") as picture:
        picture.load()
        assert picture.size[0] == 1600


def test_what_is_surer_than_right_is_hatched(tmp_path) -> None:
    def dark_px(confidence: float) -> int:
        points = tuple(Point(strength, 0.5, (0, 1), confidence) for strength in (0.5, 1, 2))
        path = tmp_path / "robustness.png"
        drawn = Robustness(100, 100, 1.0, (Curve(TWO_SIDED, points),))
        draw_robustness(drawn, np.zeros((28, 28), np.uint8), path, title="title")
        with Image.open(path) as picture:
            return int((np.asarray(picture.convert("L")) < 150).sum())

    assert dark_px(0.9) > dark_px(0.5) + 5000

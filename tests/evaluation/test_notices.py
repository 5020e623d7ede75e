from __future__ import annotations

import numpy as np
import pytest

from digits.evaluation.metrics import Metrics, measure
from digits.evaluation.notices import about_figures


def metrics_of(answers: np.ndarray, labels: np.ndarray) -> Metrics:
    return measure(np.eye(10)[answers], labels)


def test_an_ordinary_result_needs_no_word():
    labels = np.arange(1000) % 10
    assert about_figures(metrics_of(labels, labels)) == ()


def test_digits_that_do_not_occur_are_named():
    labels = np.array([digit for digit in range(10) if digit not in (4, 7)] * 10)
    (notice,) = about_figures(metrics_of(labels, labels))
    assert "none of these images shows 4 or 7" in notice


@pytest.mark.parametrize("right", [0, 100, 115])
def test_an_accuracy_that_chance_explains_is_called_so(right):
    labels = np.arange(1000) % 10
    answers = np.where(np.arange(1000) < right, labels, (labels + 1) % 10)
    (notice,) = about_figures(metrics_of(answers, labels))
    assert notice.startswith(f"AT CHANCE: {right / 1000:.1%} are right, and always answering 0 would get 10.0%")


def test_the_commonest_digit_is_what_chance_is_measured_by():
    labels = np.repeat(np.arange(10), [910, *[10] * 9])
    (notice,) = about_figures(metrics_of(np.zeros(1000, int), labels))
    assert "always answering 0 would get 91.0%" in notice


def test_a_dozen_images_judge_nobody():
    labels = np.array([*range(10), 1, 1])
    assert about_figures(metrics_of((labels + 1) % 10, labels)) == ()

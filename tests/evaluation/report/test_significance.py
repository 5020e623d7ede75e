from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from digits.errors import DataError
from digits.evaluation.report.significance import (
    compare_on_same_images,
    compare_over_seeds,
    holm,
)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_s_test_is_that_of_its_definition(only_first, only_second):
    n = only_first + only_second
    first, second = np.zeros(n + 1, bool), np.zeros(n + 1, bool)
    first[:only_first] = True
    second[only_first:n] = True
    tail = sum(math.comb(n, k) for k in range(min(only_first, only_second) + 1))
    assert compare_on_same_images(first, second).p == pytest.approx(min(1, 2 * tail / 2**n))


def test_seeds_are_compared_as_scipy_s_welch_test_does():
    first, second = [0.9945, 0.9951, 0.9940, 0.9948], [0.9958, 0.9961, 0.9952]
    expected = stats.ttest_ind(first, second, equal_var=False)
    difference = compare_over_seeds(first, second)
    assert difference is not None
    assert difference.p == pytest.approx(expected.pvalue, rel=1e-5)
    interval = expected.confidence_interval(0.95)
    assert difference.interval == pytest.approx((interval.low, interval.high), rel=1e-5)


def test_seeds_that_all_came_out_alike_are_compared_without_a_warning():
    difference = compare_over_seeds([0.99, 0.99, 0.99], [0.98, 0.985])
    assert difference is not None
    assert 0 < difference.p < 1


@pytest.mark.parametrize("second", [[0.99], [0.99, 0.99]])
def test_seeds_that_cannot_tell_give_no_difference(second):
    assert compare_over_seeds([0.98, 0.98], second) is None


def test_images_are_counted_that_only_one_of_two_got_right():
    first = np.array([True, True, True, False, True, False])
    second = np.array([True, False, False, True, True, False])
    pair = compare_on_same_images(first, second)
    assert (pair.only_first, pair.only_second) == (2, 1)
    assert pair.value == pytest.approx(1 / 6)
    assert pair.interval[0] < pair.value < pair.interval[1]


def test_two_equal_networks_differ_by_nothing_and_still_have_an_interval():
    right = np.arange(100) % 7 > 0
    pair = compare_on_same_images(right, right)
    assert (pair.value, pair.p) == (0, 1)
    assert pair.interval[0] < 0 < pair.interval[1]


def test_the_interval_of_a_pair_holds_the_truth_as_often_as_it_says():
    random, truth, held = np.random.default_rng(0), 0.002, 0
    for _ in range(400):
        lot = random.random(5_000)
        first, second = lot >= 0.006, (lot < 0.002) | (lot >= 0.01)  # right alone: 0.4 % and 0.2 %, so 0.2 points apart
        pair = compare_on_same_images(first, second)
        held += pair.interval[0] <= truth <= pair.interval[1]
    assert 0.92 <= held / 400 <= 0.99


def test_answers_to_other_images_are_refused():
    with pytest.raises(DataError, match="measure on one set"):
        compare_on_same_images(np.ones(3, bool), np.ones(4, bool))


def test_holm_s_correction_is_that_of_its_definition():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrected_p_values_are_larger_keep_their_order_and_stay_at_most_1(probabilities):
    corrected = holm(probabilities)
    assert all(p <= c <= 1 for p, c in zip(probabilities, corrected, strict=True))
    assert np.all(np.diff(np.array(corrected)[np.argsort(probabilities)]) >= 0)

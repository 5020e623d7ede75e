"""The threshold that is chosen holds what it promises, and no more is promised than few digits can show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digits.reading.recognition.acceptance import (
    LEVEL,
    Acceptance,
    Curve,
    best_accuracy,
    check_asked,
    choose,
    floored,
    lower_bound,
    trace,
)


@given(n=st.integers(1, 20_000), share=st.floats(0, 1))
def test_the_bound_is_clopper_and_pearson_s(n: int, share: float) -> None:
    beta = pytest.importorskip("scipy.stats").beta
    wrong = min(n, int(share * min(n, 400)))
    expected = 0.0 if wrong == n else beta.ppf(1 - LEVEL, n - wrong, wrong + 1)
    assert lower_bound(wrong, n) == pytest.approx(expected, abs=1e-9)


def test_without_errors_the_bound_is_the_rule_of_three() -> None:
    assert lower_bound(0, 1000) == pytest.approx(1 - 3 / 1000, abs=1e-5)
    assert lower_bound(0, 2994) < 0.999 <= lower_bound(0, 2995)


def test_a_curve_counts_what_reaches_each_threshold() -> None:
    random = np.random.default_rng(0)
    confidence = np.round(random.uniform(0.2, 1, 700), 2)  # with many that are equally sure
    is_right = random.random(700) < confidence
    curve = trace(confidence, is_right)
    assert curve.answered[-1] == 700
    assert list(curve.confidence) == sorted(set(curve.confidence), reverse=True)
    for least, answered, wrong in zip(curve.confidence, curve.answered, curve.wrong, strict=True):
        assert answered == sum(confidence >= least)
        assert wrong == sum(~is_right[confidence >= least])
    assert len(curve.confidence) < 50
    assert Curve.from_dict(curve.to_dict()) == curve


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"confidence": [], "answered": [], "wrong": []},
        {"confidence": [0.9], "answered": [3], "wrong": [4]},
        {"confidence": [1.5], "answered": [3], "wrong": [0]},
        {"confidence": [0.9, 0.8], "answered": [3, 2], "wrong": [0, 0]},
        {"confidence": [0.9, 0.8], "answered": [3], "wrong": [0]},
        {"confidence": ["sure"], "answered": [3], "wrong": [0]},
        {"confidence": None, "answered": [3], "wrong": [0]},
    ],
)
def test_what_is_no_curve_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Curve.from_dict(stored)


def test_the_lowest_threshold_that_bears_an_accuracy_out_is_chosen() -> None:
    confidence = np.linspace(1, 0.5, 4000)
    is_right = np.arange(4000) < 3600  # the least sure 400 are wrong
    chosen = choose(trace(confidence, is_right), 0.99)
    assert chosen is not None
    assert (chosen.answered, chosen.wrong) == (3600, 0)
    assert chosen.threshold == pytest.approx(confidence[3599])
    assert chosen.bound >= 0.99
    assert chosen.coverage == 0.9


def test_an_accuracy_that_too_few_digits_show_is_chosen_by_none() -> None:
    curve = trace(np.linspace(1, 0.5, 1000), np.ones(1000, bool))
    assert choose(curve, 0.9975) is None
    best = best_accuracy(curve)
    assert best is not None
    assert choose(curve, best) is not None
    assert choose(curve, best + 1e-4) is None


def test_a_network_that_is_always_wrong_has_no_best() -> None:
    assert best_accuracy(trace(np.linspace(1, 0.5, 100), np.zeros(100, bool))) is None


@pytest.mark.parametrize("asked", [0.95, 0.98])
def test_what_is_promised_holds_as_often_as_the_level_says(asked: float) -> None:
    """Of readers whose true accuracy at each confidence is known, no more than one in twenty breaks its promise."""
    random, broken, chosen_count = np.random.default_rng(1), 0, 0
    for _ in range(400):
        confidence = random.uniform(0, 1, 600)
        is_right = random.random(600) < 0.85 + 0.15 * confidence
        chosen = choose(trace(confidence, is_right), asked)
        if chosen is not None and chosen.threshold is not None:
            chosen_count += 1
            broken += 0.85 + 0.15 * (1 + chosen.threshold) / 2 < asked
    assert chosen_count > 10
    assert broken <= 400 * (1 - LEVEL) + 8  # and two standard deviations


def test_a_choice_is_told_in_a_sentence_without_rounding_up() -> None:
    told = str(Acceptance(0.999, 0.996079, 5000, 4800, 1, 0.99901))
    assert told == (
        "answers from confidence 0.996079 up: 96.00 % of 5,000 held-out digits, 1 of them wrong, so at least 99.90 % "
        "right (one-sided Clopper-Pearson bound, 95 % level)"
    )
    assert floored(1.0) == "100 %"
    assert floored(0.99995) == "99.995 %"
    assert floored(0.12345) == "12.34 %"


@pytest.mark.parametrize("asked", [0, 1, 1.5, -0.1, float("nan"), "agree", "0.9"])
def test_what_is_no_accuracy_is_a_value_error(asked: object) -> None:
    with pytest.raises(ValueError, match=r"expected accept .* got .*; give"):
        check_asked(asked)


@pytest.mark.parametrize("asked", [True, [0.9], object()])
def test_what_is_no_number_is_a_type_error(asked: object) -> None:
    with pytest.raises(TypeError, match="expected accept as a number between 0 and 1"):
        check_asked(asked)

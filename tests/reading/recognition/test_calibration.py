"""Calibration held against its definition: it changes how sure we are, never what we say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quick import slow

from digits.reading.recognition.calibration import Confidence, about_threshold, fit_confidence, most_supported


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.3, 3), st.integers(0, 1000))
def test_calibrating_is_dividing_the_logits_by_the_temperature(temperature: float, seed: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 4, (20, 10))
    calibrated = Confidence(temperature).calibrate(softmax(logits))
    np.testing.assert_allclose(calibrated, softmax(logits / temperature), atol=1e-6)


def test_a_certain_zero_stays_finite() -> None:
    calibrated = Confidence(0.5).calibrate(np.eye(10, dtype=np.float32))
    assert np.isfinite(calibrated).all()
    np.testing.assert_allclose(calibrated.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("truth", [0.6, 1.0, 1.8])
def test_the_fit_recovers_the_temperature_the_labels_were_drawn_with(truth: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 3, (20_000, 10))
    labels = np.array([random.choice(10, p=row) for row in softmax(logits / truth)])
    assert fit_confidence(softmax(logits), labels).temperature == pytest.approx(truth, rel=0.05)


def test_the_threshold_refuses_the_share_it_was_fitted_for() -> None:
    random = np.random.default_rng(1)
    probabilities = softmax(random.normal(0, 3, (5000, 10)))
    fitted = fit_confidence(probabilities, probabilities.argmax(axis=1), refused_share=0.05)
    sure = fitted.calibrate(probabilities).max(axis=1)
    refused = np.mean([fitted.refusal(float(value)) is not None for value in sure])
    assert refused == pytest.approx(0.05, abs=0.005)


def test_a_refusal_says_why() -> None:
    confidence = Confidence(min_confidence=0.6)
    assert confidence.refusal(0.61) is None
    assert "0.40 is below 0.60" in str(confidence.refusal(0.4))


def test_a_refusal_never_shows_the_same_number_twice() -> None:
    said = str(Confidence(min_confidence=0.9278).refusal(0.9276))
    assert said == "unsure: confidence 0.9276 is below 0.9278"


@pytest.mark.parametrize(
    ("least", "told"),
    [(0.9984, "0.989 is below 0.998"), (0.99996, "0.98900 is below 0.99996"), (1.0, "0.99 is below 1.00")],
)
def test_a_threshold_is_not_rounded_to_certainty(least: float, told: str) -> None:
    assert Confidence(1.0, least).refusal(0.989) == f"unsure: confidence {told}"


@pytest.mark.parametrize("count", [1, 8, 40, 400, slow(100_000)])
def test_a_network_sure_of_all_held_out_digits_does_not_refuse_all_others(count: int) -> None:
    """The quantile is 1 here; an answer as sure as so many digits can bear out is not refused."""
    labels = np.arange(count) % 10
    fitted = fit_confidence(np.eye(10)[labels], labels)
    assert 0 < fitted.min_confidence < 1
    assert fitted.refusal(0.05 ** (1 / count)) is None


def test_the_bound_is_the_error_rate_that_may_hide_behind_no_error() -> None:
    """Clopper and Pearson's exact upper limit for 0 errors, as scipy has it."""
    binomtest = pytest.importorskip("scipy.stats").binomtest
    for count in (10, 40, 500):
        limit = binomtest(0, count, alternative="less").proportion_ci(0.95, method="exact").high
        assert 1 - most_supported(count) == pytest.approx(limit)


def test_a_threshold_far_below_the_bound_is_the_quantile() -> None:
    """So it is with MNIST, whose threshold must not move."""
    random = np.random.default_rng(2)
    probabilities = softmax(random.normal(0, 3, (5000, 10)))
    fitted = fit_confidence(probabilities, probabilities.argmax(axis=1))
    confidence = fitted.calibrate(probabilities).max(axis=1)
    assert fitted.min_confidence == pytest.approx(np.quantile(confidence, 0.002), abs=1e-4)


def test_too_few_digits_for_a_threshold_are_told_with_their_number() -> None:
    assert about_threshold(Confidence(), 500) is None
    said = str(about_threshold(Confidence(min_confidence=0.93), 40))
    assert said.startswith("TOO FEW DIGITS FOR A REFUSAL THRESHOLD: 40 held-out digits")
    assert "Answers below 0.93 are refused" in said


def test_few_digits_that_are_all_right_do_not_make_the_network_surer() -> None:
    labels = np.arange(40) % 10
    probabilities = np.full((40, 10), 0.01) + 0.9 * np.eye(10)[labels]
    assert fit_confidence(probabilities, labels).temperature == pytest.approx(1, abs=0.01)


def test_few_digits_with_a_sure_error_make_it_less_sure() -> None:
    labels = np.arange(40) % 10
    probabilities = np.full((40, 10), 0.001) + 0.99 * np.eye(10)[labels]
    assert fit_confidence(probabilities, (labels + (np.arange(40) < 4)) % 10).temperature > 1.5

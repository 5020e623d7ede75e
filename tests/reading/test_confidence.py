"""Calibration held against its definition: it changes how sure we are, never what we say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.reading.confidence import Confidence, fit_confidence


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

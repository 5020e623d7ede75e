"""Raw probabilities go in; calibrated ones, and the decision to refuse, come out.

Calibration is temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017): one number,
fitted on held-out digits, that changes how sure the network is but never its answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.result import FloatArray

# The smallest probability float32 still keeps precise; zeros are lifted to it before a logarithm.
TINY = 1e-37
ONES = np.ones(10)


@dataclass(frozen=True)
class Confidence:
    """What turns the network's numbers into ones to rely on; lives in model.json.

    Attributes:
        temperature: above 1 softens the network's probabilities, below 1 sharpens them.
        min_confidence: an answer less sure than this is refused; 0 refuses nothing.
    """

    temperature: float = 1.0
    min_confidence: float = 0.0

    def calibrate(self, probabilities: npt.NDArray[np.floating]) -> FloatArray:
        """Return float32 (n, 10), rows summing to 1, from raw probabilities (n, 10)."""
        # p^(1/T), made to sum to 1, is softmax(log(p) / T); float64 keeps the smallest powers.
        powers = probabilities.astype(np.float64) ** (1 / self.temperature)
        powers /= powers.dot(ONES)[:, np.newaxis]  # for one row twice as quick as .sum
        return powers.astype(np.float32)

    def refusal(self, confidence: float) -> str | None:
        """Say why an answer of this confidence is withheld, or None when it stands."""
        if confidence < self.min_confidence:
            return f"unsure: confidence {confidence:.2f} is below {self.min_confidence:.2f}"
        return None


def fit_confidence(
    probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer], *, refused_share: float = 0.002
) -> Confidence:
    """Return the temperature of least loss on held-out digits, and the confidence that all but a share of them reach.

    Args:
        probabilities: raw, (n, 10), of digits the network was not trained on.
        labels: (n,) in 0-9.
        refused_share: the part of true digits that may be refused; 0.002 is half of what the network gets wrong.
    """
    temperature = _best_temperature(probabilities, labels)
    calibrated = Confidence(temperature).calibrate(probabilities)
    return Confidence(temperature, round(float(np.quantile(calibrated.max(axis=1), refused_share)), 4))


def _best_temperature(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> float:
    """Golden-section search over log temperature; the loss has one minimum there. Bounds keep tiny sets sane."""

    def loss(log_temperature: float) -> float:
        calibrated = Confidence(float(np.exp(log_temperature))).calibrate(probabilities)
        return float(-np.log(np.maximum(calibrated[np.arange(len(labels)), labels], TINY)).mean())

    low, high = np.log(0.25), np.log(4.0)
    ratio = (np.sqrt(5) - 1) / 2
    while high - low > 1e-3:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return round(float(np.exp((low + high) / 2)), 4)

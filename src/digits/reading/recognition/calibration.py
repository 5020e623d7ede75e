"""Raw probabilities go in; calibrated ones, and the decision to refuse, come out.

Calibration is temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017): one number,
fitted on held-out digits, that changes how sure the network is but never its answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.quantiles import quantile
from digits.reading.result import FloatArray

# The smallest probability float32 still keeps precise; zeros are lifted to it before a logarithm.
TINY = 1e-37
ONES = np.ones(10)
# The part of true digits that may be refused: half of what the network gets wrong on MNIST.
REFUSED_SHARE = 0.002
# So many digits hold one to be refused; fewer cannot show where that share ends.
ENOUGH = round(1 / REFUSED_SHARE)
# An error rate that is as likely as this to leave no error among the held-out digits cannot be ruled out by them.
LEVEL = 0.05
# So many values of a digit in doubt are named.
MOST_NAMED = 3


@dataclass(frozen=True)
class Confidence:
    """What turns the network's numbers into ones to rely on; lives in model.json.

    Attributes:
        temperature: above 1 softens the network's probabilities, below 1 sharpens them.
        min_confidence: an answer less sure than this is refused; 0 refuses nothing.
        must_agree: whether an answer is also refused where two networks were asked and name two digits.
    """

    temperature: float = 1.0
    min_confidence: float = 0.0
    must_agree: bool = False

    def calibrate(self, probabilities: npt.NDArray[np.floating]) -> FloatArray:
        """Return float32 (n, 10), rows summing to 1, from raw probabilities (n, 10)."""
        # p^(1/T), made to sum to 1, is softmax(log(p) / T); float64 keeps the smallest powers.
        powers = probabilities.astype(np.float64) ** (1 / self.temperature)
        powers /= powers.dot(ONES)[:, np.newaxis]  # for one row twice as quick as .sum
        return powers.astype(np.float32)

    def refusal(
        self, confidence: float, possible: Sequence[int] = (), named: tuple[int, int] | None = None
    ) -> str | None:
        """Say why an answer of this confidence is withheld, or None when it stands.

        Args:
            confidence: of the likeliest value, in [0, 1].
            possible: the values that it may be; up to three are named.
            named: what each of two networks takes it for by itself, where two were asked.
        """
        if self.must_agree and named and named[0] != named[1]:
            return f"the two networks disagree: {min(named)} or {max(named)}"
        if confidence < self.min_confidence:
            told_apart = {confidence, self.min_confidence, 1.0}  # a threshold is not rounded to certainty
            places = next(
                n for n in range(2, 18) if len({f"{one:.{n}f}" for one in told_apart}) == len(told_apart) or n == 17
            )
            told = " or ".join(map(str, possible)) + ", " if 1 < len(possible) <= MOST_NAMED else ""
            return f"unsure: {told}confidence {confidence:.{places}f} is below {self.min_confidence:.{places}f}"
        return None


def fit_confidence(
    probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer], *, refused_share: float = REFUSED_SHARE
) -> Confidence:
    """Return the temperature of least loss on held-out digits, and the confidence that all but a share of them reach.

    Fewer digits than ``ENOUGH`` may show that the network is too sure, and raise the temperature above 1. That they are
    all right does not show that it is not sure enough.

    The threshold is never above ``most_supported``: where the network is sure of every held-out digit, the quantile
    alone would be 1 and refuse everything else.

    Args:
        probabilities: raw, (n, 10), of digits the network was not trained on.
        labels: (n,) in 0-9.
        refused_share: the part of true digits that may be refused.
    """
    temperature = _best_temperature(probabilities, labels)
    confidence = Confidence(temperature).calibrate(probabilities).max(axis=1)
    threshold = min(quantile(confidence, refused_share), most_supported(len(labels)))
    return Confidence(temperature, math.floor(1e4 * threshold) / 1e4)  # rounded up, it would refuse more


def most_supported(count: int) -> float:
    """Return the highest confidence, in (0, 1), that ``count`` held-out digits can bear out.

    If all of them are right, the network may still be wrong once in ``count / 3`` digits (the rule of three). To tell
    answers surer than that from each other, there are too few.
    """
    return float(LEVEL ** (1 / count))


def about_threshold(confidence: Confidence, count: int) -> str | None:
    """Return a warning if ``count`` held-out digits are too few to find the share that may be refused; else None."""
    if count >= ENOUGH:
        return None
    digits = "digit" if count == 1 else "digits"
    return (
        f"TOO FEW DIGITS FOR A REFUSAL THRESHOLD: {count} held-out {digits} cannot show which confidence all but "
        f"{REFUSED_SHARE:.1%} of digits reach; that takes {ENOUGH}. Answers below {confidence.min_confidence:.2f} are "
        "refused, which may be too many or too few."
    )


def _best_temperature(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> float:
    """Golden-section search over log temperature; the loss has one minimum there. Bounds keep tiny sets sane."""

    def loss(log_temperature: float) -> float:
        calibrated = Confidence(float(np.exp(log_temperature))).calibrate(probabilities)
        return float(-np.log(np.maximum(calibrated[np.arange(len(labels)), labels], TINY)).mean())

    low, high = np.log(0.25 if len(labels) >= ENOUGH else 1.0), np.log(4.0)
    ratio = (np.sqrt(5) - 1) / 2
    while high - low > 1e-3:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return round(float(np.exp((low + high) / 2)), 4)

"""In: how sure each answer is, and whether it is right. Out: how accuracy rises as the least sure answers are left out.

Numpy only. El-Yaniv and Wiener, "On the foundations of noise-free selective classification" (JMLR 2010), call the curve
risk-coverage; its area sums it up in one figure (AURC; Geifman, Uziel and El-Yaniv, ICLR 2019).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.reading.recognition.acceptance import lower_bound, trace


@dataclass(frozen=True)
class CoveragePoint:
    """The answers with a confidence of ``threshold`` or more: ``answered`` of ``n``, of which ``wrong`` are wrong."""

    threshold: float
    answered: int
    wrong: int
    n: int

    @property
    def coverage(self) -> float:
        """The share that is answered, in (0, 1]."""
        return self.answered / self.n

    @property
    def accuracy(self) -> float:
        """The share of the answered that is right, in [0, 1]."""
        return 1 - self.wrong / self.answered

    @property
    def bound(self) -> float:
        """What that accuracy is at least, at a level of 95 %: one-sided Clopper-Pearson."""
        return lower_bound(self.wrong, self.answered)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"coverage": self.coverage, "accuracy": self.accuracy, "bound": self.bound}


@dataclass(frozen=True)
class RiskCoverage:
    """``points`` from the surest answers alone to all of them.

    ``aurc`` in [0, 1] is the mean, over all n coverages from one answer to all, of the share of wrong answers; 0 is
    perfect.
    """

    aurc: float
    points: tuple[CoveragePoint, ...]

    def at(self, coverage: float) -> CoveragePoint:
        """Return the point of most answers that leaves out at least all but ``coverage``, else the first."""
        return next((point for point in self.points[::-1] if point.coverage <= coverage), self.points[0])

    def to_dict(self) -> dict[str, Any]:
        return {"aurc": self.aurc, "points": [point.to_dict() for point in self.points]}


def measure_risk_coverage(confidence: npt.ArrayLike, is_right: npt.ArrayLike) -> RiskCoverage:
    """Return the curve of answers.

    Args:
        confidence: (n,) in [0, 1], n >= 1.
        is_right: bool (n,).
    """
    curve, n = trace(confidence, is_right), np.size(confidence)
    rows = zip(curve.confidence, curve.answered, curve.wrong, strict=True)
    return RiskCoverage(_area(confidence, is_right), tuple(CoveragePoint(*row, n) for row in rows))


def _area(confidence: npt.ArrayLike, is_right: npt.ArrayLike) -> float:
    """Return the AURC; answers that are equally sure come in all orders, so the errors among them spread evenly."""
    _, group, sizes = np.unique(-np.asarray(confidence, np.float64), return_inverse=True, return_counts=True)
    wrong = np.bincount(group, weights=~np.asarray(is_right, bool))
    errors = np.cumsum(np.repeat(wrong / sizes, sizes))
    return max(0.0, math.fsum(errors / np.arange(1, len(errors) + 1)) / len(errors))

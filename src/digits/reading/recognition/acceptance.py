"""How sure held-out digits were, and which of them were wrong, goes in; how sure an answer must be comes out.

A user names an accuracy. The lowest confidence is chosen from which held-out digits are right at least that often. That
is judged by a bound, not by what was counted: the lower one-sided bound of Clopper and Pearson (Biometrika 1934) at a
level of 95 %. It is exact. Wilson's is easier to compute, but promises too much where errors are few, as here.

Whoever tries many thresholds finds one that only happens to look good. So they are tried in an order in which errors
have no say, the surest answers first, and the first that fails ends it. Then the level holds for the threshold that is
chosen, however many were tried (fixed-sequence testing; Angelopoulos et al., "Learn then test", 2021). The first one
has as many answers as it takes if none of them is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

# The bound is too high in one of twenty models at most.
LEVEL = 0.95
# Shares of the held-out digits, the surest first, at which thresholds are kept: closer where the errors are.
SHARES = (
    *(percent / 100 for percent in range(4, 90, 3)),
    *(0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985, 0.99, 0.9925, 0.995, 0.9975, 0.999, 1.0),
)
AGREED: Final = "agreed"
Asked = float | Literal["agreed"]


@dataclass(frozen=True)
class Curve:
    """Thresholds of confidence, the highest first, and how many held-out digits reach each; ``wrong`` are among them.

    The last threshold is the confidence of the least sure digit, which all of them reach.
    """

    confidence: tuple[float, ...]
    answered: tuple[int, ...]
    wrong: tuple[int, ...]

    def to_dict(self) -> dict[str, list[float] | list[int]]:
        return {name: list(values) for name, values in asdict(self).items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Curve:
        """Return the curve that ``to_dict`` described.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        sure = tuple(map(float, stored["confidence"]))
        answered, wrong = (tuple(map(int, stored[name])) for name in ("answered", "wrong"))
        rows = list(zip(sure, answered, wrong, strict=True))
        if not rows or sorted(answered) != list(answered) or not all(
            0 <= confidence <= 1 and 0 <= errors <= count and count for confidence, count, errors in rows
        ):  # fmt: skip
            raise ValueError("no curve of confidence, answered and wrong")
        return cls(sure, answered, wrong)


@dataclass(frozen=True)
class Acceptance:
    """What was chosen, and what it costs among ``digits`` held-out ones.

    Attributes:
        asked: an accuracy in (0, 1), or "agreed".
        threshold: what is less sure is refused; None where the networks' agreement decides.
        digits: how many were held out.
        answered: so many of them are answered.
        wrong: so many of the answers are wrong.
        bound: the share of right answers is at least this, at ``level``.
        notice: why the bound may promise too much, if it may.
    """

    asked: Asked
    threshold: float | None
    digits: int
    answered: int
    wrong: int
    bound: float
    level: float = LEVEL
    notice: str | None = None

    @property
    def coverage(self) -> float:
        """The share that is answered, in [0, 1]."""
        return self.answered / self.digits

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "coverage": self.coverage, "told": str(self)}

    def __str__(self) -> str:
        what = "what both networks name alike" if self.threshold is None else f"from confidence {self.threshold:.6g} up"
        wrong = f"{self.wrong:,} of them wrong" if self.wrong else "none of them wrong"
        return (
            f"answers {what}: {floored(self.coverage)} of {self.digits:,} held-out digits, {wrong}, so at least "
            f"{floored(self.bound)} right (one-sided Clopper-Pearson bound, {100 * self.level:g} % level)"
        ) + (f"; {self.notice}" if self.notice else "")


def trace(confidence: npt.ArrayLike, is_right: npt.ArrayLike) -> Curve:
    """Return the curve of held-out digits.

    Args:
        confidence: of the answers, (n,) in [0, 1], n >= 1.
        is_right: bool (n,).
    """
    sure = np.asarray(confidence, np.float64)
    falling = np.sort(sure)[::-1]
    places = [max(0, math.ceil(share * len(sure) - 1e-9) - 1) for share in SHARES]
    thresholds = sorted({float(falling[place]) for place in places}, reverse=True)
    wrong = ~np.asarray(is_right, bool)
    answered = tuple(int((sure >= least).sum()) for least in thresholds)
    return Curve(tuple(thresholds), answered, tuple(int(wrong[sure >= least].sum()) for least in thresholds))


def choose(curve: Curve, accuracy: float) -> Acceptance | None:
    """Return the lowest threshold that bears out ``accuracy`` in (0, 1), or None where none does."""
    chosen = None
    for least, answered, wrong in zip(curve.confidence, curve.answered, curve.wrong, strict=True):
        if lower_bound(0, answered) < accuracy:
            continue  # too few to show it even if all are right
        if (bound := lower_bound(wrong, answered)) < accuracy:
            break
        chosen = Acceptance(accuracy, least, curve.answered[-1], answered, wrong, bound)
    return chosen


def best_accuracy(curve: Curve) -> float | None:
    """Return the highest accuracy, to four decimals, that some threshold bears out; None where none is above 0."""
    bounds = {lower_bound(wrong, answered) for answered, wrong in zip(curve.answered, curve.wrong, strict=True)}
    rounded = (math.floor(1e4 * bound) / 1e4 for bound in sorted(bounds, reverse=True))
    return next((accuracy for accuracy in rounded if 0 < accuracy < 1 and choose(curve, accuracy)), None)


def of_agreed(answered: int, wrong: int, digits: int) -> Acceptance:
    """Return what it costs to answer only what two networks name alike."""
    return Acceptance(AGREED, None, digits, answered, wrong, lower_bound(wrong, answered) if answered else 0.0)


@lru_cache(maxsize=4096)
def lower_bound(wrong: int, n: int) -> float:
    """Return the accuracy that is borne out by ``wrong`` errors in ``n`` >= 1 answers: Clopper and Pearson, one-sided.

    With a lower one, so few errors would have a probability below 1 - ``LEVEL``.
    """
    if wrong >= n:
        return 0.0
    counts = np.arange(1, wrong + 1)
    ways = np.concatenate([[0.0], np.cumsum(np.log((n - counts + 1) / counts))])  # logarithms of n over k
    few = np.arange(wrong + 1)
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        terms = ways + few * math.log1p(-middle) + (n - few) * math.log(middle)
        is_likely = float(np.logaddexp.reduce(terms)) >= math.log1p(-LEVEL)
        low, high = (low, middle) if is_likely else (middle, high)
    return low


def floored(share: float) -> str:
    """Return ``share`` in per cent, rounded down, with as many decimals as tell it from 100 %, two at least."""
    if share >= 1:
        return "100 %"
    places = next((n for n in range(2, 9) if math.floor(share * 10 ** (n + 2)) < 10 ** (n + 2) - 1), 9)
    return f"{math.floor(share * 10 ** (places + 2)) / 10**places:.{places}f} %"


def check_asked(asked: object) -> Asked:
    """Return what was asked for.

    Raises:
        TypeError, ValueError: neither a number between 0 and 1 nor "agreed".
    """
    if isinstance(asked, str):
        if asked == AGREED:
            return "agreed"
        raise ValueError(
            f"expected accept as a number between 0 and 1, or {AGREED!r}, got {asked!r}; give one of these"
        )
    if isinstance(asked, bool) or not isinstance(asked, int | float | np.number):
        raise TypeError(
            f"expected accept as a number between 0 and 1, or {AGREED!r}, got {type(asked).__name__}; give one of these"
        )
    if not 0 < asked < 1:  # false for NaN too
        raise ValueError(f"expected accept between 0 and 1, got {asked}; give 0.999 for 99.9 %")
    return float(asked)

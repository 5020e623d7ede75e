"""In: accuracies or losses. Out: the scale that keeps good ones apart, and what to write on it. Nothing here draws.

Both are logarithmic: accuracy by its error, so that 99.2 and 99.6 stand as far apart as 98.4 and 99.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ACCURACY_TICKS = (0.1, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999)
LEAST_TICKS = 3
SMALLEST_LOSS = 1e-5  # a longer axis squeezes what is of interest
SMALLEST_ERROR = 1e-6  # one image in a million; less is rounding
# A log scale has no place for an error of exactly 0. It stands a step beyond the least error there is, as far as one
# tick from the next but one: among 40 images 100 % follows 97.5 % at once, without 99.9 % between them.
PERFECT_STEP, LARGEST_PERFECT = 3.0, 0.02
# Two ticks whose errors differ by less would touch.
CLEAR = 1.5


@dataclass(frozen=True)
class Scale:
    """A log scale from ``low`` at the bottom to ``high`` at the top; ``ticks`` are places on it and their names."""

    low: float
    high: float
    ticks: Mapping[float, str]
    least: float  # a smaller value stands here

    def place(self, value: float) -> float:
        """Return where ``value`` stands on the scale; NaN, of a network that diverged, stays NaN."""
        return max(value, self.least)


class AccuracyScale(Scale):
    """A scale whose places are errors: ``low`` is the largest, and an accuracy of 100 % stands at ``least``."""

    def place(self, value: float) -> float:
        return max(1 - value, self.least) if math.isfinite(value) else value


def accuracy_scale(accuracies: Iterable[float]) -> AccuracyScale:
    """Return the scale for ``accuracies`` in [0, 1]; it ends in a tick of 100 % where one of them is that."""
    errors = [1 - accuracy for accuracy in accuracies if math.isfinite(accuracy)] or [0.1]
    wrong = [error for error in errors if error >= SMALLEST_ERROR]
    perfect = min([LARGEST_PERFECT, *(error / PERFECT_STEP for error in wrong)])
    is_reached = len(wrong) < len(errors)
    worst = min(1.0, 1.3 * max(wrong, default=perfect * PERFECT_STEP))
    best = perfect if is_reached else min(wrong) / 1.3
    while len(ticks := _accuracy_ticks(worst, best, is_reached=is_reached)) < LEAST_TICKS:
        worst, best = min(1.0, worst * 1.3), best if is_reached else best / 1.3
    return AccuracyScale(worst, best, ticks, perfect if is_reached else best)


def _accuracy_ticks(worst: float, best: float, *, is_reached: bool) -> dict[float, str]:
    known = {1.0: "0 %"} | {1 - tick: percent(tick) for tick in ACCURACY_TICKS}
    if worst == 1.0:  # 10 % would stand in the way of 0 %
        del known[1 - ACCURACY_TICKS[0]]
    last = best * CLEAR if is_reached else best
    ticks = {error: name for error, name in known.items() if last <= error <= worst}
    return ticks | ({best: "100 %"} if is_reached else {})


def loss_scale(losses: Iterable[float]) -> Scale:
    """Return the scale for ``losses``, each 0 or more."""
    values = [max(loss, SMALLEST_LOSS) for loss in losses if math.isfinite(loss)] or [1.0]
    low, high = min(values) / 1.2, max(values) * 1.2
    while len(ticks := _loss_ticks(low, high)) < LEAST_TICKS:
        low, high = low / 1.2, high * 1.2
    return Scale(low, high, {tick: plain(tick) for tick in ticks}, SMALLEST_LOSS)


def _loss_ticks(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    digits = (1,) if high / low > 1000 else (1, 2, 5)
    return [digit * 10.0**power for power in powers for digit in digits if low <= digit * 10.0**power <= high]


def epoch_ticks(last: int, most: int) -> list[int]:
    """Return about ``most`` whole numbers from 1 to ``last``, evenly spread, and always 1."""
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    step = next((step for step in steps if last / step <= most), last)
    return [1] + [epoch for epoch in range(step, last + 1, step) if epoch > 1]


def percent(share: float) -> str:
    """Return ``share`` in per cent, as short as its two decimals allow."""
    return f"{plain(share * 100, decimals=2)} %"


def plain(value: float, *, decimals: int = 7) -> str:
    """Return ``value`` as people write it, without an exponent and without zeros at the end."""
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".")

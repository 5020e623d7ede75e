"""In: the values to be drawn. Out: a suitable axis. Nothing here draws."""

from __future__ import annotations

import math
from collections.abc import Iterable

from digits.evaluation.plots import ACCURACY_TICKS, SMALLEST_ERROR, SMALLEST_LOSS
from digits.evaluation.report.svg import Axis

LEAST_TICKS = 3
MOST_TICKS = 7
CLEAR_OF_ZERO = 0.85  # the error whose tick stands clear of that of no right answer, on the log scale


def epoch_axis(last: int) -> Axis:
    """Return an axis of epochs, 1 to ``last``."""
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    step = next((step for step in steps if last / step <= MOST_TICKS), last)
    ticks = [1] + [epoch for epoch in range(step, last + 1, step) if epoch > 1]
    pad = 0.5 if last == 1 else 0.0
    return Axis(1 - pad, last + pad, {tick: str(tick) for tick in ticks}, "epoch")


def accuracy_axis(accuracies: Iterable[float]) -> Axis:
    """Return an axis of error, its log scale named by accuracy: 99.2 and 99.6 stand as far apart as 98.4 and 99.2."""
    errors = [to_error(accuracy) for accuracy in accuracies if math.isfinite(accuracy)] or [0.1]
    worst, best = min(1.0, max(errors) * 1.3), max(SMALLEST_ERROR, min(errors) / 1.3)
    known = {1 - tick: percent(tick) for tick in ACCURACY_TICKS} | {1.0: "0 %"}
    while len(ticks := _legible({e: name for e, name in known.items() if best <= e <= worst})) < LEAST_TICKS:
        worst, best = min(1.0, worst * 1.3), max(SMALLEST_ERROR, best / 1.3)
    return Axis(worst, best, ticks, is_log=True)


def _legible(ticks: dict[float, str]) -> dict[float, str]:
    """Drop what would stand in the way of no right answer at all: 10 %."""
    if 1.0 not in ticks:
        return ticks
    return {error: name for error, name in ticks.items() if error == 1.0 or error < CLEAR_OF_ZERO}


def loss_axis(losses: Iterable[float]) -> Axis:
    """Return a log axis of losses in nats."""
    values = [max(loss, SMALLEST_LOSS) for loss in losses if math.isfinite(loss)] or [1.0]
    low, high = min(values) / 1.2, max(values) * 1.2
    while len(ticks := _log_ticks(low, high)) < LEAST_TICKS:
        low, high = low / 1.2, high * 1.2
    return Axis(low, high, {tick: f"{tick:g}" for tick in ticks}, is_log=True)


def share_axis(low: float) -> Axis:
    """Return an axis from the quarter at or below ``low`` to 1, in per cent."""
    first = min(0.75, max(0.0, math.floor(low * 4) / 4))
    quarters = range(round(first * 4), 5)
    return Axis(first, 1.0, {quarter / 4: f"{25 * quarter} %" for quarter in quarters})


def to_error(accuracy: float) -> float:
    """Return the value to place on the accuracy axis: the share of errors, never less than the axis shows."""
    return max(1 - accuracy, SMALLEST_ERROR)


def percent(share: float) -> str:
    """Return ``share`` in per cent, as short as its two decimals allow."""
    return f"{100 * share:.2f}".rstrip("0").rstrip(".") + " %"


def _log_ticks(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    digits = (1,) if high / low > 1000 else (1, 2, 5)
    return [digit * 10.0**power for power in powers for digit in digits if low <= digit * 10.0**power <= high]

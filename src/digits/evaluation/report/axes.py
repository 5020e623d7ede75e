"""In: the values to be drawn. Out: a suitable axis. Nothing here draws."""

from __future__ import annotations

import math

from digits.evaluation.plots.scales import Scale, epoch_ticks
from digits.evaluation.report.svg import Axis

MOST_EPOCH_TICKS = 7


def epoch_axis(last: int) -> Axis:
    """Return an axis of epochs, 1 to ``last``."""
    pad = 0.5 if last == 1 else 0.0
    return Axis(1 - pad, last + pad, {tick: str(tick) for tick in epoch_ticks(last, MOST_EPOCH_TICKS)}, "epoch")


def log_axis(scale: Scale) -> Axis:
    """Return the axis of a scale of accuracies or losses."""
    return Axis(scale.low, scale.high, scale.ticks, is_log=True)


def share_axis(low: float) -> Axis:
    """Return an axis from the quarter at or below ``low`` to 1, in per cent."""
    first = min(0.75, max(0.0, math.floor(low * 4) / 4))
    quarters = range(round(first * 4), 5)
    return Axis(first, 1.0, {quarter / 4: f"{25 * quarter} %" for quarter in quarters})

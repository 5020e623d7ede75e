"""In: figures. Out: how they are written for people, the same on the command line, in pictures and on pages."""

from __future__ import annotations

import math

from digits.reading.drawing.percent import floor_percent as floor_percent

# What the decimals of a loss can show.
LEAST_LOSS = 1e-4
# The plain words that stand beside a term of the field wherever people meet it.
LOSS_WORDS = "how surprised the network is by the right answers, in nats; 0 is perfect"
CALIBRATION_WORDS = "mean gap between its confidence and its accuracy; 0 is perfect"
AURC_WORDS = "mean share of wrong answers as the least sure are left out, one by one; 0 is perfect"
INT8_WORDS = "the smaller, faster copy in 8-bit whole numbers, which reading uses"


def as_loss(loss: float) -> str:
    """Return a loss with four decimals; one that these cannot show is under 0.0001, and none is below 0."""
    return f"under {LEAST_LOSS:.4f}" if loss < LEAST_LOSS else f"{loss:.4f}"


def as_area(area: float) -> str:
    """Return an AURC with the two digits that tell it from another, without an exponent."""
    return f"{area:.2g}" if area >= 0.001 else "0" if area == 0 else f"{area:.{1 - math.floor(math.log10(area))}f}"

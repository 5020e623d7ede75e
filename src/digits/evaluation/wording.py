"""In: figures. Out: how they are written for people, the same on the command line, in pictures and on pages."""

from __future__ import annotations

from digits.reading.drawing.percent import floor_percent as floor_percent

# What the decimals of a loss can show.
LEAST_LOSS = 1e-4
# The plain words that stand beside a term of the field wherever people meet it.
LOSS_WORDS = "how surprised the network is by the right answers, in nats; 0 is perfect"
CALIBRATION_WORDS = "mean gap between its confidence and its accuracy; 0 is perfect"
INT8_WORDS = "the smaller, faster copy in 8-bit whole numbers, which reading uses"


def as_loss(loss: float) -> str:
    """Return a loss with four decimals; one that these cannot show is under 0.0001, and none is below 0."""
    return f"under {LEAST_LOSS:.4f}" if loss < LEAST_LOSS else f"{loss:.4f}"

"""One digit and where it stands: frozen values, with ``to_dict()`` for JSON. Nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

# The values that stay possible hold so much of the probability.
ENOUGH = 0.99


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the upright image; ``x`` and ``y`` are its top left corner."""

    x: int
    y: int
    width: int
    height: int

    def to_dict(self) -> dict[str, int]:
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}


@dataclass(frozen=True)
class Digit:
    """One digit: ``value`` is 0-9, or None when refused, and then ``refusal`` says why.

    ``probabilities`` holds ten calibrated numbers that sum to 1; ``confidence`` is the largest of them. ``presence`` in
    [0, 1] is how sure it is that there is a digit at all, rather than a letter or a drawing; None where nobody
    asked: on a picture that is said to hold one line. ``is_printed`` tells print from
    handwriting where the page has ruled cells.
    """

    value: int | None
    confidence: float
    probabilities: tuple[float, ...]
    box: Box | None = None
    refusal: str | None = None
    is_printed: bool | None = None
    presence: float | None = None

    @property
    def possible(self) -> tuple[int, ...]:
        """The likeliest values, surest first, of which one is right with a probability of 0.99."""
        order = sorted(range(10), key=lambda value: -self.probabilities[value])
        sums = list(accumulate(self.probabilities[value] for value in order))
        return tuple(order[: 1 + sum(total < ENOUGH for total in sums[:-1])])

    def __repr__(self) -> str:
        told = f"refused, {self.refusal}" if self.value is None else f"{self.value}, confidence {self.confidence:.2f}"
        return f"<Digit: {told}>"

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "confidence": self.confidence,
            "probabilities": list(self.probabilities),
            "box": self.box.to_dict() if self.box else None,
            "refusal": self.refusal,
            "is_printed": self.is_printed,
            "presence": self.presence,
            "possible": list(self.possible),
        }


def none_or_several(count: int, box: Box | None = None) -> Digit:
    """Return what stands for ``count`` digits that should be one: it is refused, and nothing speaks for any value."""
    refusal = f"more than one digit: {count:,} found" if count else "blank: no ink found"
    return Digit(None, 0.1, (0.1,) * 10, box, refusal)

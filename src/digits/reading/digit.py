"""One digit and where it stands: frozen values, with ``to_dict()`` for JSON. Nothing here computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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

    ``probabilities`` holds ten calibrated numbers that sum to 1; ``confidence`` is the largest of them. ``is_printed``
    tells print from handwriting where the page has ruled cells; elsewhere nobody has looked, and it is None.
    """

    value: int | None
    confidence: float
    probabilities: tuple[float, ...]
    box: Box | None = None
    refusal: str | None = None
    is_printed: bool | None = None

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
        }

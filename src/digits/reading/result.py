"""What a reading is made of: frozen values, each with ``to_dict()`` for JSON.

Nothing here computes; the reader fills these in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.uint8]


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

    ``probabilities`` holds ten calibrated numbers that sum to 1; ``confidence`` is the largest of them.
    """

    value: int | None
    confidence: float
    probabilities: tuple[float, ...]
    box: Box | None = None
    refusal: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "confidence": self.confidence,
            "probabilities": list(self.probabilities),
            "box": self.box.to_dict() if self.box else None,
            "refusal": self.refusal,
        }


@dataclass(frozen=True)
class Predictions:
    """The network's answers for n frames, as arrays.

    ``values`` int64 (n,) in 0-9; ``confidence`` float32 (n,) in [0, 1]; ``probabilities`` float32 (n, 10), calibrated,
    rows summing to 1; ``features`` float32 (n, 32), the network's last layer before its answer.
    """

    values: IntArray
    confidence: FloatArray
    probabilities: FloatArray
    features: FloatArray

    def __len__(self) -> int:
        return len(self.values)

    def to_dict(self) -> dict[str, Any]:
        return {
            "values": self.values.tolist(),
            "confidence": self.confidence.tolist(),
            "probabilities": self.probabilities.tolist(),
        }

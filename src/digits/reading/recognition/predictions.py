"""The network's answers for many frames, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from digits.reading.result import FloatArray, IntArray, count_of, shorten_text


@dataclass(frozen=True, eq=False)
class Predictions:
    """The network's answers for n frames, as arrays.

    ``values`` int64 (n,) in 0-9; ``confidence`` float32 (n,) in [0, 1]; ``probabilities`` float32 (n, 10), calibrated,
    rows summing to 1; ``features`` float32 (n, 32), the network's last layer before its answer. Compare the arrays:
    two predictions are never equal, even of the same frames.
    """

    values: IntArray
    confidence: FloatArray
    probabilities: FloatArray
    features: FloatArray

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"<Predictions: {shorten_text(''.join(map(str, self.values)))}, {count_of(self, 'frame')}>"

    def to_dict(self) -> dict[str, Any]:
        return {
            "values": self.values.tolist(),
            "confidence": self.confidence.tolist(),
            "probabilities": self.probabilities.tolist(),
        }

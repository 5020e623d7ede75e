"""How sure two networks are of a digit goes in; whether a picture is like one at all comes out.

The digit network has seen digits alone, yet its logits are small for what is none: their energy (Liu et al.,
"Energy-based out-of-distribution detection", NeurIPS 2020) tells clothes and scribbles from digits. The verifier has
seen letters and other writing, and tells these. Their sum tells both (docs/log.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digits.reading.result import FloatArray

# What the verifier's log-odds count beside the energy: with this share, most composed pictures of letters, drawings and
# things are refused where nearly all held-out digits are kept (python -m digits.training.verifier.share).
VERIFIER_SHARE = 1.5
# The presence whose log-odds are the largest and the least that count.
MOST_ODDS = 12.0


@dataclass(frozen=True, eq=False)
class Trust:
    """The digit network's last layer, and the least trust that a digit needs.

    Attributes:
        kernel: float32 (features, 10).
        bias: float32 (10,).
        least: in the units of ``score``; what is trusted less is refused.
    """

    kernel: FloatArray
    bias: FloatArray
    least: float = -np.inf

    def score(self, features: FloatArray, presence: FloatArray) -> FloatArray:
        """Return how much pictures are like digits, float32 (n,): larger is more.

        Args:
            features: of the digit network, float32 (n, features).
            presence: the verifier's, float32 (n,) in [0, 1].
        """
        return np.asarray(self.energy(features) + VERIFIER_SHARE * log_odds(presence), np.float32)

    def energy(self, features: FloatArray) -> FloatArray:
        """Return the negative free energy of what the digit network sees, float32 (n,)."""
        return np.asarray(np.logaddexp.reduce(features @ self.kernel + self.bias, axis=1), np.float32)


def log_odds(presence: FloatArray) -> FloatArray:
    """Return the logarithm of p / (1 - p), float32 (n,), no larger than 12 and no less than -12."""
    some = np.clip(presence.astype(np.float64), 1e-7, 1 - 1e-7)
    return np.asarray(np.clip(np.log(some / (1 - some)), -MOST_ODDS, MOST_ODDS), np.float32)

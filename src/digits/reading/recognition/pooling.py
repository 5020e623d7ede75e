"""What two networks say of the same digits goes in, what is believed of them comes out.

The digit network sees one digit by itself, the spotter sees it in its row. They were trained apart and err apart, so
both together are more often right, and less sure where they are wrong.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from digits.reading.result import FloatArray
from digits.reading.steps import Named

# What the spotter says weighs so much beside the digit network, in logarithms: of a digit by itself, and of one that
# was cut off another, whose frame the digit network has reason to doubt.
SHARE_WHOLE, SHARE_CUT = 0.5, 0.7
TINY = 1e-6


def agree(probabilities: FloatArray, seen: FloatArray, is_cut: npt.NDArray[np.bool_]) -> FloatArray:
    """Return the weighted geometric mean of two opinions (a logarithmic pool), float32 (n, 10), rows summing to 1.

    Args:
        probabilities: the digit network's, float32 (n, 10).
        seen: the spotter's, float32 (n, 10).
        is_cut: bool (n,), whether the digit's ink was cut off another's.
    """
    share = np.where(is_cut, SHARE_CUT, SHARE_WHOLE)[:, np.newaxis]
    mean = np.exp((1 - share) * np.log(np.maximum(probabilities, TINY)) + share * np.log(np.maximum(seen, TINY)))
    return np.asarray(mean / mean.sum(axis=1, keepdims=True), np.float32)


def named_by_each(probabilities: FloatArray, seen: FloatArray) -> list[Named]:
    """Return what each of two networks, both float32 (n, 10), takes n digits for by itself."""
    return list(zip(probabilities.argmax(axis=1).tolist(), seen.argmax(axis=1).tolist(), strict=True))

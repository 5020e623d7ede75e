"""Digits, and the signs beside them, that the detector saw in a picture: arrays, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.result import FloatArray

# What the detector tells apart besides the ten digits: signs that join digits, and a digit that is struck out.
SIGNS = ".,-/:"
STRUCK = 10 + len(SIGNS)
KINDS = STRUCK + 1
# What is a digit with at least this probability is read as one; no kind counts as less likely than the second.
LEAST_DIGIT, LEAST_KIND = 0.2, 1e-4
# Both stages are so sure of what counts as a digit by itself; beside one, what they doubt more may be a digit.
PRESENT, MAY_BE_PRESENT = 0.85, 0.3
# So sure the detector is of a sign beside digits.
SIGN_PRESENT = 0.5


@dataclass(frozen=True, eq=False)
class Detections:
    """What stands where; as ``detect`` returns it, the surest first.

    ``boxes`` float32 (n, 4): left, top, right, bottom in pixels of the picture; ``presence`` float32 (n,) in [0, 1]:
    how sure it is that there is anything; ``kinds`` float32 (n, 16): what it is, given that it is something: ten
    digits, five signs, struck out; rows sum to 1. ``printed`` float32 (n,) in [0, 1]: how sure that it is printed.
    """

    boxes: FloatArray
    presence: FloatArray
    kinds: FloatArray
    printed: FloatArray

    def __len__(self) -> int:
        return len(self.boxes)

    def pick(self, chosen: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Detections:
        """Return some of them: a mask, or their numbers in the wanted order."""
        return Detections(self.boxes[chosen], self.presence[chosen], self.kinds[chosen], self.printed[chosen])

    @property
    def kind(self) -> npt.NDArray[np.int64]:
        """int64 (n,): the likeliest kind: 0-9, then the signs in the order of ``SIGNS``, then struck out."""
        return np.asarray(self.kinds.argmax(axis=1), np.int64)

    @property
    def may_be_digit(self) -> npt.NDArray[np.bool_]:
        """bool (n,): whether it may well be a digit. A slanted 1 is like a slash; to lose a digit is worse."""
        return np.asarray(self.kinds[:, :10].sum(axis=1) >= LEAST_DIGIT, bool)

    @property
    def digits(self) -> FloatArray:
        """float32 (n, 10): which digit it is, given that it is one."""
        some = self.kinds[:, :10] + np.float32(1e-9)
        return np.asarray(some / some.sum(axis=1, keepdims=True), np.float32)

    @property
    def heights(self) -> FloatArray:
        return np.asarray(self.boxes[:, 3] - self.boxes[:, 1], np.float32)

    @property
    def middles(self) -> FloatArray:
        """float32 (n, 2): x and y."""
        return np.asarray((self.boxes[:, :2] + self.boxes[:, 2:]) / 2, np.float32)


def kind_odds(kinds: FloatArray, some: Sequence[int], others: Sequence[int]) -> FloatArray:
    """Return the log-odds that things are of ``some`` kinds rather than of ``others``: float32 (n,).

    Args:
        kinds: float32 (n, 16), as ``Detections.kinds``.
        some, others: numbers of kinds.
    """
    one, other = (np.maximum(kinds[:, list(each)].sum(axis=1), LEAST_KIND) for each in (some, others))
    return np.asarray(np.log(one / other), np.float32)


def none() -> Detections:
    """Return nothing seen."""
    return Detections(
        np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros((0, KINDS), np.float32), np.zeros(0, np.float32)
    )


def joined(parts: list[Detections]) -> Detections:
    """Return all of ``parts``, in their order."""
    if not parts:
        return none()
    return Detections(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.presence for part in parts]),
        np.concatenate([part.kinds for part in parts]),
        np.concatenate([part.printed for part in parts]),
    )

"""What a reading leaves behind for the person who asks why it read that; and what a page needs to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from digits.reading.result import Box, ByteArray, Digit, FloatArray, Reading

# From frames uint8 (n, 28, 28) to calibrated probabilities float32 (n, 10).
Classify = Callable[[ByteArray], FloatArray]
# What each of two networks takes a digit for by itself.
Named = tuple[int, int]


class MakeDigit(Protocol):
    """Makes a digit, which may be refused, from probabilities float32 (10,), and what each network named it, if any."""

    def __call__(self, probabilities: FloatArray, box: Box, named: Named | None = None, /) -> Digit: ...


@dataclass(frozen=True, eq=False)
class Steps:
    """Every stage of one reading, for the person who asks why it read that.

    ``grey``, ``ink`` and ``unruled`` float32 (height, width) in [0, 1], all upright: the picture, its ink, and the ink
    that digits were taken from, without printed lines and what is too faint for a pen; where digits are large, the
    latter two are smaller than ``grey`` by a whole factor; ``sightings`` the boxes where a digit was spotted, in pixels
    of ``grey``; ``frames`` uint8 (n, 28, 28) what the digit network saw of the digits of ``reading``, in order.
    """

    grey: FloatArray
    ink: FloatArray
    unruled: FloatArray
    sightings: tuple[Box, ...]
    frames: ByteArray
    reading: Reading

    def __repr__(self) -> str:
        height, width = self.grey.shape
        return f"<Steps: {width}×{height} px, {self.reading!r}>"

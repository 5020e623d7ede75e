"""A picture that is said to show one digit goes in; what the networks are shown of it comes out."""

from __future__ import annotations

from dataclasses import dataclass

from digits.reading.detection.verification import cut_around_ink
from digits.reading.picture.downsampling import coarsen, limit_factor
from digits.reading.recognition.frame import find_digit, frame_digit
from digits.reading.recognition.multiple_digits import may_be_several
from digits.reading.result import ByteArray, FloatArray


@dataclass(frozen=True, eq=False)
class Looked:
    """What a picture shows.

    ``ink`` float32 (height, width) in [0, 1], without specks; ``frame`` uint8 (28, 28) for the digit network;
    ``region`` uint8 (40, 80), the grey picture around the ink, for the verifier.
    """

    ink: FloatArray
    frame: ByteArray
    region: ByteArray

    @property
    def is_blank(self) -> bool:
        return not self.frame.any()

    @property
    def may_be_several(self) -> bool:
        """Whether there may be more than one digit."""
        return may_be_several(self.ink)


def look_at(grey: FloatArray) -> Looked:
    """Look at a picture, float32 (height, width) in [0, 1], 0 black."""
    small = coarsen(grey, limit_factor(grey))
    ink = find_digit(small)
    return Looked(ink, frame_digit(ink), cut_around_ink(small, ink))

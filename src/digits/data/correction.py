"""The corrections that a person asks for because their own images were saved in another form than MNIST's.

Uint8 images go in and come out. Nothing here detects which corrections are needed: see ``remarks``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from digits.data.convert import MAX_PIXEL
from digits.reading.result import ByteArray


@dataclass(frozen=True)
class Correction:
    """``transpose`` swaps rows and columns, as EMNIST needs; ``invert`` turns dark ink on light paper around."""

    transpose: bool = False
    invert: bool = False

    def __bool__(self) -> bool:
        return self.transpose or self.invert

    def __str__(self) -> str:
        said = {"transposed": self.transpose, "inverted": self.invert}
        return " and ".join(word for word, is_on in said.items() if is_on)

    @property
    def options(self) -> list[str]:
        """The command line options that ask for it."""
        return [f"--{name}" for name, is_on in self.to_dict().items() if is_on]

    def to_dict(self) -> dict[str, bool]:
        """For JSON: the fields by name."""
        return asdict(self)

    def apply(self, images: ByteArray) -> ByteArray:
        """Return uint8 (n, 28, 28), corrected."""
        if self.transpose:
            images = np.ascontiguousarray(images.swapaxes(1, 2))
        return MAX_PIXEL - images if self.invert else images


NO_CORRECTION = Correction()

"""Read handwritten digits.

>>> import digits
>>> reader = digits.load()
>>> predictions = reader.classify_frames(frames)  # uint8 (n, 28, 28), light on black
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digits.errors import DataError, DigitsError, ImageError, MissingExtraError, ModelError, RunError

if TYPE_CHECKING:
    from digits.model.load import load
    from digits.reading.reader import Reader
    from digits.reading.result import Box, Digit, Line, Mark, Predictions, Reading

__version__ = "0.1.0"
__all__ = [
    "Box",
    "DataError",
    "Digit",
    "DigitsError",
    "ImageError",
    "Line",
    "Mark",
    "MissingExtraError",
    "ModelError",
    "Predictions",
    "Reader",
    "Reading",
    "RunError",
    "load",
]

_HOMES = {
    "load": "digits.model.load",
    "Reader": "digits.reading.reader",
    "Box": "digits.reading.result",
    "Digit": "digits.reading.result",
    "Line": "digits.reading.result",
    "Mark": "digits.reading.result",
    "Predictions": "digits.reading.result",
    "Reading": "digits.reading.result",
}


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


def __getattr__(name: str) -> Any:
    """Import on first use, so that ``digits --help`` pays for neither numpy nor onnxruntime."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'digits' has no attribute {name!r}")

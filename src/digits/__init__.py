"""Read handwritten digits.

>>> import digits
>>> reader = digits.load()
>>> reader.read("photo.jpg").text  # numbers on a page
>>> reader.classify(["seven.png"])[0].value  # pictures of one digit each
>>> reader.classify_frames(frames).values  # uint8 (n, 28, 28), light on black
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digits.errors import (
    BatchError,
    DataError,
    DigitsError,
    FieldError,
    ImageError,
    MissingDecoderError,
    MissingExtraError,
    ModelError,
    RunError,
)

if TYPE_CHECKING:
    from digits.model.load import load
    from digits.reading.fields.decoding import FieldValue
    from digits.reading.fields.rules import Checksum, Length, OneOf, Range, Rule
    from digits.reading.picture.image import ImageSource
    from digits.reading.reader import Reader
    from digits.reading.recognition.frame import frame_image as frame
    from digits.reading.recognition.frame_batch import FrameSource
    from digits.reading.recognition.predictions import Predictions
    from digits.reading.result import Box, Digit, Doubt, Line, Mark, Reading
    from digits.reading.steps import Steps
    from digits.reading.table import Cell, Table

__version__ = "0.1.0"
__all__ = [
    "BatchError",
    "Box",
    "Cell",
    "Checksum",
    "DataError",
    "Digit",
    "DigitsError",
    "Doubt",
    "FieldError",
    "FieldValue",
    "FrameSource",
    "ImageError",
    "ImageSource",
    "Length",
    "Line",
    "Mark",
    "MissingDecoderError",
    "MissingExtraError",
    "ModelError",
    "OneOf",
    "Predictions",
    "Range",
    "Reader",
    "Reading",
    "Rule",
    "RunError",
    "Steps",
    "Table",
    "frame",
    "load",
]

# The module that has each name; behind a colon what it is called there, where that is something else.
_HOMES = {
    "FieldValue": "digits.reading.fields.decoding",
    "FrameSource": "digits.reading.recognition.frame_batch",
    "ImageSource": "digits.reading.picture.image",
    "Reader": "digits.reading.reader",
    "Box": "digits.reading.result",
    "Digit": "digits.reading.result",
    "Doubt": "digits.reading.result",
    "Line": "digits.reading.result",
    "Mark": "digits.reading.result",
    "Predictions": "digits.reading.recognition.predictions",
    "Reading": "digits.reading.result",
    "Checksum": "digits.reading.fields.rules",
    "Length": "digits.reading.fields.rules",
    "OneOf": "digits.reading.fields.rules",
    "Range": "digits.reading.fields.rules",
    "Rule": "digits.reading.fields.rules",
    "Steps": "digits.reading.steps",
    "Cell": "digits.reading.table",
    "Table": "digits.reading.table",
    "load": "digits.model.load",
    "frame": "digits.reading.recognition.frame:frame_image",
}


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


def __getattr__(name: str) -> Any:
    """Import on first use, so that ``digits --help`` pays for neither numpy nor onnxruntime."""
    if name in _HOMES:
        from importlib import import_module

        module, _, other_name = _HOMES[name].partition(":")
        return getattr(import_module(module), other_name or name)
    raise AttributeError(f"module 'digits' has no attribute {name!r}")

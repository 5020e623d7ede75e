"""The bytes of a file go in, with a reader; digits and pages come out. All of it runs on threads, off the event loop.

Only the formats named here reach a decoder, and each file reaches that of its own format alone.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from digits import Digit, DigitsError, ImageError, Reader, Rule
from digits.reading.drawing.overlay import draw_overlay
from digits.serving.errors import ServingError, as_serving_error

_BEGINNINGS = (
    ("PNG", 0, b"\x89PNG\r\n\x1a\n"),
    ("JPEG", 0, b"\xff\xd8\xff"),
    ("GIF", 0, b"GIF8"),
    ("BMP", 0, b"BM"),
    ("WEBP", 8, b"WEBP"),
    ("TIFF", 0, b"II*\x00"),
    ("TIFF", 0, b"MM\x00*"),
    ("HEIC", 4, b"ftyp"),
)
# These may have several pages, or need a package of their own: the reader opens them.
_FOR_THE_READER = ("TIFF", "HEIC", "PDF")
NAMES = "PNG, JPEG, GIF, BMP, WebP, TIFF, HEIC or PDF"
# Larger pictures are classified by themselves: decoding one would keep the others of a batch waiting.
SMALL_PIXELS, SMALL_BYTES = 1_000_000, 256_000


def kind_of(data: bytes) -> str:
    """Return the format of a file by its first bytes.

    Raises:
        ServingError: 400 for nothing, 415 for no picture.
    """
    if not data:
        raise ServingError(400, "expected a picture as the body, got nothing; send its bytes")
    for kind, start, mark in _BEGINNINGS:
        if data[start : start + len(mark)] == mark:
            return kind
    if b"%PDF-" in data[:1024]:
        return "PDF"
    raise ServingError(415, f"expected a picture ({NAMES}), got something else; send the file's bytes as they are")


def classify_small(reader: Reader, files: Sequence[bytes]) -> list[Digit | Exception | None]:
    """Return the digit of each file, or what is wrong with it; None for those that ``classify_large`` must take."""
    answers: list[Digit | Exception | None] = []
    opened: list[tuple[int, Image.Image]] = []
    for number, data in enumerate(files):
        answers.append(None)
        try:
            if (picture := _open_small(data)) is not None:
                opened.append((number, picture))
        except DigitsError as error:
            answers[number] = error
    for (number, _), answer in zip(opened, _classify([picture for _, picture in opened], reader), strict=True):
        answers[number] = answer
    return answers


def classify_large(reader: Reader, data: bytes) -> Digit:
    """Return the digit that a picture of any size shows."""
    try:
        return reader.classify([_openable(data)])[0]
    except ImageError as error:
        raise _without_number(error) from error


def read_page(
    reader: Reader,
    data: bytes,
    page: int | None,
    rules: Sequence[Rule],
    extras: Collection[str],
    *,
    is_line: bool = False,
) -> dict[str, Any]:
    """Return what one page says: ``Reading.to_dict()`` with ``page`` and ``pages``; by default the first.

    Args:
        reader: the model.
        data: a file.
        page: which page of a PDF or TIFF, from 1.
        rules: what each line may contain; its valid value is added to it as ``field``.
        extras: what to add: "overlay", the picture with all boxes drawn on it; "picture", the same without, in whose
            pixels the boxes are; "frames", what the network saw of each digit, base64 of its 784 bytes.
        is_line: whether the page is known to show one line, upright.
    """
    source = _openable(data)
    pages = reader.count_pages(source) if isinstance(source, bytes) else 1
    steps = reader.explain(source, page or 1, is_line=is_line)
    answer = steps.reading.to_dict() | {"page": page or 1, "pages": pages}
    if rules:
        for line, told in zip(steps.reading.lines, answer["lines"], strict=True):
            told["field"] = line.choose(*rules).to_dict()
    if "frames" in extras:
        found = [digit for line in answer["lines"] for digit in line["digits"]]
        for digit, frame in zip(found, steps.frames, strict=True):
            digit["frame"] = base64.b64encode(frame.tobytes()).decode()
    if "picture" in extras:
        answer["picture"] = "data:image/jpeg;base64," + base64.b64encode(_jpeg(steps.grey)).decode()
    if "overlay" in extras:
        answer["overlay"] = "data:image/png;base64," + base64.b64encode(draw_overlay(steps)).decode()
    return answer


def _jpeg(grey: npt.NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)).save(file, "JPEG", quality=90)
    return file.getvalue()


def _classify(pictures: list[Image.Image], reader: Reader) -> Sequence[Digit | Exception]:
    """Classify all at once; where one of them is at fault, each by itself."""
    try:
        return reader.classify(pictures)
    except Exception as error:  # whatever it is, it is one picture's
        if len(pictures) == 1:
            return [_without_number(error) if isinstance(error, DigitsError) else error]
        return [answer for picture in pictures for answer in _classify([picture], reader)]


def _open_small(data: bytes) -> Image.Image | None:
    """Return a small picture, decoded; None when it is not small, or is for the reader to open."""
    kind = kind_of(data)
    if kind in _FOR_THE_READER or len(data) > SMALL_BYTES:
        return None
    picture = _open(data, kind)
    if picture.width * picture.height > SMALL_PIXELS:
        return None
    try:
        picture.load()
    except Exception as error:  # each decoder raises its own
        raise _undecodable(kind, error) from error
    return picture


def _openable(data: bytes) -> Image.Image | bytes:
    kind = kind_of(data)
    if kind == "TIFF":
        _open(data, kind)  # no other decoder gets it
    return data if kind in _FOR_THE_READER else _open(data, kind)


def _open(data: bytes, kind: str) -> Image.Image:
    """Open a file without decoding its pixels; how many it has is the reader's to judge."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(data), formats=[kind])
    except Exception as error:
        raise _undecodable(kind, error) from error


def _undecodable(kind: str, error: Exception) -> ImageError:
    if isinstance(error, Image.DecompressionBombError):
        return ImageError(f"expected a picture within the limit, {error}; scale it down or cut it into parts")
    return ImageError(f"expected a whole {kind} picture, it cannot be decoded; it may be cut off: send all of it")


def _without_number(error: DigitsError) -> ServingError:
    """Return ``error`` without the number that the reader gives each of many pictures."""
    return ServingError(as_serving_error(error).status, str(error).removeprefix("images[0]: "))

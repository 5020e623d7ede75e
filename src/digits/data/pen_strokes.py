"""UCI's file of pen strokes goes in, the strokes of each digit come out: how thirty people's pens moved.

E. Alpaydin and F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning Repository, CC BY 4.0;
the file ``pendigits-orig.tra`` (or ``.gz``), in the UNIPEN format of text. Nothing here draws.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from digits.errors import DataError, shorten

FILE = "pendigits-orig.tra.gz"
# What they are called where it says what a network was trained on.
PEN_STROKES = "pen strokes"
# Of the text, unpacked: packers differ, what they pack does not.
SHA256 = "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4"
SAMPLES = 7494
SOURCE = "https://archive.ics.uci.edu/dataset/81/pen+based+recognition+of+handwritten+digits"
LICENCE = "CC-BY-4.0"
_DIGIT = re.compile(r'^\.SEGMENT DIGIT .*"([0-9])"')

Stroke = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PenStrokes:
    """The strokes of n digits, arrays (points, 2) of x and y, y down, 1 high and x from 0; ``labels`` int64 (n,)."""

    strokes: tuple[tuple[Stroke, ...], ...]
    labels: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.strokes)


def load_pen_strokes(path: Path | str) -> PenStrokes:
    """Read UCI's file of training strokes, plain or packed by gzip.

    Raises:
        DataError: it cannot be read, or is not that file, to the last character.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"expected UCI's pen strokes in {shorten(path)}; {shorten(error)}; download {FILE} from {SOURCE}"
        ) from error
    found = hashlib.sha256(text).hexdigest()
    if found != SHA256:
        raise DataError(
            f"expected UCI's pen strokes in {shorten(path)}, SHA-256 {SHA256[:12]}… unpacked; got {found[:12]}…; "
            f"download {FILE} anew from {SOURCE}"
        )
    digits = list(parse_unipen(text.decode("latin-1")))
    return PenStrokes(tuple(strokes for _, strokes in digits), np.array([label for label, _ in digits], np.int64))


def parse_unipen(text: str) -> Iterator[tuple[int, tuple[Stroke, ...]]]:
    """Yield label and strokes of each digit in a UNIPEN text; digits without a point are left out."""
    label, strokes = None, list[list[tuple[float, float]]]()
    for line in [*text.splitlines(), '.SEGMENT DIGIT "0"']:
        if match := _DIGIT.match(line):
            points = [stroke for stroke in strokes if stroke]
            if label is not None and points:
                yield label, _unit_height(points)
            label, strokes = int(match[1]), []
        elif line.startswith(".PEN_DOWN"):
            strokes.append([])
        elif strokes and line.startswith(" "):
            x, y = line.split()
            strokes[-1].append((float(x), float(y)))


def _unit_height(strokes: list[list[tuple[float, float]]]) -> tuple[Stroke, ...]:
    arrays = [np.array(stroke) for stroke in strokes]
    points = np.concatenate(arrays)
    low, high = points.min(axis=0), points.max(axis=0)
    height = max(float(high[1] - low[1]), 1.0)
    return tuple(np.stack([(one[:, 0] - low[0]) / height, (high[1] - one[:, 1]) / height], axis=1) for one in arrays)

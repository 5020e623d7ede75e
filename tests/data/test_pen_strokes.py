"""UCI's pen strokes: read, checked, normalized."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from digits.data.pen_strokes import FILE, SAMPLES, load_pen_strokes, parse_unipen
from digits.errors import DataError

DIGITS_DATA = os.environ.get("DIGITS_DATA", "")  # read before any test empties its home
TEXT = """.INCLUDE        dene.doc
.SEGMENT DIGIT    0 ? "7"
.COMMENT 7 12  224
.PEN_DOWN
 100  300
 200  300
.PEN_UP
.PEN_DOWN
 200  300
 120  100
.SEGMENT DIGIT    1 ? "3"
.SEGMENT DIGIT    2 ? "1"
.PEN_DOWN
 50  80
 50  280
"""


def test_strokes_are_as_high_as_one_and_y_goes_down() -> None:
    (seven, strokes), (one, line) = list(parse_unipen(TEXT))
    assert (seven, one) == (7, 1)  # the 3 has no point
    assert len(strokes) == 2
    assert strokes[0] == pytest.approx(np.array([[0, 0], [0.5, 0]]))
    assert strokes[1] == pytest.approx(np.array([[0.5, 0], [0.1, 1]]))
    assert line[0] == pytest.approx(np.array([[0, 1], [0, 0]]))


@pytest.mark.parametrize("content", [TEXT.encode(), gzip.compress(TEXT.encode()), b"\x1f\x8bdamaged", b""])
def test_another_file_is_refused_and_the_right_one_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(DataError, match="pendigits-orig"):
        load_pen_strokes(tmp_path / FILE)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        load_pen_strokes(tmp_path / FILE)


def test_the_whole_file_is_read() -> None:
    path = Path(DIGITS_DATA) / FILE
    if not path.is_file():
        pytest.skip(f"needs {FILE} in $DIGITS_DATA")
    found = load_pen_strokes(path)
    assert len(found) == SAMPLES
    assert np.bincount(found.labels).min() > 700
    for strokes in found.strokes:
        points = np.concatenate(strokes)
        assert points.min() >= 0
        assert points[:, 1].max() in (pytest.approx(1), pytest.approx(0))

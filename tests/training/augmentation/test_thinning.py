"""Middle lines: as long as the stroke, a pixel wide, with a digit's loops."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.training.augmentation.thinning import THIN_AT, loops, middle_line, shows


def test_a_thick_stroke_becomes_a_line_as_long() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:17] = 255
    line = middle_line(image.tobytes())
    rows = np.flatnonzero(line.any(axis=1))
    assert line.sum(axis=1).max() == 1
    assert rows[-1] - rows[0] == pytest.approx(20 * THIN_AT, abs=6 * THIN_AT)
    assert np.flatnonzero(line.any(axis=0)).mean() == pytest.approx(14.5 * THIN_AT, abs=THIN_AT)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_loops_tell_whether_a_middle_line_shows_its_digit(count: int) -> None:
    image = np.zeros((28, 28), np.uint8)
    if not count:
        cv2.line(image, (14, 3), (14, 24), (255,), 2)
    for k in range(count):
        cv2.circle(image, (14, 8 + 11 * k), 5, (255,), 2)
    assert loops(image.tobytes()) == count
    assert [shows(value, image.tobytes()) for value in (1, 0, 8, 2)] == [count == 0, count == 1, count == 2, True]

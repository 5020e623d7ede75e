"""Cuts between touching digits."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.reading.segmentation.seam_carving import cut_between


@settings(max_examples=25)
@given(st.integers(0, 2**31), st.integers(1, 6))
def test_the_pieces_together_are_the_ink(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    ink = cv2.GaussianBlur(random.random((40, 60)).astype(np.float32), (0, 0), 3)
    ink = np.where(ink > 0.5, ink, 0).astype(np.float32)
    middles = np.sort(random.uniform(0, 60, count))
    pieces = cut_between(ink, [(middle - 5, middle + 6) for middle in middles])
    assert len(pieces) == count
    np.testing.assert_allclose(sum(pieces), ink)


def test_two_rings_that_touch_are_cut_where_they_meet() -> None:
    rings = np.zeros((44, 84), np.float32)
    for x in (22, 60):
        cv2.circle(rings, (x, 22), 18, (1.0,), 4)
    left, right = cut_between(rings, [(2, 42), (40, 80)])
    assert abs(float(left.sum() - right.sum())) < 0.3 * left.sum()

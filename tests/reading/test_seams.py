"""Cuts between touching digits."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digits.reading.seams import cut


@settings(max_examples=25)
@given(st.integers(0, 2**31), st.integers(0, 8))
def test_the_pieces_together_are_the_ink(seed: int, most: int) -> None:
    random = np.random.default_rng(seed)
    ink = cv2.GaussianBlur(random.random((40, 60)).astype(np.float32), (0, 0), 3)
    ink = np.where(ink > 0.5, ink, 0).astype(np.float32)
    pieces = cut(ink, height_px=40, stroke_px=3, most=most)
    assert len(pieces) <= most + 1
    np.testing.assert_allclose(sum(piece for piece, _ in pieces), ink)


def test_a_ring_alone_is_only_cut_through_both_its_sides() -> None:
    ring = np.zeros((44, 44), np.float32)
    cv2.circle(ring, (22, 22), 18, (1.0,), 4)
    for _, strokes in cut(ring, height_px=40, stroke_px=4, most=16)[:-1]:
        assert strokes > 1.5

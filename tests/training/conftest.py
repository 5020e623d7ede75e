"""Keras wakes with the two threads that every test trains with, whichever test comes first; what pages are made of."""

from __future__ import annotations

import numpy as np
import pytest

from digits.data.sample import load_sample
from digits.training.backend import prepare
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.detector.materials import load_materials

ONE = np.array([[0.1, 0.3], [0.4, 0.0], [0.4, 1.0]])
SEVEN = np.array([[0.0, 0.0], [0.6, 0.0], [0.2, 1.0]])


@pytest.fixture(scope="session", autouse=True)
def _awake() -> None:
    prepare(threads=2, bfloat16=False)


@pytest.fixture(scope="session")
def alphabet() -> Alphabet:
    """Little to compose pages from: the bundled digits, some pen strokes, and the typefaces that are installed."""
    pytest.importorskip("fontpkg")
    found, _ = load_materials(load_sample("a test needs a few").train, None)
    strokes = tuple((ONE if value % 2 else SEVEN,) for value in range(10))
    return Alphabet(
        found.images, found.labels, strokes, np.arange(10), found.printed[:20], found.handlike[:4], found.foreign, ()
    )

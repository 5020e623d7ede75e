"""Pictures of one thing: digits are said to be digits, everything else to be none."""

from __future__ import annotations

import numpy as np

from digits.reading.detection.detections import KINDS
from digits.reading.detection.verification import REGION_HEIGHT, REGION_WIDTH
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.detector.composing.marks.things import some_strokes, thing
from digits.training.verifier.singles import make_singles


def test_pictures_of_one_thing_are_digits_and_others(alphabet: Alphabet) -> None:
    made = make_singles(alphabet, np.random.default_rng(4), 120)
    assert made.pixels.shape[1:] == (REGION_HEIGHT, REGION_WIDTH)
    assert 100 <= len(made) <= 120
    digits = (made.kinds > 0) & (made.kinds <= 10)
    assert 30 < digits.sum() < 75
    assert (made.kinds == 0).sum() > 40
    assert set(made.kinds[made.kinds > 10].tolist()) <= {KINDS}  # struck out
    assert ((made.is_printed >= 0) == (made.kinds > 0)).all()
    assert not made.belief.any()


def test_the_same_seed_gives_the_same_pictures(alphabet: Alphabet) -> None:
    one, other = (make_singles(alphabet, np.random.default_rng(6), 12) for _ in range(2))
    assert np.array_equal(one.pixels, other.pixels)
    assert np.array_equal(one.kinds, other.kinds)


def test_drawings_and_things_have_ink_and_no_digit() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        for made in (some_strokes(30.0, random), thing(30.0, random)):
            assert made.pixels.max() > 0.2
            assert made.pixels.min() >= 0
            assert not made.targets

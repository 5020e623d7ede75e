"""Pen strokes go in, MNIST-style images of them come out: digits of other hands than MNIST's to train a network on.

Each digit is drawn several times, with a pen, a slant and a width of its own each time, and framed as reading frames
what it finds.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from digits.data import Dataset, LabelledImages
from digits.data.pen_strokes import LICENCE, PEN_STROKES, SHA256, SOURCE, PenStrokes
from digits.reading.recognition.frame import frame_digit
from digits.training.detector.composing.marks.glyphs import Alphabet, draw_digit, some_hand

# Each digit is drawn so often, so high, and the same way at every run.
COPIES, HEIGHT_PX, SEED = 4, (24.0, 70.0), 5


def draw_pen_digits(pens: PenStrokes, *, copies: int = COPIES) -> LabelledImages:
    """Return images of all digits, the first of each, then the second and so on; the same at every call.

    Args:
        pens: the strokes.
        copies: how often each is drawn.
    """
    random = np.random.default_rng(SEED)
    images = []
    for _ in range(copies):
        for strokes, label in zip(pens.strokes, pens.labels, strict=True):
            alone = Alphabet(
                np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64), [strokes], np.array([label]), (), ()
            )
            hand = some_hand(alone, random, source="pen")
            drawn = draw_digit(int(label), hand, float(random.uniform(*HEIGHT_PX)), alone, random)
            images.append(frame_digit(np.ascontiguousarray(drawn.pixels)))
    return LabelledImages(np.stack(images), np.tile(pens.labels, copies), PEN_STROKES)


def with_pen_digits(dataset: Dataset, pens: PenStrokes) -> Dataset:
    """Return the same dataset with drawn digits among its training images; validation and test stay as they are.

    So it keeps its name; ``mixed_in`` tells the rest. ``sha256`` is of the training images alone then.
    """
    drawn = draw_pen_digits(pens)
    train = dataset.train.joined(drawn)
    return replace(
        dataset,
        source=f"{dataset.source}, and {len(drawn):,} digits drawn with UCI's pen strokes",
        train=train,
        sha256=hashlib.sha256(train.sha256.encode()).hexdigest(),
        mixed_in={"name": PEN_STROKES, "source": SOURCE, "license": LICENCE, "sha256": SHA256, "images": len(drawn)},
    )

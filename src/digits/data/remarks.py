"""The parts of data of one's own go in; what a person should know before believing figures made from them comes out.

Nothing here changes or refuses data: each remark is about data that can be trained on, and is often a mistake.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digits.data.dataset import LabelledImages


def find_remarks(train: LabelledImages, test: LabelledImages) -> str | None:
    """Return sentences about digits that are missing, images in both parts, and light paper; None without cause."""
    found = (_about_digits(train, test), _about_copies(train, test), about_paper(train))
    return " ".join(filter(None, found)) or None


def about_paper(examples: LabelledImages) -> str | None:
    """Say so where the rim of most images is light: a network trained on MNIST has learned light ink on black."""
    images = examples.images
    rim = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    if np.median(rim) <= 127:
        return None
    return (
        "LIGHT PAPER: most of these images have a light rim, where 0 should be paper and 255 ink; save 255 minus "
        "each pixel."
    )


def _about_digits(train: LabelledImages, test: LabelledImages) -> str | None:
    known = train.counts > 0
    if untaught := np.flatnonzero(~known & (test.counts > 0)).tolist():
        return (
            f"TEST DIGITS WITHOUT TRAINING: {_listed(untaught)} among the test images, but not among the "
            "training images; each such test image counts as an error."
        )
    if known.sum() == 1:
        return (
            f"ONE DIGIT ALONE: every label is {int(known.argmax())}, so whatever it is shown the network will answer "
            "that; look whether the labels were read from the right place."
        )
    if missing := np.flatnonzero(~known).tolist():
        it = "it" if len(missing) == 1 else "them"
        return f"NOT ALL DIGITS: {_listed(missing)} missing; the network will not know {it}."
    return None


def _listed(digits: Sequence[int]) -> str:
    *others, last = map(str, digits)
    return f"digits {', '.join(others)} and {last} are" if others else f"digit {last} is"


def _about_copies(train: LabelledImages, test: LabelledImages) -> str | None:
    trained = {image.tobytes() for image in train.images}
    count = sum(image.tobytes() in trained for image in test.images)
    if not count:
        return None
    return (
        f"COPIES IN TEST: {count:,} of {len(test):,} test images are training images too, pixel for pixel, so "
        "accuracy on them shows what was learned by heart."
    )

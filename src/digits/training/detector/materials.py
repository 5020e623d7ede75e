"""In: datasets and the font packages that are installed. Out: all that pages are composed from, and what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from digits.data import LabelledImages
from digits.data.pen_strokes import LICENCE, SOURCE, load_pen_strokes
from digits.reading.result import FloatArray
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.typefaces import HANDWRITING_LIKE, OTHER_SCRIPTS, typefaces_to_train

# Of a family with many weights so many are taken, spread from the lightest to the boldest.
MOST_WEIGHTS = 3


def load_materials(images: LabelledImages, pen_strokes: Path | None) -> tuple[Alphabet, dict[str, Any]]:
    """Return what pages are composed from, and for the model card what that was.

    Raises:
        DataError: the file of pen strokes is not UCI's.
        MissingExtraError: no font packages are installed.
    """
    strokes = load_pen_strokes(pen_strokes) if pen_strokes else None
    printed: list[str] = []
    handlike: list[str] = []
    foreign: list[str] = []
    families = typefaces_to_train()
    for family in families:
        files = sorted(
            (file for file in family.files if file.style == "normal"), key=lambda file: int(file.weight or 400)
        )
        chosen = [files[i] for i in sorted(set(np.linspace(0, len(files) - 1, MOST_WEIGHTS).astype(int).tolist()))]
        kind = foreign if family.slug in OTHER_SCRIPTS else handlike if family.slug in HANDWRITING_LIKE else printed
        kind.extend(str(file.path) for file in chosen)
    alphabet = Alphabet(
        images.images,
        images.labels,
        strokes.strokes if strokes else (),
        strokes.labels if strokes else np.zeros(0, np.int64),
        tuple(printed),
        tuple(handlike),
        tuple(foreign),
        load_photos(),
    )
    told = {
        "typefaces": {family.name: family.license for family in families},
        "pen_strokes": {"source": SOURCE, "license": LICENCE, "digits": len(strokes)} if strokes else None,
    }
    return alphabet, told


def load_photos() -> tuple[FloatArray, ...]:
    """Return the two photographs that scikit-learn brings (CC BY), grey, float32 in [0, 1]: ground for sheets."""
    from sklearn.datasets import load_sample_images

    grey = np.array([0.299, 0.587, 0.114], np.float32)
    return tuple(np.asarray(image.astype(np.float32) @ grey / np.float32(255)) for image in load_sample_images().images)

"""In: labelled images. Out: another form of them, if any, whose labels the shipped model confirms far more often.

Training raises no error on images that are transposed, mirrored or turned, or on labels that are permuted. Light or
dark ink makes no difference here: the model reads both. Nothing here changes data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.data.convert import CLASSES, MAX_PIXEL
from digits.data.dataset import LabelledImages
from digits.reading.result import ByteArray, IntArray

SAMPLE = 120
# Fixed, so that the same data is always told the same.
SEED = 15_000
# Another form must be read right as often as this. The model reads 94 to 98 % of strangers' digits that were framed or
# merely scaled down (USPS, Swiss writers), and other scripts' digits in any form at most 40 % (tests/data).
MIN_AGREEMENT = 0.7
# And more often than the images as they are by so many standard deviations of a difference that is chance (McNemar).
# With seven other forms, and the labels exchanged in each, chance reaches four less than once in a thousand sets.
MIN_DEVIATIONS = 4.0
# And for most images of so many digits: one or two alone may be how a person writes them, or a foreign script.
MIN_DIGITS = 3
# An exchange of labels is fitted to the answers; with fewer digits a foreign script may fit one by chance.
MIN_EXCHANGED_AMONG = 8

Turn = Callable[[ByteArray], ByteArray]
Truths = npt.NDArray[np.bool_]
# What images may be, and what makes them upright again, as code that a person can paste.
AS_IS = "as they are"
TRANSPOSED = "transposed"
UPRIGHT_AGAIN: dict[str, tuple[str, Turn]] = {
    AS_IS: ("images", lambda images: images),
    TRANSPOSED: ("images.swapaxes(1, 2)", lambda images: images.swapaxes(1, 2)),
    "mirrored": ("images[:, :, ::-1]", lambda images: images[:, :, ::-1]),
    "mirrored top to bottom": ("images[:, ::-1]", lambda images: images[:, ::-1]),
    "upside down": ("images[:, ::-1, ::-1]", lambda images: images[:, ::-1, ::-1]),
    "turned clockwise": ("np.rot90(images, 1, (1, 2))", lambda images: np.rot90(images, 1, (1, 2))),
    "turned counter-clockwise": ("np.rot90(images, 3, (1, 2))", lambda images: np.rot90(images, 3, (1, 2))),
    "transposed along the other diagonal": (
        "images[:, ::-1, ::-1].swapaxes(1, 2)",
        lambda images: images[:, ::-1, ::-1].swapaxes(1, 2),
    ),
}


@dataclass(frozen=True)
class OtherForm:
    """The ``form`` that images seem to have, a key of ``UPRIGHT_AGAIN``, and the digits that their labels stand for.

    ``digit_of`` holds only labels that stand for another digit. ``agreement`` and ``as_is`` are the shares of ``count``
    images for which model and label agree: once the form is undone, and as they are.
    """

    form: str
    digit_of: dict[int, int]
    agreement: float
    as_is: float
    count: int

    def is_same_as(self, other: OtherForm | None) -> bool:
        """Tell whether ``other`` is the same form, regardless of the shares."""
        return other is not None and (self.form, self.digit_of) == (other.form, other.digit_of)


def find_other_form(examples: LabelledImages) -> OtherForm | None:
    """Return the form that explains the labels far better than the images as they are; None if there is none."""
    images, labels = _sample(examples)
    if len(labels) < MIN_DEVIATIONS**2:  # so few can never differ enough
        return None
    from digits.model.load import load  # here, because it loads onnxruntime

    reader = load()
    as_is = reader.classify_frames(images).values
    if (as_is != labels).sum() < MIN_DEVIATIONS**2:
        return None
    found = []
    for form, (_, turn) in UPRIGHT_AGAIN.items():
        answers = as_is if form == AS_IS else reader.classify_frames(np.ascontiguousarray(turn(images))).values
        found += [
            OtherForm(form, digit_of, float((answers == digits).mean()), float((as_is == labels).mean()), len(labels))
            for digit_of, digits in _explanations(answers, labels)
            if _is_far_better(answers == digits, as_is == labels, None if digit_of else labels)
        ]
    return max(found, key=lambda other: other.agreement, default=None)


def _sample(examples: LabelledImages) -> tuple[ByteArray, IntArray]:
    """Return some of the images that are not blank, their pixels stretched to 0-255, and their labels."""
    order = np.argsort(np.random.PCG64(SEED).random_raw(len(examples)), kind="stable")
    images = examples.images[order[: 2 * SAMPLE]]
    written = np.flatnonzero(np.ptp(images, axis=(1, 2)))[:SAMPLE]
    if not len(written):
        return images[:0], examples.labels[:0]
    images = images[written]
    low, high = int(images.min()), int(images.max())
    stretched = (images - np.uint8(low)) * (MAX_PIXEL / (high - low))
    return stretched.astype(np.uint8), examples.labels[order[written]]


def _explanations(answers: IntArray, labels: IntArray) -> Iterator[tuple[dict[int, int], IntArray]]:
    """Yield the labels that stand for other digits, and each image's digit (n,): first none, then as most are read.

    Labels stand for other digits only where each label has one answer and each answer one label.
    """
    yield {}, labels
    table = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(table, (labels, answers), 1)
    occurring = np.flatnonzero(table.any(axis=1))
    digits = table.argmax(axis=1)
    is_clear = bool((table.max(axis=1) >= MIN_AGREEMENT * table.sum(axis=1)).all())
    is_one_to_one = len(set(digits[occurring].tolist())) == len(occurring) >= MIN_EXCHANGED_AMONG
    exchanged = {int(label): int(digits[label]) for label in occurring if digits[label] != label}
    if is_clear and is_one_to_one and exchanged:
        yield exchanged, digits[labels]


def _is_far_better(is_right: Truths, was_right: Truths, labels: IntArray | None) -> bool:
    """Tell whether ``is_right`` (n,) is true far more often than ``was_right``, and for most of three ``labels``."""
    gained, lost = is_right & ~was_right, was_right & ~is_right
    surplus, differing = int(gained.sum()) - int(lost.sum()), int((gained | lost).sum())
    if is_right.mean() < MIN_AGREEMENT or surplus <= 0 or surplus < MIN_DEVIATIONS * np.sqrt(differing):
        return False
    return labels is None or sum(gained[labels == digit].mean() > 0.5 for digit in np.unique(labels)) >= MIN_DIGITS

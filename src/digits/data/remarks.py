"""The parts of data of one's own go in; what a person should know before believing figures made from them comes out.

Nothing here changes or refuses data: each remark is about data that can be trained on, and is often a mistake. A remark
begins with its subject in capitals and a colon.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digits.data.agreement import AS_IS, MIN_EXCHANGED_AMONG, TRANSPOSED, UPRIGHT_AGAIN, OtherForm, find_other_form
from digits.data.convert import CLASSES, MAX_PIXEL
from digits.data.correction import Correction
from digits.data.dataset import LabelledImages

# Pixels that span less than half of what a byte can hold are on another scale, such as 0 to 1 or 0 to 16.
MIN_CONTRAST = 128


def find_remarks(train: LabelledImages, test: LabelledImages) -> str | None:
    """Return sentences about digits, copies, pixels and other forms; None without cause."""
    found = (
        _about_digits(train, test),
        _about_copies(train, test),
        about_contrast(train),
        about_paper(train),
        *_about_forms(train, test),
    )
    return " ".join(filter(None, found)) or None


def about_images(examples: LabelledImages) -> list[str]:
    """Return what there is to say about images alone: their scale, their paper, and in which form they seem to be."""
    other = find_other_form(examples)
    form = _about_form(other, "these images", examples.correction) if other else None
    return [remark for remark in (about_contrast(examples), about_paper(examples), form) if remark]


def about_contrast(examples: LabelledImages) -> str | None:
    """Say so where all pixels lie close together: MNIST has 0 for paper and 255 for ink."""
    low, high = int(examples.images.min()), int(examples.images.max())
    if examples.correction.invert:  # as the file has them, where they are to be mended
        low, high = MAX_PIXEL - high, MAX_PIXEL - low
    if not 0 < high - low < MIN_CONTRAST:
        return None
    offset = f"({low} less than each pixel)" if low else "each pixel"
    factor = "255" if high - low == 1 else f"255/{high - low}"
    return (
        f"FAINT INK: the pixels of these images are from {low} to {high}, where 0 should be paper and 255 ink; save "
        f"{factor} times {offset}."
    )


def about_paper(examples: LabelledImages) -> str | None:
    """Say so where the rim of most images is light: a network trained on MNIST has learned light ink on black."""
    images = examples.images
    rim = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    if np.median(rim) <= images.max() / 2:
        return None
    return (
        "LIGHT PAPER: most of these images have a light rim, where 0 should be paper and 255 ink; "
        f"{'leave out' if examples.correction.invert else 'give'} --invert."
    )


def _about_forms(train: LabelledImages, test: LabelledImages) -> list[str]:
    """Say in which form the images seem to be; of the test images only where they are in another than the others."""
    trained, tested = find_other_form(train), find_other_form(test)
    said = [_about_form(trained, "these images", train.correction)] if trained else []
    if tested and not tested.is_same_as(trained):
        said.append(_about_form(tested, "the test images", None))
    return said


def _about_form(other: OtherForm, what: str, correction: Correction | None) -> str:
    """``correction``: what was done already, or None where no option can mend it."""
    is_turned, is_exchanged = other.form != AS_IS, bool(other.digit_of)
    look, remedy = f"{what} look {other.form}", _how_to_turn(other.form, correction)
    if is_exchanged:
        seem, mend = _about_labels(other.digit_of)
        look = f"{look}, and their labels {seem}" if is_turned else f"the labels of {what} look {seem}"
        remedy = f"{remedy} and {mend}" if is_turned else mend
    agreement, as_is = (f"{100 * share:.0f} %" for share in (other.agreement, other.as_is))
    return (
        f"{'TURNED IMAGES' if is_turned else 'OTHER LABELS'}: {look}: the shipped model agrees with {agreement} of "
        f"{other.count} labels once that is put right, with {as_is} as they are; {remedy}."
    )


def _how_to_turn(form: str, correction: Correction | None) -> str:
    if correction and correction.transpose:
        return "leave out --transpose" + ("" if form == TRANSPOSED else " and look again")
    if correction is not None and form == TRANSPOSED:
        return "give --transpose"
    return f"save them turned back, with NumPy as {UPRIGHT_AGAIN[form][0]}"


def _about_labels(digit_of: dict[int, int]) -> tuple[str, str]:
    """Return what labels look like that stand for other digits, and what to do."""
    offsets = {(label - digit) % CLASSES for label, digit in digit_of.items()}
    if len(offsets) > 1 or len(digit_of) < MIN_EXCHANGED_AMONG:
        pairs = ", ".join(f"{label} on {digit}" for label, digit in digit_of.items())
        return f"exchanged ({pairs})", "look how they were assigned, such as by names in alphabetical order"
    offset = offsets.pop()
    if offset <= CLASSES // 2:
        return f"{offset} too high", f"save (labels - {offset}) mod 10"
    return f"{CLASSES - offset} too low", f"save (labels + {CLASSES - offset}) mod 10"


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

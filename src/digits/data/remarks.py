"""In: the parts of a person's own data. Out: remarks to know before trusting figures made from them.

Nothing here changes or refuses data: each remark is about data that can be trained on, but is often a mistake. A remark
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
    """Return sentences about digits, copies, pixels and other forms; None if all is well."""
    found = (
        _about_digits(train, test),
        _about_copies(train, test),
        about_contrast(train),
        about_paper(train),
        *_about_forms(train, test),
    )
    return " ".join(filter(None, found)) or None


def about_images(examples: LabelledImages) -> list[str]:
    """Return the remarks about images alone: about their contrast, their paper and the form they seem to have."""
    other = find_other_form(examples)
    form = _about_form(other, "these images", examples.correction) if other else None
    return [remark for remark in (about_contrast(examples), about_paper(examples), form) if remark]


def about_contrast(examples: LabelledImages) -> str | None:
    """Remark on pixels that all lie close together: MNIST has 0 for paper and 255 for ink."""
    low, high = int(examples.images.min()), int(examples.images.max())
    if examples.correction.invert:  # as the file has them, where they are to be mended
        low, high = MAX_PIXEL - high, MAX_PIXEL - low
    if not 0 < high - low < MIN_CONTRAST:
        return None
    offset = f"(each pixel - {low})" if low else "each pixel"
    factor = "255" if high - low == 1 else f"255/{high - low}"
    return (
        f"FAINT INK: the pixels of these images range from {low} to {high}, but paper should be 0 and ink 255; save "
        f"{factor} times {offset}."
    )


def about_paper(examples: LabelledImages) -> str | None:
    """Remark on images whose rim is mostly light: a network trained on MNIST has learned light ink on black."""
    images = examples.images
    rim = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    if np.median(rim) <= images.max() / 2:
        return None
    return (
        "LIGHT PAPER: most of these images have a light rim, but paper should be 0 and ink 255; "
        f"{'leave out' if examples.correction.invert else 'give'} --invert."
    )


def _about_forms(train: LabelledImages, test: LabelledImages) -> list[str]:
    """Remark on the form that the images seem to have; on the test images only where their form is another."""
    trained, tested = find_other_form(train), find_other_form(test)
    said = [_about_form(trained, "these images", train.correction)] if trained else []
    if tested and not tested.is_same_as(trained):
        said.append(_about_form(tested, "the test images", None))
    return said


def _about_form(other: OtherForm, what: str, correction: Correction | None) -> str:
    """``correction`` is what was already done; None if no option can help."""
    is_turned, is_exchanged = other.form != AS_IS, bool(other.digit_of)
    look, remedy = f"{what} look {other.form}", _how_to_turn(other.form, correction)
    if is_exchanged:
        seem, mend = _about_labels(other.digit_of)
        look = f"{look}, and their labels {seem}" if is_turned else f"the labels of {what} look {seem}"
        remedy = f"{remedy} and {mend}" if is_turned else mend
    agreement, as_is = (f"{100 * share:.0f} %" for share in (other.agreement, other.as_is))
    return (
        f"{'TURNED IMAGES' if is_turned else 'OTHER LABELS'}: {look}: the shipped model agrees with {agreement} of "
        f"{other.count} labels once that is corrected, but with {as_is} as they are; {remedy}."
    )


def _how_to_turn(form: str, correction: Correction | None) -> str:
    if correction and correction.transpose:
        return "leave out --transpose" + ("" if form == TRANSPOSED else " and check again")
    if correction is not None and form == TRANSPOSED:
        return "give --transpose"
    return f"turn them back before saving; in NumPy: {UPRIGHT_AGAIN[form][0]}"


def _about_labels(digit_of: dict[int, int]) -> tuple[str, str]:
    """Say how labels that stand for other digits look, and what to do."""
    offsets = {(label - digit) % CLASSES for label, digit in digit_of.items()}
    if len(offsets) > 1 or len(digit_of) < MIN_EXCHANGED_AMONG:
        pairs = ", ".join(f"{label} on {digit}" for label, digit in digit_of.items())
        return f"exchanged ({pairs})", "check how they were assigned, for example by names in alphabetical order"
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
            f"ONE DIGIT ALONE: every label is {int(known.argmax())}, so the network will answer that to every image; "
            "check that the labels come from the right place."
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
        f"COPIES IN TEST: {count:,} of {len(test):,} test images are exact copies of training images, so "
        "accuracy on them shows what the network has memorized."
    )

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from digits.data import Correction, Dataset, LabelledImages, load_dataset
from digits.data.remarks import about_contrast, about_images, about_paper, find_remarks
from digits.reading.result import IntArray

from .conftest import make_examples, write_keras_npz


def dark(per_digit: int = 3, *, seed: int = 0) -> LabelledImages:
    """Noise on black, as MNIST has its digits."""
    examples = make_examples(per_digit, seed=seed)
    images = np.pad(examples.images[:, 4:-4, 4:-4], ((0, 0), (4, 4), (4, 4)))
    return LabelledImages(images, examples.labels)


def only(examples: LabelledImages, *digits: int) -> LabelledImages:
    return examples.take(np.flatnonzero(np.isin(examples.labels, digits)))


def test_sound_data_has_no_remark() -> None:
    assert find_remarks(dark(), dark(1, seed=1)) is None


def test_digits_that_are_tested_but_never_trained_are_told() -> None:
    said = find_remarks(only(dark(), 0, 1, 2), dark(1, seed=1))
    assert said is not None
    assert said.startswith("TEST DIGITS WITHOUT TRAINING: digits 3, 4, 5, 6, 7, 8 and 9 are among the test images")


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (range(1, 10), "digit 0 is missing; the network will not know it."),
        (range(8), "digits 8 and 9 are missing; the network will not know them."),
        (range(7), "digits 7, 8 and 9 are missing; the network will not know them."),
    ],
)
def test_digits_that_do_not_occur_are_told(known: range, told: str) -> None:
    said = find_remarks(only(dark(), *known), only(dark(1, seed=1), 1))
    assert said == f"NOT ALL DIGITS: {told}"


def test_one_label_alone_is_told() -> None:
    said = find_remarks(only(dark(), 7), only(dark(1, seed=1), 7))
    assert said is not None
    assert said.startswith("ONE DIGIT ALONE: every label is 7,")


def test_copies_of_training_images_in_test_are_counted() -> None:
    train, test = dark(), dark(1, seed=1)
    mixed = LabelledImages(np.concatenate([test.images, train.images[:4]]), np.append(test.labels, train.labels[:4]))
    said = find_remarks(train, mixed)
    assert said is not None
    assert said.startswith("COPIES IN TEST: 4 of 14 test images")


@pytest.mark.parametrize("is_light", [True, False])
def test_dark_ink_on_light_paper_is_told(is_light: bool) -> None:
    examples = dark()
    images = 255 - examples.images if is_light else examples.images
    assert (about_paper(LabelledImages(images, examples.labels)) is not None) == is_light


def test_all_remarks_are_the_dataset_s_notice(tmp_path: Path) -> None:
    inverted = only(dark(24), 3)
    inverted = LabelledImages(255 - inverted.images, inverted.labels)
    dataset = load_dataset(write_keras_npz(tmp_path / "mine.npz", inverted, inverted.take(np.arange(2))))
    assert dataset.notice is not None
    assert [dataset.notice.find(said) >= 0 for said in ("ONE DIGIT", "2 of 2", "LIGHT PAPER")] == [True] * 3


def turned(examples: LabelledImages) -> LabelledImages:
    return LabelledImages(np.ascontiguousarray(examples.images.swapaxes(1, 2)), examples.labels)


@pytest.mark.parametrize("high", [1, 16, 127])
def test_pixels_on_another_scale_are_told(high: int) -> None:
    examples = dark()
    images = (examples.images // 2 * (high / 127)).astype(np.uint8)
    said = about_contrast(LabelledImages(images, examples.labels))
    assert said is not None
    assert f"from 0 to {high}, " in said


def test_pixels_0_and_1_are_told_how_to_be_saved() -> None:
    examples = dark()
    said = about_contrast(LabelledImages(examples.images // 128, examples.labels))
    assert said is not None
    assert said.endswith("save 255 times each pixel.")


def test_pixels_0_and_1_that_were_inverted_are_told_as_the_file_has_them() -> None:
    examples = dark()
    given = LabelledImages(examples.images // 128, examples.labels).corrected(Correction(invert=True))
    said = about_contrast(given)
    assert said is not None
    assert "from 0 to 1, " in said


def test_full_contrast_and_blank_images_have_no_remark_about_scale() -> None:
    assert about_contrast(dark()) is None
    assert about_contrast(LabelledImages(np.zeros((3, 28, 28), np.uint8), np.arange(3))) is None


def test_light_paper_is_told_on_another_scale_too() -> None:
    examples = dark()
    assert about_paper(LabelledImages(1 - examples.images // 128, examples.labels)) is not None


@pytest.mark.parametrize(("invert", "remedy"), [(False, "give --invert."), (True, "leave out --invert.")])
def test_light_paper_is_mended_by_the_option_or_made_by_it(invert: bool, remedy: str) -> None:
    examples = dark()
    light = LabelledImages(255 - examples.images, examples.labels)
    said = about_paper(examples.corrected(Correction(invert=True)) if invert else light)
    assert said is not None
    assert said.endswith(remedy)


@pytest.mark.slow
def test_transposed_images_are_told_with_both_figures_and_the_option(sample: Dataset) -> None:
    said = find_remarks(turned(sample.train), turned(sample.test))
    assert said is not None
    assert re.fullmatch(
        r"TURNED IMAGES: these images look transposed: the shipped model agrees with (9\d|100) % of 120 labels once "
        r"that is corrected, but with [12]\d % as they are; give --transpose\.",
        said,
    )


def test_images_that_the_option_turned_are_told_to_leave_it_out(sample: Dataset) -> None:
    said = about_images(sample.test.corrected(Correction(transpose=True)))
    assert len(said) == 1
    assert said[0].endswith("; leave out --transpose.")


def test_images_that_the_option_mends_have_no_remark(sample: Dataset) -> None:
    assert about_images(turned(sample.test).corrected(Correction(transpose=True))) == []


def test_mirrored_images_are_told_what_to_save(sample: Dataset) -> None:
    said = about_images(LabelledImages(sample.test.images[:, :, ::-1].copy(), sample.test.labels))
    assert "look mirrored" in said[0]
    assert said[0].endswith("; turn them back before saving; in NumPy: images[:, :, ::-1].")


@pytest.mark.parametrize(
    ("labels", "look", "remedy"),
    [
        ((np.arange(10) + 1) % 10, "the labels of these images look 1 too high", "save (labels - 1) mod 10."),
        ((np.arange(10) + 9) % 10, "the labels of these images look 1 too low", "save (labels + 1) mod 10."),
        (np.array([5, 1, 2, 3, 4, 0, 6, 7, 8, 9]), "look exchanged (0 on 5, 5 on 0)", "check how they were assigned"),
    ],
)
def test_labels_that_stand_for_other_digits_are_told(sample: Dataset, labels: IntArray, look: str, remedy: str) -> None:
    said = about_images(LabelledImages(sample.test.images, labels[sample.test.labels]))
    assert len(said) == 1
    assert said[0].startswith("OTHER LABELS: ")
    assert look in said[0]
    assert remedy in said[0]


def test_test_images_alone_in_another_form_are_told_apart(sample: Dataset) -> None:
    said = find_remarks(sample.train, turned(sample.test))
    assert said is not None
    assert "the test images look transposed" in said
    assert "--transpose" not in said  # it would turn the others as well

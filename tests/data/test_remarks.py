from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digits.data import LabelledImages, load_dataset
from digits.data.remarks import about_paper, find_remarks

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

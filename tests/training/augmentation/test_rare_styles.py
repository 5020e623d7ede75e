"""Forms that only few hands write, drawn on MNIST's own digits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.data import Dataset
from digits.training.augmentation.rare_styles import RARE_STYLES, _hang_serif
from digits.training.augmentation.styles import restyle


def digits_of(sample: Dataset, label: int) -> list[np.ndarray]:
    return list(sample.train.images[sample.train.labels == label][:80])


def rare(images: list[np.ndarray], label: int) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [restyle(image, label, random, RARE_STYLES) for image in images]


def is_firm(image: np.ndarray) -> np.ndarray:
    return (np.pad(image, 1) > 100).astype(np.uint8)


def count_pieces(image: np.ndarray) -> int:
    return int(cv2.connectedComponents(is_firm(image))[0]) - 1


def has_ring(image: np.ndarray) -> bool:
    return cv2.connectedComponents(1 - is_firm(image), connectivity=4)[0] > 2  # the ink, and the paper around it


@pytest.mark.parametrize("label", sorted(RARE_STYLES))
def test_a_rare_digit_is_a_frame_in_no_more_pieces_and_most_change(sample: Dataset, label: int) -> None:
    before = digits_of(sample, label)
    after = rare(before, label)
    for image in after:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert (image.shape, image.dtype) == ((28, 28), np.uint8)
        assert max(np.ptp(rows), np.ptp(columns)) == 19  # the box of 20, as in MNIST
    assert np.mean([not np.array_equal(*pair) for pair in zip(before, after, strict=True)]) > 0.6
    assert np.mean(list(map(count_pieces, after))) <= 1.1 * np.mean(list(map(count_pieces, before)))


def test_many_rare_5s_have_no_bar(sample: Dataset) -> None:
    def bar(image: np.ndarray) -> int:
        """How much farther to the right than the middle the first six rows reach, in pixels."""
        rows = np.flatnonzero((image > 100).any(axis=1))
        upper = image[rows[0] : rows[0] + 6] > 100
        return int(np.flatnonzero(upper.any(axis=0))[-1] - np.flatnonzero(image.any(axis=0)).mean())

    fives = digits_of(sample, 5)
    assert np.mean(list(map(bar, rare(fives, 5)))) < np.mean(list(map(bar, fives))) - 1.5


def test_most_rare_9s_have_an_open_ring(sample: Dataset) -> None:
    nines = [image for image in digits_of(sample, 9) if has_ring(image)]
    assert np.mean([not has_ring(image) for image in rare(nines, 9)]) > 0.5


def test_rare_4s_begin_higher_on_the_left_than_on_the_right(sample: Dataset) -> None:
    """An h: its left stroke begins higher than its right one."""

    def right_minus_left(image: np.ndarray) -> float:
        tops = [int(np.flatnonzero(column > 100)[0]) for column in image.T if (column > 100).any()]
        third = max(1, len(tops) // 3)
        return min(tops[-third:]) - min(tops[:third])

    fours = [image for image in digits_of(sample, 4) if not has_ring(image)]
    after = np.mean(list(map(right_minus_left, rare(fours, 4))))
    assert after > np.mean(list(map(right_minus_left, fours))) + 2


def test_digits_without_a_rare_form_stay(sample: Dataset) -> None:
    for label in set(range(10)).difference(RARE_STYLES):
        before = digits_of(sample, label)[:5]
        np.testing.assert_array_equal(np.stack(rare(before, label)), np.stack(before))


@pytest.mark.parametrize("label", sorted(RARE_STYLES))
@pytest.mark.parametrize("height", [0, 1, 2, 5])
def test_ink_too_flat_to_be_a_digit_is_left_as_it_is(label: int, height: int) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[14 : 14 + height, 4:24] = 255
    np.testing.assert_array_equal(rare([image], label)[0], image)


@pytest.mark.parametrize("label", sorted(RARE_STYLES))
def test_odd_ink_gives_a_frame_and_no_error(label: int) -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        image = cv2.GaussianBlur(random.integers(0, 256, (28, 28)).astype(np.uint8), (0, 0), 1.5)
        image = np.where(image > random.integers(100, 160), 255, 0).astype(np.uint8)
        assert restyle(image, label, random, RARE_STYLES).shape == (28, 28)


def test_the_serif_of_a_7_meets_its_stem_nowhere(sample: Dataset) -> None:
    random = np.random.default_rng(0)
    sevens = [np.pad(image / np.float32(255), 10) for image in digits_of(sample, 7) if not has_ring(image)]
    styled = [_hang_serif(ink, random) for ink in sevens]
    assert np.mean([after.sum() > 1.02 * before.sum() for before, after in zip(sevens, styled, strict=True)]) > 0.5
    assert np.mean([has_ring((ink * 255).astype(np.uint8)) for ink in styled]) < 0.05


@pytest.mark.parametrize("label", [4, 7, 9])
def test_some_stems_reach_far_below_the_line(sample: Dataset, label: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Framed, a digit with a long stem is narrower, and its upper part is smaller."""

    def mean_width() -> float:
        images = rare(digits_of(sample, label), label)
        return float(np.mean([np.ptp(np.flatnonzero(image.any(axis=0))) for image in images]))

    monkeypatch.setattr("digits.training.augmentation.rare_styles.LONG", 1.0)
    long = mean_width()
    monkeypatch.setattr("digits.training.augmentation.rare_styles.LONG", 0.0)
    assert long < 0.85 * mean_width()

"""Other hands' forms, drawn on MNIST's own digits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.data import Dataset
from digits.training.augmentation.styles import STYLES, restyle


def digits_of(sample: Dataset, label: int) -> np.ndarray:
    return sample.train.images[sample.train.labels == label][:60]


@pytest.mark.parametrize("label", range(10))
def test_a_restyled_digit_is_a_frame_and_most_change_if_their_digit_has_another_form(
    sample: Dataset, label: int
) -> None:
    random = np.random.default_rng(0)
    changed = 0
    for image in digits_of(sample, label):
        styled = restyle(image, label, random)
        rows, columns = np.flatnonzero(styled.any(axis=1)), np.flatnonzero(styled.any(axis=0))
        assert styled.shape == (28, 28)
        assert styled.dtype == np.uint8
        assert max(np.ptp(rows), np.ptp(columns)) == 19  # the box of 20, as in MNIST
        changed += not np.array_equal(styled, image)
    assert changed == 0 if label not in STYLES else changed > 30


def test_an_upstroke_makes_a_1_wider_and_a_bar_a_7_heavier(sample: Dataset) -> None:
    random = np.random.default_rng(0)

    def mean_width(images: list[np.ndarray]) -> float:
        return float(np.mean([np.ptp(np.flatnonzero(image.any(axis=0))) for image in images]))

    ones = list(digits_of(sample, 1))
    assert mean_width([restyle(image, 1, random) for image in ones]) > 1.15 * mean_width(ones)
    sevens = digits_of(sample, 7)
    heavier = [int(restyle(image, 7, random).sum()) > int(image.sum()) for image in sevens]
    assert np.mean(heavier) > 0.8


def test_some_stems_of_9_hang_from_the_left_of_the_ring(sample: Dataset) -> None:
    random = np.random.default_rng(0)

    def has_stem_on_the_left(image: np.ndarray) -> bool:
        """Whether the ink just below the ring is left of its middle."""
        count, _, found, _ = cv2.connectedComponentsWithStats(
            (np.pad(image, 1) <= 100).astype(np.uint8), connectivity=4
        )
        if count < 3:  # the ink, and the paper around it
            return False
        x, y, wide, high, _ = found[2]
        below = np.pad(image, 1)[y + high + 3]
        return bool(below.any() and np.flatnonzero(below > 100).mean() < x + wide / 2)

    nines = digits_of(sample, 9)
    before = np.mean([has_stem_on_the_left(image) for image in nines])
    after = np.mean([has_stem_on_the_left(restyle(image, 9, random)) for image in nines])
    assert before < 0.2
    assert after > before + 0.15


def test_most_restyled_2s_have_a_ring(sample: Dataset) -> None:
    random = np.random.default_rng(0)

    def has_ring(image: np.ndarray) -> bool:
        count, _ = cv2.connectedComponents((np.pad(image, 1) <= 100).astype(np.uint8), connectivity=4)
        return count > 2  # 0 is the ink, and there is the paper around it

    twos = digits_of(sample, 2)
    before = np.mean([has_ring(image) for image in twos])
    after = np.mean([has_ring(restyle(image, 2, random)) for image in twos])
    assert after > before + 0.25


def test_the_same_random_state_gives_the_same_digit(sample: Dataset) -> None:
    (image, *_) = digits_of(sample, 1)
    first, second = (restyle(image, 1, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_an_empty_image_stays_empty() -> None:
    assert not restyle(np.zeros((28, 28), np.uint8), 1, np.random.default_rng(0)).any()


@pytest.mark.parametrize("label", sorted(STYLES))
@pytest.mark.parametrize("height", [1, 2, 5])
def test_ink_too_flat_to_be_a_digit_is_left_as_it_is(label: int, height: int) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[14 : 14 + height, 4:24] = 255
    np.testing.assert_array_equal(restyle(image, label, np.random.default_rng(0)), image)

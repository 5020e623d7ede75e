"""One digit in some writer's hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from digits.data import Dataset
from digits.training.spotter.handwriting import draw_digit, some_hand


def test_some_digits_are_blotted(sample: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def thickness(share: float) -> list[float]:
        """In the digit's heights: what is farthest from the paper, of 200 digits in the same hands."""
        monkeypatch.setattr("digits.training.spotter.handwriting.BLOTTED", share)
        random, hand = np.random.default_rng(0), some_hand(np.random.default_rng(1))
        patches = [np.pad(draw_digit(sample.train.images[k], 8, hand, random), 1) for k in range(200)]
        return [2 * float(_away_from_paper(patch).max()) / len(patch) for patch in patches]

    none, some, all_of_them = (float(np.mean(thickness(share))) for share in (0, 0.5, 1))
    assert all_of_them > 1.3 * none
    assert none < some < all_of_them


def _away_from_paper(patch: np.ndarray) -> np.ndarray:
    return cv2.distanceTransform((patch > 0.5).astype(np.uint8), cv2.DIST_L2, 3)

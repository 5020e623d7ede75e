from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from digits.errors import DataError
from digits.evaluation.pictures import draw_contact_sheet, draw_most_wrong, most_wrong


def size_of(path) -> tuple[int, int]:
    with Image.open(path) as picture:
        picture.load()
        return picture.size


def answers(labels: list[int], said: list[int], sure: list[float]) -> tuple[np.ndarray, np.ndarray]:
    probabilities = np.repeat((1 - np.array(sure, np.float32))[:, None] / 9, 10, axis=1)
    probabilities[np.arange(len(said)), said] = sure
    return np.array(labels), probabilities


def blots(n: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, 28, 28)).astype(np.uint8)


def test_most_wrong_are_the_surest_errors_and_errors_only():
    labels, probabilities = answers([1, 2, 3, 4], [1, 7, 8, 9], [0.99, 0.6, 0.9, 0.7])
    assert most_wrong(labels, probabilities, count=2).tolist() == [2, 3]


def test_most_wrong_keeps_the_order_of_images_on_a_tie():
    labels, probabilities = answers([1, 1, 1], [7, 8, 9], [0.9, 0.9, 0.9])
    assert most_wrong(labels, probabilities, count=25).tolist() == [0, 1, 2]


@pytest.mark.slow
def test_the_picture_of_errors_grows_with_them_up_to_its_count(tmp_path):
    heights = []
    for errors in (0, 3, 12, 30, 40):
        labels, probabilities = answers([1] * 40, [7] * errors + [1] * (40 - errors), [0.8] * 40)
        draw_most_wrong(blots(40), labels, probabilities, tmp_path / "wrong.png", title="errors")
        width, height = size_of(tmp_path / "wrong.png")
        assert width == 1600
        heights.append(height)
    assert heights[0] < heights[1] < heights[2] < heights[3] == heights[4]


def test_the_shown_images_are_the_wrong_ones(tmp_path):
    images = np.zeros((2, 28, 28), np.uint8)
    images[1] = 255  # the wrong one is all ink, so that the picture must be largely black there
    labels, probabilities = answers([3, 4], [3, 9], [0.9, 0.8])
    draw_most_wrong(images, labels, probabilities, tmp_path / "wrong.png", title="one error")
    with Image.open(tmp_path / "wrong.png") as picture:
        black = (np.asarray(picture.convert("L")) < 10).sum()
    assert black > 200 * 200


def test_images_without_their_labels_are_refused(tmp_path):
    labels, probabilities = answers([1, 2], [1, 2], [0.9, 0.9])
    with pytest.raises(DataError, match=r"uint8 \(2, 28, 28\)"):
        draw_most_wrong(blots(3), labels, probabilities, tmp_path / "wrong.png", title="title")
    with pytest.raises(DataError, match="one row of ten"):
        draw_most_wrong(blots(2), labels, probabilities[:1], tmp_path / "wrong.png", title="title")


@pytest.mark.parametrize("per_class", [1, 5, 20, 40])
def test_a_contact_sheet_of_any_width_is_drawn(tmp_path, per_class):
    draw_contact_sheet(blots(100), np.arange(100) % 10, tmp_path / "sheet.png", per_class=per_class, title="sheet")
    assert size_of(tmp_path / "sheet.png")[0] == 1600


def test_a_contact_sheet_shows_every_digit_there_is_and_leaves_out_the_others(tmp_path):
    ink = np.full((3, 28, 28), 255, np.uint8)
    draw_contact_sheet(ink, np.array([0, 0, 9]), tmp_path / "sheet.png", title="two digits")
    with Image.open(tmp_path / "sheet.png") as picture:
        black = (np.asarray(picture.convert("L")) < 10).any(axis=1)
    runs = np.flatnonzero(np.diff(np.concatenate([[0], black.astype(int), [0]])) == 1)
    tall = [start for start in runs if black[start : start + 50].all()]
    assert len(tall) == 2


def test_samples_are_spread_over_all_images_of_a_digit():
    from digits.evaluation.pictures import _mosaic

    images = np.arange(100, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    row = _mosaic(images, np.zeros(100, int), per_class=4)[0]
    assert row[::31].tolist() == [0, 33, 66, 99]


def test_a_contact_sheet_of_nothing_is_refused(tmp_path):
    with pytest.raises(DataError, match="at least one image"):
        draw_contact_sheet(np.zeros((0, 28, 28), np.uint8), np.zeros(0, int), tmp_path / "sheet.png", title="nothing")

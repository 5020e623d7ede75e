from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from digits.data import LabelledImages
from digits.data.mnist import CONTESTED, is_mnist_test
from digits.evaluation.report.mistakes import ERRORS_PER_CELL, Mistakes, to_data_uri


def test_a_picture_in_the_page_is_the_image_to_the_last_pixel():
    image = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    head, _, content = to_data_uri(image).partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as picture:
        assert (np.asarray(picture) == image).all()


def test_every_error_stands_behind_its_cell_surest_first(make_run, examples):
    cells = Mistakes(make_run().evaluation, examples).cells()
    cell = cells[3][8]
    assert (cell.count, [shown.index for shown in cell.shown]) == (2, [13, 3])
    assert cells[4][9].shown[0].index == 24
    assert cells[0][1].count == 0


def test_right_answers_are_shown_least_sure_first(make_run, examples):
    shown = Mistakes(make_run().evaluation, examples).cells()[7][7].shown
    confidences = [one.confidence for one in shown]
    assert confidences == sorted(confidences)
    assert all(one.is_right and one.label == 7 for one in shown)


def test_a_full_cell_shows_its_surest_errors_and_counts_all(make_run, examples):
    run = make_run(wrong=dict.fromkeys(range(3, 200, 10), 8))
    cell = Mistakes(run.evaluation, examples).cells()[3][8]
    assert (cell.count, len(cell.shown)) == (20, ERRORS_PER_CELL)


def test_doubts_are_labels_that_get_next_to_no_probability(make_run, examples):
    count, shown = Mistakes(make_run().evaluation, examples).doubts()
    probabilities = [one.label_probability for one in shown]
    assert count == len(shown) == 2  # image 3 is wrong too, but the network was not sure
    assert probabilities == sorted(probabilities)


def test_other_digits_have_no_contested_labels(make_run, examples):
    assert not is_mnist_test(examples)
    assert Mistakes(make_run().evaluation, examples).contested() == []


def test_mnist_s_contested_labels_are_known_by_its_bytes(mnist):
    assert is_mnist_test(mnist.test)
    assert len(CONTESTED) == 15
    turned = LabelledImages(mnist.test.images[::-1], mnist.test.labels[::-1])
    assert not is_mnist_test(turned)

"""Images that lie otherwise: what is done to them is part of the dataset's name and hash."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digits.data import Correction, load_dataset, load_labelled
from digits.errors import DataError


@pytest.mark.slow
def test_corrected_data_is_another_dataset_and_says_so(own: Path) -> None:
    plain, turned = load_dataset(own), load_dataset(own, Correction(transpose=True))
    assert np.array_equal(turned.test.images, plain.test.images.swapaxes(1, 2))
    assert turned.source == f"own data from {own}, transposed"
    assert turned.to_dict()["correction"] == {"transpose": True, "invert": False}
    assert turned.sha256 != plain.sha256
    both = load_dataset(own, Correction(transpose=True, invert=True))
    assert both.source == f"own data from {own}, transposed and inverted"
    assert np.array_equal(both.train.images, 255 - turned.train.images)


def test_labelled_images_are_corrected_too(own: Path) -> None:
    assert np.array_equal(load_labelled(own, Correction(invert=True))[1].images, 255 - load_labelled(own)[1].images)


def test_corrected_mnist_is_not_called_mnist(small_mnist: Path) -> None:
    assert load_dataset(small_mnist, Correction(transpose=True)).name == "own-mnist"


@pytest.mark.usefixtures("cached")
def test_correction_without_data_of_ones_own_is_an_error() -> None:
    with pytest.raises(DataError, match=r"expected the path of the data to be inverted.*--data"):
        load_labelled(None, Correction(invert=True))

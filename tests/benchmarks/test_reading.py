"""What benchmarks/reading.py composes and times; how fast reading is is no test's business."""

from __future__ import annotations

import io

import numpy as np
import pytest
from mnist_pictures.composed import jpeg, page, photo
from PIL import Image
from reading import STAGES, measure

import digits
from digits.data import Dataset


def test_a_composed_page_has_so_many_digits_and_a_seed(reader: digits.Reader, sample: Dataset) -> None:
    picture = page(sample.test, 35, seed=0, side=0.4)
    assert sum(len(line.digits) for line in reader.read(picture).lines) == 35
    assert (picture == page(sample.test, 35, seed=0, side=0.4)).all()
    assert (picture != page(sample.test, 35, seed=1, side=0.4)).any()
    with pytest.raises(ValueError, match="enlarge"):
        page(sample.test, 1000, seed=0, side=0.4)


@pytest.mark.slow
def test_a_composed_photo_is_a_coloured_jpeg_of_ten_digits(reader: digits.Reader, sample: Dataset) -> None:
    data = jpeg(photo(sample.test, seed=5))
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size, image.mode) == ("JPEG", (4000, 3000), "RGB")
    assert sum(len(line.digits) for line in reader.read(data).lines) == 10


@pytest.mark.slow
def test_the_stages_make_up_the_whole_and_the_rest_is_little(reader: digits.Reader, sample: Dataset) -> None:
    row = measure(reader, page(sample.test, 200, seed=0), 1)
    assert set(row["stages"]) == {*(name for _, name in STAGES), "the rest"}
    assert row["digits"] == pytest.approx(200, abs=4)
    assert sum(row["stages"].values()) == pytest.approx(row["seconds"])
    assert row["stages"]["the rest"] < 0.2 * row["seconds"]
    assert np.all(np.array(list(row["stages"].values())) >= 0)

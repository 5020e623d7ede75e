from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from digits.errors import DataError
from digits.evaluation.inspect.inside import MAPS_PER_LAYER, draw_filters, draw_layers

KERNEL = np.random.default_rng(0).normal(size=(3, 3, 1, 32))


def test_every_filter_has_its_place_on_one_scale():
    figure = draw_filters(KERNEL, title="filters")
    pictures = [axes.get_images()[0] for axes in figure.axes]
    assert len(pictures) == 32
    assert {picture.get_clim() for picture in pictures} == {
        (-np.abs(KERNEL).max().astype(np.float32), np.abs(KERNEL).max().astype(np.float32))
    }
    np.testing.assert_allclose(pictures[5].get_array(), KERNEL[:, :, 0, 5], rtol=1e-6)


def test_a_deeper_kernel_is_refused():
    with pytest.raises(DataError, match="first convolution"):
        draw_filters(np.zeros((3, 3, 32, 64)), title="deep")


def test_maps_are_pictures_and_numbers_are_bars(tmp_path):
    outputs = {"conv": np.ones((14, 14, 64), np.float32), "answer": np.eye(10, dtype=np.float32)[3]}
    figure = draw_layers(outputs, tmp_path / "way.png", title="a digit's way")
    assert len(figure.axes) == MAPS_PER_LAYER + 1
    assert [bar.get_height() for bar in figure.axes[-1].patches] == outputs["answer"].tolist()
    with Image.open(tmp_path / "way.png") as picture:
        assert picture.width == 1600


def test_a_note_stands_clear_of_the_numbers_above_it():
    figure = draw_layers({"answer": np.eye(10, dtype=np.float32)[3]}, title="a digit's way", note="a note")
    renderer = figure.canvas.get_renderer()
    (note,) = [text for text in figure.texts if text.get_text() == "a note"]
    lowest = min(label.get_window_extent(renderer).y0 for label in figure.axes[0].get_xticklabels())
    assert note.get_window_extent(renderer).y1 < lowest


@pytest.mark.parametrize("outputs", [{}, {"conv": np.zeros((1, 14, 14, 64), np.float32)}])
def test_outputs_of_no_image_or_several_are_refused(outputs):
    with pytest.raises(DataError, match="outputs of one image"):
        draw_layers(outputs, title="nothing")

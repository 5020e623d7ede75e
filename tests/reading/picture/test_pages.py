"""Documents of several pages: which is read, how that is named, and what is decoded on the way."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from pages import write_page
from PIL import Image, ImageSequence
from PIL.TiffImagePlugin import AppendingTiffWriter

import digits
from digits.data import Dataset
from digits.reading.picture import formats
from digits.reading.picture.image import load_image, load_pages

LEVELS = (10, 130, 250)
WITHOUT_PDF = pytest.mark.skipif(find_spec("pypdfium2") is None, reason="needs the extra pdf")
KINDS = ["TIFF", pytest.param("PDF", marks=WITHOUT_PDF)]


def document(kind: str, pages: list[np.ndarray] | None = None) -> bytes:
    """Return the ``pages``, or three of half an inch, each lighter than the one before, in one file."""
    arrays = pages or [np.full((36, 36), level, np.uint8) for level in LEVELS]
    images = [Image.fromarray(array) for array in arrays]
    file = io.BytesIO()
    images[0].save(file, kind, save_all=True, append_images=images[1:])
    return file.getvalue()


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A name for each page that is decoded or drawn."""
    names: list[str] = []
    for function in ("upright", "_render"):
        original: Callable[..., Image.Image] = getattr(formats, function)

        def record(*arguments: Any, original: Callable[..., Image.Image] = original) -> Image.Image:
            names.append(original.__name__)
            return original(*arguments)

        monkeypatch.setattr(formats, function, record)
    return names


@pytest.mark.parametrize("kind", KINDS)
def test_of_several_pages_one_has_to_be_named(reader: digits.Reader, decoded: list[str], kind: str) -> None:
    data = document(kind)
    for ask in (reader.read, reader.explain, digits.frame, lambda one: reader.classify([one])):
        with pytest.raises(digits.ImageError, match=r"expected one page, .* has 3 pages; name one.*read_pages"):
            ask(data)
    assert decoded == []


@pytest.mark.parametrize("kind", KINDS)
def test_pages_count_from_one_and_no_other_is_decoded(decoded: list[str], kind: str) -> None:
    data = document(kind)
    every = list(load_pages(data))
    decoded.clear()
    for page in (3, 1, np.int64(2)):
        np.testing.assert_array_equal(load_image(data, page), every[int(page) - 1])
    assert len(decoded) == 3
    assert [round(255 * float(grey.mean()), -1) for grey in every] == list(LEVELS)


def test_reading_all_pages_is_reading_each(reader: digits.Reader, sample: Dataset) -> None:
    data = document("TIFF", [write_page(sample.train, [text]) for text in ("314", "592")])
    readings = list(reader.read_pages(data))
    assert [reading.text for reading in readings] == ["314", "592"]
    assert readings == [reader.read(data, page=1), reader.read(data, 2)]
    assert readings == [steps.reading for steps in reader.explain_pages(data)]
    assert reader.explain(data, page=2).reading == readings[1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_is_not_there_is_an_error_with_the_count(decoded: list[str], kind: str) -> None:
    with pytest.raises(digits.ImageError, match=r"expected page 4, .* has 3 pages; name a page from 1 to 3"):
        load_image(document(kind), page=4)
    assert decoded == []


@pytest.mark.parametrize("source", [np.zeros((5, 5), np.uint8), Image.new("L", (5, 5)), [[0, 1]]])
def test_what_is_no_document_has_one_page(source: Any) -> None:
    np.testing.assert_array_equal(load_image(source, page=1), load_image(source))
    with pytest.raises(digits.ImageError, match=r"expected page 2, .* has 1 page;"):
        load_image(source, page=2)


@pytest.mark.parametrize("page", [0, -1])
def test_a_page_before_the_first_is_a_value_error(reader: digits.Reader, page: int) -> None:
    with pytest.raises(ValueError, match=f"expected a page from 1 on, got {page}; the first page is page=1"):
        reader.read("nowhere.png", page)


@pytest.mark.parametrize("page", ["1", 1.0, True, [1], np.array([1])])
def test_a_page_that_is_no_whole_number_is_a_type_error(reader: digits.Reader, page: Any) -> None:
    for ask in (reader.read, reader.explain, digits.frame):
        with pytest.raises(TypeError, match="expected a whole number as page, got"):
            ask("nowhere.png", page)


def test_a_damaged_page_costs_those_before_it_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8)
    data = document("TIFF", [noise, noise, noise])
    cut = data[: len(data) - noise.size // 2]
    with Image.open(io.BytesIO(data)) as whole:
        assert whole.n_frames == 3
    np.testing.assert_array_equal(load_image(cut, page=1), load_image(data, page=1))
    pages = load_pages(cut)
    next(pages)
    with pytest.raises(digits.ImageError, match="cannot be decoded"):
        list(pages)


def test_a_smaller_copy_inside_a_tiff_is_no_page() -> None:
    file = io.BytesIO()
    with AppendingTiffWriter(file) as writer:
        for side, subfile_type in ((8, 1), (40, 0), (8, 1), (40, 2)):
            Image.new("L", (side, side)).save(writer, "TIFF", tiffinfo={254: subfile_type})
            writer.newFrame()
    assert [page.shape for page in load_pages(file.getvalue())] == [(40, 40), (40, 40)]
    assert load_image(file.getvalue(), page=1).shape == (40, 40)


def test_a_tiff_of_smaller_copies_alone_is_its_first() -> None:
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "TIFF", tiffinfo={254: 1})
    assert load_image(file.getvalue()).shape == (8, 8)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_one_page_its_first_frame(kind: str) -> None:
    frames = [Image.new("L", (30, 30), level) for level in (0, 255)]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], lossless=True)
    assert not load_image(file.getvalue()).any()
    assert len(list(load_pages(file.getvalue()))) == 1
    with pytest.raises(digits.ImageError, match="has 1 page"):
        load_image(file.getvalue(), page=2)


def test_a_pil_image_is_one_page_the_frame_it_stands_at() -> None:
    with Image.open(io.BytesIO(document("TIFF"))) as image:
        found = [round(255 * float(load_image(frame).mean())) for frame in ImageSequence.Iterator(image)]
    assert found == list(LEVELS)

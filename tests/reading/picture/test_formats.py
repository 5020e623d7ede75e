"""HEIC and PDF, where their optional packages are installed, a clear error where they are not; and warnings."""

from __future__ import annotations

import io
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from PIL import Image

import digits
from digits.errors import ImageError, MissingExtraError
from digits.reading.picture.image import load_image, load_pages

HEIC = Path(__file__).parent / "pictures" / "three.heic"


def pdf(count: int) -> bytes:
    """Pages of half an inch, each a little darker."""
    pages = [Image.fromarray(np.full((36, 36), 250 - 10 * i, np.uint8)) for i in range(count)]
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=72)
    return file.getvalue()


def test_a_heic_picture_is_read(reader: digits.Reader) -> None:
    pytest.importorskip("pi_heif", reason="needs the extra heic")
    assert load_image(HEIC).shape == (116, 96)
    assert reader.classify([HEIC])[0].value == 3


def test_the_pages_of_a_pdf_come_one_by_one_at_the_resolution_asked_for() -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    pages = load_pages(pdf(3), dpi=144)
    first = next(pages)
    assert first.shape == (72, 72)
    darkness = [float(first.mean()), *(float(page.mean()) for page in pages)]
    assert darkness == sorted(darkness, reverse=True)
    assert len(darkness) == 3
    assert load_image(pdf(1)).shape == (150, 150)


def test_a_damaged_pdf_is_an_image_error() -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    for data in (pdf(1)[:100], b"%PDF-1.7\n", b"%PDF-" + bytes(1000)):
        with pytest.raises(ImageError, match="expected a"):
            load_image(data)


@pytest.mark.parametrize(
    ("package", "data", "extra"), [("pi_heif", HEIC.read_bytes(), "heic"), ("pypdfium2", b"%PDF-1.7\n", "pdf")]
)
def test_a_missing_package_is_an_error_that_names_its_extra(
    monkeypatch: pytest.MonkeyPatch, package: str, data: bytes, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=extra) as caught:
        load_image(data)
    assert isinstance(caught.value, ImageError)


def test_whoever_iterates_keeps_their_own_warnings() -> None:
    file = io.BytesIO()
    page = Image.new("L", (50, 50), 255)
    page.save(file, "TIFF", save_all=True, append_images=[page])
    before = list(warnings.filters)
    first, second = load_pages(file.getvalue()), load_pages(file.getvalue())
    next(first), next(second)
    assert warnings.filters == before
    assert len(list(first)) == len(list(second)) == 1
    assert warnings.filters == before


def test_pages_are_counted_without_decoding_any(reader: digits.Reader) -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    assert reader.count_pages(pdf(3)) == 3
    with mock.patch("digits.reading.picture.formats._render", side_effect=AssertionError):
        assert reader.count_pages(pdf(2)) == 2


def test_whatever_is_no_document_has_one_page(reader: digits.Reader) -> None:
    assert reader.count_pages(np.zeros((10, 10), np.uint8)) == 1
    with pytest.raises(ImageError):
        reader.count_pages(b"no picture")


def test_pdfium_is_asked_by_one_thread_at_a_time() -> None:
    """It crashes, or gives one caller the page of another, when two threads ask, even about two documents."""
    pdfium = pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    inside: list[int] = []
    most = 0

    def watched(function: Callable[..., object]) -> Callable[..., object]:
        def ask(*arguments: object, **named: object) -> object:
            nonlocal most
            inside.append(1)
            most = max(most, len(inside))
            time.sleep(0.002)
            try:
                return function(*arguments, **named)
            finally:
                inside.pop()

        return ask

    with (
        mock.patch.object(pdfium, "PdfDocument", watched(pdfium.PdfDocument)),
        mock.patch.object(pdfium.PdfPage, "render", watched(pdfium.PdfPage.render)),
        ThreadPoolExecutor(4) as pool,
    ):
        pages = list(pool.map(lambda count: len(list(load_pages(pdf(count), dpi=72))), [1, 2, 3] * 4))
    assert pages == [1, 2, 3] * 4
    assert most == 1

"""The bytes of a file go in, Pillow images come out: what Pillow knows, HEIC and PDF by optional packages.

Nothing here turns colours into grey or knows about paths.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from digits.errors import ImageError, MissingDecoderError, shorten
from digits.file_type import HEAD_BYTES, PICTURES, identify

# A 300-dpi A3 page has 17 million pixels. This is Pillow's own limit, above which it warns of a bomb.
MAX_PIXELS = 89_478_485
# OpenCV turns and bends pictures of at most 32,767 pixels a side; 2.5 m at 300 dpi.
MAX_SIDE_PX = 30_000
# What Pillow's decoders raise on damaged files (found by fuzzing: tests/reading/picture/test_image.py).
DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error, MemoryError,
    AttributeError, RuntimeError, AssertionError,
)  # fmt: skip
# The kind of a TIFF's picture, and the bit that tells a smaller copy of another from a page (TIFF 6.0, NewSubfileType).
SUBFILE_TYPE, REDUCED = 254, 1
# From how many pages a file has to those that are wanted, counted from 0; it may raise ImageError.
Choose = Callable[[int], Iterable[int]]
# PDFium serves one thread at a time, even for different documents. Re-entrant: a document may be closed while another
# is opened on the same thread.
_PDFIUM = threading.RLock()
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def is_pdf(data: bytes) -> bool:
    """Tell whether these bytes are a PDF, which may begin with a kilobyte of something else."""
    return b"%PDF-" in data[:1024]


def open_images(data: bytes, name: str, *, dpi: int, choose: Choose) -> Iterator[Image.Image]:
    """Yield the pages of a file that ``choose`` names, decoded and upright; no other is decoded.

    A PDF or TIFF may have several. Anything else has one: the first frame.

    Raises:
        ImageError: not a picture, truncated, or too large.
        MissingDecoderError: HEIC or PDF without the package that reads it.
    """
    if is_pdf(data):
        yield from _pdf_pages(data, name, dpi, choose)
        return
    try:
        with _quiet():
            image = _open(data)
            frames = _find_pages(image) if isinstance(image, TiffImageFile) else [image.tell()]
        with image:
            for number in choose(len(frames)):
                yield _decode(image, frames[number], name)
    except UnidentifiedImageError as error:
        raise _no_picture(name, data) from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{name} is far too large to be a page; {error}; scale it down") from error
    except DECODER_ERRORS as error:
        raise undecodable(name, error) from error


def _find_pages(image: TiffImageFile) -> list[int]:
    """Return which of a TIFF's pictures are pages, by its directories alone; smaller copies of others are none.

    A damaged directory is the last page: it fails when it is decoded, and those before it do not.
    """
    pages: list[int] = []
    number = 0
    while True:
        try:
            image.seek(number)
        except EOFError:
            return pages or [0]
        except DECODER_ERRORS:
            return [*pages, number]
        if not image.tag_v2.get(SUBFILE_TYPE, 0) & REDUCED:
            pages.append(number)
        number += 1


def _decode(image: Image.Image, frame: int, name: str) -> Image.Image:
    with _quiet():
        if frame != image.tell():
            image.seek(frame)
        check_size(image.size, name)
        return upright(image, name)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's warnings (a bomb, odd EXIF): they are errors here, or of no consequence for the pixels.

    Never around a ``yield`` of pictures: the filters are the whole program's.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def check_size(size: tuple[int, int], name: str) -> None:
    """Raise ImageError when a picture of this width and height is empty, or larger than any page."""
    width, height = size
    if not width * height:
        raise ImageError(f"expected at least one pixel, {name} has {width}×{height}; look how it was cut out")
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"expected at most {MAX_PIXELS:,} pixels, {name} has {width}×{height}; scale it down or cut it into parts"
        )
    if max(width, height) > MAX_SIDE_PX:
        raise ImageError(
            f"expected sides of at most {MAX_SIDE_PX:,} pixels, {name} has {width}×{height}; cut it into parts"
        )


def upright(image: Image.Image, name: str) -> Image.Image:
    """Return ``image`` decoded and turned by its EXIF orientation; raises ImageError when it cannot be decoded."""
    try:
        image.load()
    except DECODER_ERRORS as error:
        raise undecodable(name, error) from error
    try:
        # Turned or not, Pillow makes a copy.
        return ImageOps.exif_transpose(image) if image.getexif().get(ExifTags.Base.Orientation, 1) != 1 else image
    except DECODER_ERRORS:  # the pixels are whole, what is written beside them is not
        return image


def undecodable(name: str, error: Exception) -> ImageError:
    return ImageError(
        f"expected a whole image, {name} cannot be decoded ({shorten(error)}); it may be truncated: fetch it again"
    )


def _no_picture(name: str, data: bytes) -> ImageError:
    kind = identify(data[:HEAD_BYTES])
    if kind is not None and kind in PICTURES:
        what, remedy = f"{kind.name}, packed or damaged", "unpack it or fetch it again"
    else:
        what, remedy = (kind.name, kind.remedy) if kind else ("none Pillow knows", "")
    return ImageError(f"expected an image, {name} is {what}; {remedy or 'give a PNG, JPEG or TIFF'}")


def _open(data: bytes) -> Image.Image:
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        try:
            import pi_heif
        except ImportError as error:
            raise MissingDecoderError("pi-heif", "reading HEIC pictures", "heic") from error
        image: Image.Image = pi_heif.open_heif(io.BytesIO(data)).to_pillow()  # turned upright by libheif already
        return image
    return Image.open(io.BytesIO(data))


def _pdf_pages(data: bytes, name: str, dpi: int, choose: Choose) -> Iterator[Image.Image]:
    """Render one page at a time; nothing of a page stays when the next is drawn."""
    try:
        import pypdfium2
    except ImportError as error:
        raise MissingDecoderError("pypdfium2", "reading PDF files", "pdf") from error
    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(data)
        try:
            with _PDFIUM:
                count = len(document)
            for number in choose(count):
                with _PDFIUM:
                    image = _render(document[number], dpi)
                yield image
        finally:
            with _PDFIUM:
                document.close()
    except (pypdfium2.PdfiumError, *DECODER_ERRORS) as error:
        raise ImageError(
            f"expected a PDF that opens without a password, {name} does not ({shorten(error)}); save it again"
        ) from error


def _render(page: Any, dpi: int) -> Image.Image:
    try:
        width_pt, height_pt = page.get_size()
        # A poster is drawn as large as the limit allows.
        scale = min(dpi / 72, (0.99 * MAX_PIXELS / max(width_pt * height_pt, 1)) ** 0.5)
        scale = min(scale, 0.99 * MAX_SIDE_PX / max(width_pt, height_pt, 1))
        bitmap = page.render(scale=scale)
        try:
            image: Image.Image = bitmap.to_pil().convert("RGB")
            return image
        finally:
            bitmap.close()
    finally:
        page.close()

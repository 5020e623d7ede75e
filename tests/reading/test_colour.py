"""Ink of any colour on paper of any colour keeps its contrast in grey."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from digits.reading.colour import to_grey
from digits.reading.image import load_image

WHITE = (255, 255, 255)


def stroke(paper: tuple[int, ...], ink: tuple[int, ...]) -> np.ndarray:
    image = np.empty((60, 60, len(paper)), np.uint8)
    image[:] = paper
    image[15:45, 28:33] = ink
    return image


def contrast(image: np.ndarray) -> float:
    grey = load_image(image)
    return abs(float(grey[30, 30]) - float(grey[5, 5]))


@pytest.mark.parametrize(
    ("paper", "ink", "least"),
    [
        (WHITE, (0, 0, 0), 0.99),
        (WHITE, (40, 60, 200), 0.6),  # blue pen
        (WHITE, (210, 40, 40), 0.5),  # red pen
        (WHITE, (255, 240, 60), 0.7),  # yellow marker: 0.11 in luma
        (WHITE, (170, 210, 255), 0.3),  # pale blue pencil: 0.2 in luma
        ((0, 130, 60), (220, 20, 60), 0.4),  # red on green of the same luma
        ((250, 240, 150), (60, 60, 160), 0.6),  # blue on a yellow note
    ],
)
def test_coloured_ink_keeps_its_contrast(paper: tuple[int, ...], ink: tuple[int, ...], least: float) -> None:
    assert contrast(stroke(paper, ink)) >= least


def test_grey_pictures_keep_their_luma() -> None:
    ramp = np.linspace(0, 255, 48, dtype=np.uint8).reshape(6, 8)
    np.testing.assert_allclose(to_grey(np.dstack([ramp] * 3)), ramp / 255, atol=1e-6)


@pytest.mark.parametrize(("ink", "paper"), [((0, 0, 0), 1), ((20, 40, 160), 1), (WHITE, 0), ((255, 240, 60), 0)])
def test_transparent_paper_is_what_the_ink_is_not(ink: tuple[int, ...], paper: float) -> None:
    image = stroke((*ink, 0), (*ink, 255))
    assert load_image(image)[5, 5] == paper
    assert contrast(image) > 0.5


def test_a_scan_with_transparent_corners_stays_on_white() -> None:
    image = stroke((*WHITE, 255), (0, 0, 0, 255))
    image[:5, :5, 3] = 0
    np.testing.assert_allclose(load_image(image)[:10, :10], 1)


@pytest.mark.parametrize("mode", ["P", "L"])
def test_a_transparent_palette_entry_is_paper(mode: str) -> None:
    image = Image.fromarray(stroke((0,), (200,))[..., 0]).convert(mode)
    file = io.BytesIO()
    image.save(file, "PNG", transparency=image.getpixel((0, 0)))
    assert abs(np.diff(load_image(file.getvalue())[30, [5, 30]])[0]) > 0.2


def profile_with_swapped_curves() -> bytes:
    """A profile far from sRGB that Pillow itself can make."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()


@pytest.mark.parametrize("profile", [b"", b"no profile at all", b"\x00" * 200, profile_with_swapped_curves()])
def test_a_profile_that_makes_no_sense_does_not_lose_the_picture(profile: bytes) -> None:
    file = io.BytesIO()
    Image.fromarray(stroke(WHITE, (0, 0, 0))).save(file, "PNG", icc_profile=profile)
    assert contrast(np.asarray(load_image(file.getvalue()))) > 0.9

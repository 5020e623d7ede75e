"""Ink of any colour on paper of any colour keeps its contrast in grey."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from digits.reading.picture.colour import to_grey
from digits.reading.picture.image import load_image

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


@pytest.mark.parametrize("patch", [(255, 245, 60), (120, 255, 100), (255, 120, 190)])
@pytest.mark.parametrize("ink", [(25, 25, 30), (30, 60, 200)])
@pytest.mark.parametrize("under", [True, False])
def test_a_coloured_patch_does_not_hide_the_ink(patch: tuple[int, ...], ink: tuple[int, ...], *, under: bool) -> None:
    """A marker over the number, or a tab far from it: both are larger than all the ink."""
    image = np.full((700, 500, 3), 250, np.uint8)
    (image[300:380, 100:400] if under else image[600:680, 100:400])[:] = patch
    image[320:360, 248:253] = ink
    for source in (image, Image.fromarray(image)):
        grey = load_image(source)
        assert grey[340, 240] - grey[340, 250] > 0.35


@pytest.mark.parametrize("spread", [3, 9])
def test_noise_in_one_channel_is_no_ink(spread: int) -> None:
    random = np.random.default_rng(0)
    image = np.full((1400, 1000, 3), (235, 232, 225), np.int16)
    image[500:540, 500:506] = (30, 60, 210)
    image[..., 2] += np.rint(random.normal(0, spread, image.shape[:2])).astype(np.int16)
    image = np.clip(image, 0, 255)
    np.testing.assert_allclose(load_image(image.astype(np.uint8)), image @ [0.299, 0.587, 0.114] / 255, atol=0.01)


def test_a_thick_marker_is_seen_in_the_channel_that_shows_it() -> None:
    image = np.full((600, 600, 3), 255, np.uint8)
    image[100:500, 250:330] = (255, 240, 60)
    assert abs(float(load_image(image)[300, 290]) - 1) > 0.7


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

"""Real digits in other forms are known by them; what the model reads badly, or in no form at all, is not accused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from digits.data import Dataset, LabelledImages
from digits.data.agreement import AS_IS, TRANSPOSED, UPRIGHT_AGAIN, OtherForm, find_other_form
from digits.reading.recognition.frame import frame_image
from digits.reading.result import ByteArray, IntArray

from .conftest import DIGITS_DATA, make_examples

# How images come to be in each form: the other way round than they are mended.
MADE: dict[str, Callable[[ByteArray], ByteArray]] = {
    TRANSPOSED: lambda images: np.transpose(images, (0, 2, 1)),
    "mirrored": lambda images: np.flip(images, 2),
    "mirrored top to bottom": lambda images: np.flip(images, 1),
    "upside down": lambda images: np.rot90(images, 2, (1, 2)),
    "turned clockwise": lambda images: np.rot90(images, -1, (1, 2)),
    "turned counter-clockwise": lambda images: np.rot90(images, 1, (1, 2)),
    "transposed along the other diagonal": lambda images: np.rot90(np.transpose(images, (0, 2, 1)), 2, (1, 2)),
}
SHIFTED = {label: (label - 1) % 10 for label in range(10)}
# Folders of digits sorted by their names: eight, five, four, nine, one, seven, six, three, two, zero.
ALPHABETICAL = np.array([8, 5, 4, 9, 1, 7, 6, 3, 2, 0])


@pytest.fixture(scope="module")
def real(sample: Dataset) -> LabelledImages:
    return sample.test


def with_images(examples: LabelledImages, images: ByteArray) -> LabelledImages:
    return LabelledImages(np.ascontiguousarray(images), examples.labels)


def found(examples: LabelledImages) -> tuple[str, dict[int, int]] | None:
    other = find_other_form(examples)
    return other and (other.form, other.digit_of)


@pytest.mark.slow
@pytest.mark.parametrize("form", MADE)
def test_images_in_another_form_are_known_by_it(real: LabelledImages, form: str) -> None:
    other = find_other_form(with_images(real, MADE[form](real.images)))
    assert other is not None
    assert (other.form, other.digit_of, other.count) == (form, {}, 120)
    assert other.agreement > 0.95 > 0.6 > other.as_is


@pytest.mark.parametrize("form", MADE)
def test_what_is_said_to_make_them_upright_does(real: LabelledImages, form: str) -> None:
    code, turn = UPRIGHT_AGAIN[form]
    made = MADE[form](real.images)
    assert np.array_equal(turn(made), real.images)
    assert np.array_equal(eval(code, {"np": np, "images": made}), real.images)


def test_labels_that_are_shifted_are_known(real: LabelledImages) -> None:
    assert found(LabelledImages(real.images, (real.labels + 1) % 10)) == (AS_IS, SHIFTED)


def test_labels_in_another_order_are_known(real: LabelledImages) -> None:
    labels = np.argsort(ALPHABETICAL)[real.labels]
    expected = {label: int(digit) for label, digit in enumerate(ALPHABETICAL) if label != digit}
    assert found(LabelledImages(real.images, labels)) == (AS_IS, expected)


def test_two_labels_that_are_exchanged_are_known(real: LabelledImages) -> None:
    labels = np.array([0, 1, 2, 5, 4, 3, 6, 7, 8, 9])[real.labels]
    assert found(LabelledImages(real.images, labels)) == (AS_IS, {3: 5, 5: 3})


def test_transposed_images_with_shifted_labels_are_known(real: LabelledImages) -> None:
    turned = with_images(real, MADE[TRANSPOSED](real.images))
    assert found(LabelledImages(turned.images, (real.labels + 1) % 10)) == (TRANSPOSED, SHIFTED)


@pytest.mark.slow
def test_faint_and_inverted_images_are_known_as_well(real: LabelledImages) -> None:
    turned = MADE[TRANSPOSED](real.images)
    assert found(with_images(real, turned // 128)) == (TRANSPOSED, {})
    assert found(with_images(real, 255 - turned)) == (TRANSPOSED, {})


def test_twenty_images_are_enough_where_they_are_clear(real: LabelledImages) -> None:
    twenty = real.take(np.concatenate([np.flatnonzero(real.labels == digit)[:2] for digit in range(10)]))
    assert found(with_images(twenty, MADE[TRANSPOSED](twenty.images))) == (TRANSPOSED, {})


@pytest.mark.parametrize("invert", [False, True])
def test_upright_digits_are_not_accused(real: LabelledImages, invert: bool) -> None:
    assert found(with_images(real, 255 - real.images if invert else real.images)) is None


@pytest.mark.slow
@pytest.mark.parametrize("right", [0.8, 0.6, 0.4])
def test_digits_that_are_read_badly_are_not_accused(real: LabelledImages, right: float) -> None:
    generator = np.random.default_rng(0)
    labels = np.where(generator.random(len(real)) < right, real.labels, generator.permutation(real.labels))
    assert found(LabelledImages(real.images, labels)) is None


@pytest.mark.slow
def test_labels_that_mean_nothing_are_not_accused(real: LabelledImages) -> None:
    assert found(LabelledImages(real.images, np.random.default_rng(0).permutation(real.labels))) is None
    assert found(make_examples(30)) is None


@pytest.mark.parametrize("form", ["mirrored", "mirrored top to bottom", "upside down"])
def test_digits_that_look_the_same_are_not_accused(real: LabelledImages, form: str) -> None:
    symmetrical = real.take(np.flatnonzero(np.isin(real.labels, [0, 1, 8])))
    assert found(with_images(symmetrical, MADE[form](symmetrical.images))) is None


def test_few_images_and_blank_ones_are_not_accused(real: LabelledImages) -> None:
    few = real.take(np.arange(15))
    assert found(with_images(few, MADE[TRANSPOSED](few.images))) is None
    assert found(with_images(real, np.zeros_like(real.images))) is None
    assert found(with_images(real, np.full_like(real.images, 255))) is None


def test_blank_images_among_others_have_no_say(real: LabelledImages) -> None:
    images = MADE[TRANSPOSED](real.images).copy()
    images[::2] = 0
    assert found(with_images(real, images)) == (TRANSPOSED, {})


def test_one_digit_is_too_little_to_tell(real: LabelledImages) -> None:
    threes = real.take(np.flatnonzero(real.labels == 3))
    assert found(with_images(threes, MADE["mirrored"](threes.images))) is None
    assert found(LabelledImages(threes.images, threes.labels + 1)) is None


@pytest.mark.slow
@pytest.mark.parametrize("zero", ["٠", "۰", "߀", "໐"], ids=["Arabic-Indic", "Persian", "N'Ko", "Lao"])
def test_digits_of_another_script_are_not_accused(zero: str) -> None:
    matplotlib = pytest.importorskip("matplotlib", reason="needs a font: digits[train]")
    font = ImageFont.truetype(str(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), 50)
    generator, images = np.random.default_rng(0), []
    for label in np.repeat(np.arange(10), 20):
        picture = Image.new("L", (120, 120), 255)
        width = int(generator.integers(0, 3))
        ImageDraw.Draw(picture).text((40, 25), chr(ord(zero) + label), font=font, fill=0, stroke_width=width)
        images.append(frame_image(np.asarray(picture.rotate(generator.uniform(-12, 12), fillcolor=255))))
    assert found(LabelledImages(np.stack(images), np.repeat(np.arange(10), 20))) is None


def of_strangers(name: str) -> LabelledImages:
    """Handwriting that the model was not trained on, scaled down to 28×28 and no more."""
    folder = Path(DIGITS_DATA or "absent")
    path = (folder if folder.is_dir() else folder.parent) / f"{name}.npz"
    if not os.path.exists(path):  # noqa: PTH110
        pytest.skip(f"needs {path.name} beside mnist.npz in DIGITS_DATA")
    with np.load(path) as archive:
        chosen: IntArray = np.random.default_rng(0).permutation(len(archive["labels"]))[:600]
        images, labels = archive["images"][chosen], archive["labels"][chosen]
    images = images if name == "usps_test" else 255 - images
    small = [cv2.resize(image, (28, 28), interpolation=cv2.INTER_AREA) for image in images]
    return LabelledImages(np.stack(small), labels)


@pytest.mark.parametrize("name", ["usps_test", "swiss_dev", "canvas_dev"])
def test_strangers_digits_are_not_accused(name: str) -> None:
    assert found(of_strangers(name)) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", ["usps_test", "swiss_dev"])
@pytest.mark.parametrize("form", [TRANSPOSED, "mirrored", "upside down"])
def test_strangers_digits_in_another_form_are_known_by_it(name: str, form: str) -> None:
    examples = of_strangers(name)
    assert found(with_images(examples, MADE[form](examples.images))) == (form, {})


@pytest.mark.parametrize("name", ["usps_test", "swiss_dev"])
def test_strangers_digits_with_shifted_labels_are_known(name: str) -> None:
    examples = of_strangers(name)
    assert found(LabelledImages(examples.images, (examples.labels + 1) % 10)) == (AS_IS, SHIFTED)


def test_the_same_form_is_the_same_whatever_its_shares() -> None:
    one = OtherForm(TRANSPOSED, {}, 0.97, 0.16, 200)
    assert one.is_same_as(OtherForm(TRANSPOSED, {}, 0.9, 0.2, 50))
    assert not one.is_same_as(OtherForm(TRANSPOSED, SHIFTED, 0.97, 0.16, 200))
    assert not one.is_same_as(None)

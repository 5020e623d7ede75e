from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digits.data import Dataset
from digits.errors import DataError
from digits.evaluation.distortion.distort import FAMILIES, Family

BY_NAME = {family.name: family for family in FAMILIES}
frames = arrays(np.uint8, st.tuples(st.integers(1, 4), st.just(28), st.just(28)))


def ink(images: np.ndarray) -> np.ndarray:
    """How much ink each image holds, in pixels of full ink."""
    return images.sum(axis=(1, 2), dtype=np.int64) / 255


def moved(image: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """np.roll, with black instead of what came round."""
    padded = np.pad(image, 28)
    return np.roll(padded, (rows, columns), axis=(0, 1))[28:56, 28:56]


def bar(width_px: int) -> np.ndarray:
    """One image of an upright bar in the middle."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, :, 14 - width_px // 2 : 14 + width_px // 2] = 255
    return image


@pytest.fixture
def images(sample: Dataset) -> np.ndarray:
    return sample.test.images[:60]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@settings(max_examples=10, deadline=None)
@given(frames=frames)
def test_the_first_strength_gives_exactly_the_images_back(family: Family, frames: np.ndarray) -> None:
    assert (family.distort(frames, family.strengths[0]) == frames).all()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_other_strength_gives_other_frames_and_leaves_the_given_ones(family: Family, images: np.ndarray) -> None:
    before = images.copy()
    for strength in family.strengths[1:]:
        distorted = family.distort(images, strength)
        assert (distorted.dtype, distorted.shape) == (np.uint8, images.shape)
        assert (distorted != images).any(axis=(1, 2)).all()
    assert (images == before).all()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_same_seed_distorts_the_same_way(family: Family, images: np.ndarray) -> None:
    strength = family.strengths[-1]
    assert (family.distort(images, strength, seed=3) == family.distort(images, strength, seed=3)).all()


@pytest.mark.parametrize("name", ["shift", "rotation", "noise"])
def test_another_seed_draws_other_lots(name: str, images: np.ndarray) -> None:
    family = BY_NAME[name]
    first, second = (family.distort(images, family.strengths[-1], seed=seed) for seed in (0, 1))
    assert (first != second).any()


@pytest.mark.parametrize("name", ["stroke width", "noise", "contrast", "paper", "blur"])
def test_change_grows_with_strength_on_either_side(name: str, images: np.ndarray) -> None:
    family = BY_NAME[name]

    def change(strength: float) -> float:
        return float(np.abs(family.distort(images, strength).astype(int) - images).mean())

    below = sorted((s for s in family.strengths if s < family.identity), reverse=True)
    above = sorted(s for s in family.strengths if s > family.identity)
    for side in (below, above):
        changes = [change(strength) for strength in side]
        assert changes == sorted(changes)


@settings(deadline=None)
@given(frames=frames, distance_px=st.integers(1, 28), seed=st.integers(0, 9))
def test_a_shift_by_whole_pixels_is_a_roll_without_what_comes_round(
    frames: np.ndarray, distance_px: int, seed: int
) -> None:
    shifted = BY_NAME["shift"].distort(frames, distance_px, seed=seed)
    ways = [(distance_px, 0), (-distance_px, 0), (0, distance_px), (0, -distance_px)]
    for before, after in zip(frames, shifted, strict=True):
        assert any((after == moved(before, *way)).all() for way in ways)


def test_a_shift_takes_each_of_four_directions_and_the_same_at_every_strength() -> None:
    dots = np.zeros((100, 28, 28), np.uint8)
    dots[:, 14, 14] = 255

    def directions(distance_px: int) -> list[tuple[int, int]]:
        places = np.argwhere(BY_NAME["shift"].distort(dots, distance_px))[:, 1:]
        return [tuple(place) for place in ((places - 14) // distance_px).tolist()]

    assert set(directions(1)) == {(0, 1), (0, -1), (1, 0), (-1, 0)}
    assert directions(1) == directions(5)


@settings(deadline=None)
@given(frames=frames)
def test_a_quarter_turn_is_numpy_s(frames: np.ndarray) -> None:
    turned = BY_NAME["rotation"].distort(frames, 90)
    for before, after in zip(frames, turned, strict=True):
        assert any((after == np.rot90(before, times)).all() for times in (1, -1))


def test_rotation_turns_some_images_left_and_some_right(images: np.ndarray) -> None:
    turned = BY_NAME["rotation"].distort(images, 90)
    left = [(after == np.rot90(before)).all() for before, after in zip(images, turned, strict=True)]
    assert 0 < sum(left) < len(images)


@pytest.mark.parametrize("factor", [0.55, 0.7, 0.85, 1.15])
def test_ink_grows_with_the_square_of_the_scale(images: np.ndarray, factor: float) -> None:
    ratios = ink(BY_NAME["scale"].distort(images, factor)) / ink(images)
    assert ratios == pytest.approx(np.full(len(images), factor**2), rel=0.1)
    assert ratios.mean() == pytest.approx(factor**2, rel=0.02)


@pytest.mark.parametrize("change_px", [-3, -2, -1, 1, 2, 4])
def test_a_bar_becomes_thinner_or_thicker_by_what_is_asked(change_px: int) -> None:
    width_px = BY_NAME["stroke width"].distort(bar(6), change_px)[0, 14].sum() / 255
    assert width_px == pytest.approx(6 + change_px, abs=0.1)


def test_a_stroke_thinner_than_the_change_disappears() -> None:
    assert not BY_NAME["stroke width"].distort(bar(2), -4).any()


def test_noise_has_the_spread_that_is_asked_for() -> None:
    grey = np.full((50, 28, 28), 128, np.uint8)  # in the middle, where nothing is cut off
    noisy = BY_NAME["noise"].distort(grey, 10)
    assert noisy.std() == pytest.approx(25.5, rel=0.02)
    assert noisy.mean() == pytest.approx(128, abs=0.5)


def test_noise_of_twice_the_strength_is_the_same_noise_twice() -> None:
    grey = np.full((5, 28, 28), 128, np.uint8)
    once, twice = (BY_NAME["noise"].distort(grey, sd).astype(int) - 128 for sd in (5, 10))
    assert np.abs(twice - 2 * once).max() <= 2


@settings(deadline=None)
@given(frames=frames, level=st.floats(0, 99))
def test_contrast_scales_the_ink_and_leaves_the_paper_black(frames: np.ndarray, level: float) -> None:
    faded = BY_NAME["contrast"].distort(frames, level)
    assert np.abs(faded - frames * (level / 100)).max() <= 0.51
    assert not faded[frames == 0].any()


@settings(deadline=None)
@given(frames=frames, level=st.floats(1, 99))
def test_paper_rises_to_its_level_and_full_ink_stays(frames: np.ndarray, level: float) -> None:
    raised = BY_NAME["paper"].distort(frames, level)
    assert (raised[frames == 255] == 255).all()
    assert (np.abs(raised[frames == 0] - 2.55 * level) <= 0.51).all()
    assert (raised >= frames).all()


@pytest.mark.parametrize("sigma_px", [0.5, 1, 2, 3])
def test_blur_is_scipy_s(images: np.ndarray, sigma_px: float) -> None:
    from scipy.ndimage import gaussian_filter

    blurred = BY_NAME["blur"].distort(images, sigma_px)
    expected = np.stack([gaussian_filter(image.astype(float), sigma_px, mode="constant") for image in images])
    # OpenCV works in whole numbers and ends its kernel at three sigma; it differs by a grey level or two.
    assert np.abs(blurred - expected).max() < 3


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
@pytest.mark.parametrize("strength", [float("nan"), float("inf"), -1000])
def test_a_strength_without_meaning_is_refused(family: Family, strength: float, images: np.ndarray) -> None:
    with pytest.raises(DataError, match=f"expected a {family.name} of"):
        family.distort(images, strength)


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 29), (1, 28, 28, 1)])
def test_what_is_no_batch_of_frames_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="frames uint8"):
        BY_NAME["blur"].distort(np.zeros(shape, np.uint8), 1)
    with pytest.raises(DataError, match="float32"):
        BY_NAME["blur"].distort(np.zeros((1, 28, 28), np.float32), 1)

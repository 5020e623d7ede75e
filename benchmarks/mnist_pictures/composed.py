"""MNIST digits go in, pages and photos made of them come out: no handwriting of one hand, but any number of digits."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.data.dataset import LabelledImages

Picture = npt.NDArray[np.uint8]

# A4 at 300 dpi; digits are 48 px or 4 mm high, in groups of five.
HEIGHT_PX, WIDTH_PX, DIGIT_PX, GROUP = 3508, 2480, 48, 5
PAPER, INK_SHARE = 245, 0.85
# MNIST's digits are so high.
MNIST_PX = 20


def page(examples: LabelledImages, count: int, *, seed: int, side: float = 1.0) -> Picture:
    """Return a page of ``count`` digits, dark on white, uint8; its sides are ``side`` times those of A4 at 300 dpi.

    Raises:
        ValueError: so many digits have no room on it.
    """
    return write(examples, count, (round(HEIGHT_PX * side), round(WIDTH_PX * side)), DIGIT_PX, seed)


def photo(examples: LabelledImages, *, seed: int) -> npt.NDArray[np.uint8]:
    """Return a photo of ten digits as a phone makes it: uint8 (3000, 4000, 3), uneven light, grain."""
    paper = write(examples, 10, (3000, 4000), 200, seed).astype(np.float32)
    light = np.linspace(0.6, 1, 4000, dtype=np.float32) * np.linspace(0.85, 1, 3000, dtype=np.float32)[:, np.newaxis]
    grain = np.random.default_rng(seed).normal(0, 4, paper.shape).astype(np.float32)
    lit = (paper * light + grain)[..., np.newaxis] * np.array([0.95, 1, 0.98], np.float32)
    return np.asarray(np.clip(lit, 0, 255), np.uint8)


def jpeg(picture: Picture) -> bytes:
    """Return the picture, uint8 (height, width[, 3]), as a JPEG file."""
    return bytes(cv2.imencode(".jpg", picture[..., ::-1] if picture.ndim == 3 else picture)[1])


def write(examples: LabelledImages, count: int, size: tuple[int, int], digit_px: int, seed: int) -> Picture:
    """Return paper of ``size``, height and width, with ``count`` digits in rows."""
    random = np.random.default_rng(seed)
    paper = np.full(size, PAPER, np.uint8)
    pitch = np.array([1.75, 1.2]) * digit_px
    columns = int((size[1] - 2 * digit_px) / pitch[1])
    slots = [
        slot
        for slot in range(columns * int((size[0] - 2 * digit_px) / pitch[0]))
        if slot % columns % (GROUP + 1) < GROUP
    ]
    if len(slots) < count:
        raise ValueError(f"expected at most {len(slots)} digits for a page of this size, got {count}; enlarge it")
    for slot in slots[:count]:
        image = examples.images[random.integers(len(examples))]
        digit = cv2.resize(image, None, fx=digit_px / MNIST_PX, fy=digit_px / MNIST_PX, interpolation=cv2.INTER_CUBIC)
        top, left = (np.array(divmod(slot, columns)) * pitch + digit_px / 2).astype(int)
        place = paper[top : top + len(digit), left : left + len(digit)]
        np.minimum(place, PAPER - (INK_SHARE * digit[: len(place), : place.shape[1]]).astype(np.uint8), out=place)
    return paper

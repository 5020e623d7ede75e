"""In: MNIST digits. Out: pictures of lines of them, dark on white, and the text of each.

It draws them as they are: the networks and what they read are of no concern here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

DIGITS_PER_LINE = 5
# Paper between neighbours, in pixels from the ink of one to the ink of the next; below 0 they overlap.
SPACED, TOUCHING = (3, 12), (-2, 1)


def digits_of(part: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return images and labels of the ``train``, ``validation`` or ``test`` part of MNIST, wherever it is found."""
    from digits.data import load_dataset

    examples = getattr(load_dataset(), part)
    return examples.images, examples.labels


def mnist_lines(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    *,
    count: int,
    gap: tuple[int, int],
    seed: int = 0,
    length: int = DIGITS_PER_LINE,
) -> Iterator[tuple[npt.NDArray[np.uint8], str]]:
    """Give lines of MNIST digits, dark on white, at MNIST's own size; ``gap`` bounds the paper between neighbours.

    With a gap below 1 a random pair of neighbours touches, the others stand apart.
    """
    random = np.random.default_rng(seed)
    for _ in range(count):
        chosen = random.integers(0, len(images), length)
        pair = int(random.integers(0, length - 1)) if gap[0] < 1 else -1
        canvas = np.zeros((44, 40 + 40 * length), np.float32)
        right = 12
        for k, i in enumerate(chosen):
            columns = np.flatnonzero(images[i].any(axis=0))
            digit = images[i][:, columns[0] : columns[-1] + 1]
            if k:
                right += (
                    _touch(canvas, digit, right) + int(random.integers(-1, 1))
                    if k - 1 == pair
                    else int(random.integers(SPACED[0], SPACED[1]))
                )
            place = canvas[8:36, right : right + digit.shape[1]]
            np.maximum(place, digit, out=place)
            right += digit.shape[1]
        yield (255 - canvas[:, : right + 12]).astype(np.uint8), "".join(str(labels[i]) for i in chosen)


def _touch(canvas: npt.NDArray[np.float32], digit: npt.NDArray[np.uint8], right: int) -> int:
    """Return the shift, 0 or less, from ``right`` at which the digit's ink first meets what is on the canvas."""
    for shift in range(0, -digit.shape[1], -1):
        place = canvas[8:36, right + shift - 1 : right + shift - 1 + digit.shape[1]]
        if ((place > 96) & (digit > 96)).any():
            return shift
    return 0

"""Composed pages go in, batches of crops with their answers come out, endlessly and in the same order for a seed.

Crops are made in processes beside the training, in pieces: each piece is some pages and many looks at each. What a
piece holds depends on the seed and its number alone, so a training that was stopped goes on with the next piece.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.result import ByteArray, FloatArray
from digits.training.detector.composing.crops import CROP_PX, STEP_PX, take_crop
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.detector.composing.pages import compose_page
from digits.training.resuming.workers import pool_of

# The network answers for cells of 4 pixels, four places in each.
CELL_PX, PLACES = 4, 4
SIDE = CROP_PX // CELL_PX

_alphabet: Alphabet | None = None


@dataclass(frozen=True)
class Plan:
    """What the order of the crops depends on: pages in a piece, looks at each, pieces mixed to a round."""

    seed: int = 0
    pages: int = 12
    looks: int = 32
    mixed: int = 6

    @property
    def round(self) -> int:
        """How many crops are drawn from together."""
        return self.pages * self.looks * self.mixed


@dataclass(frozen=True, eq=False)
class Examples:
    """``pixels`` uint8 (n, 128, 128); ``kinds`` int8 (n, 32, 32, 4); ``edges`` float16 (n, 32, 32, 4, 4);
    ``is_printed`` int8 (n, 32, 32, 4): crops.py says what they mean. The four places of a cell are its upper left,
    upper right, lower left and lower right."""

    pixels: ByteArray
    kinds: npt.NDArray[np.int8]
    edges: npt.NDArray[np.float16]
    is_printed: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.pixels)

    def pick(self, chosen: npt.NDArray[np.int64]) -> Examples:
        return Examples(self.pixels[chosen], self.kinds[chosen], self.edges[chosen], self.is_printed[chosen])


def in_cells(answers: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Return (n, 32, 32, 4, …) from answers for every second pixel (n, 64, 64, …)."""
    n, side, rest = len(answers), answers.shape[1] // 2, answers.shape[3:]
    parted = answers.reshape(n, side, 2, side, 2, *rest).swapaxes(2, 3)
    return parted.reshape(n, side, side, 4, *rest)


def make_piece(alphabet: Alphabet, plan: Plan, number: int) -> Examples:
    """Return the crops of piece ``number``."""
    random = np.random.default_rng((plan.seed, number))
    crops = []
    for _ in range(plan.pages):
        page = compose_page(alphabet, random)
        crops += [take_crop(page, random) for _ in range(plan.looks)]
    return Examples(
        np.stack([crop.pixels for crop in crops]),
        np.asarray(in_cells(np.stack([crop.kind for crop in crops])), np.int8),
        np.asarray(in_cells(np.stack([crop.edges for crop in crops])), np.float16),
        np.asarray(in_cells(np.stack([crop.is_printed for crop in crops])), np.int8),
    )


def make_rounds(alphabet: Alphabet, plan: Plan, *, first: int, workers: int) -> Iterator[Examples]:
    """Yield rounds of crops, each in random order, from round ``first`` on; there is no end.

    They are made by ``workers`` processes beside this one, two rounds ahead at most.
    """
    waiting: deque[Future[Examples]] = deque()
    number = first
    with pool_of(workers, _take, alphabet) as pool:
        try:
            while True:
                while len(waiting) < 2 * plan.mixed:
                    waiting.append(pool.submit(_make, plan, number * plan.mixed + len(waiting)))
                mixed = _joined([waiting.popleft().result() for _ in range(plan.mixed)])
                yield mixed.pick(np.random.default_rng((plan.seed, number, 1)).permutation(len(mixed)))
                number += 1
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def as_input(pixels: ByteArray) -> FloatArray:
    """Return float32 (n, height, width, 1) in [0, 1] from uint8 (n, height, width)."""
    return np.asarray(pixels.astype(np.float32)[..., None] / np.float32(255))


def _joined(pieces: list[Examples]) -> Examples:
    return Examples(
        np.concatenate([piece.pixels for piece in pieces]),
        np.concatenate([piece.kinds for piece in pieces]),
        np.concatenate([piece.edges for piece in pieces]),
        np.concatenate([piece.is_printed for piece in pieces]),
    )


def _take(alphabet: Alphabet) -> None:
    global _alphabet  # one copy a process, not one a piece
    _alphabet = alphabet


def _make(plan: Plan, number: int) -> Examples:
    assert _alphabet is not None
    return make_piece(_alphabet, plan, number)


assert CELL_PX == 2 * STEP_PX

"""In: training images. Out: composed strips, with the answer that the spotter should give at every step.

Strips are composed once, in several processes, before the network learns on them. The strips depend on the seed alone,
not on the number of processes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from digits.data import LabelledImages
from digits.reading.result import ByteArray, FloatArray, IntArray
from digits.reading.spotting.rectification import DIGIT_PX, STRIP_PX
from digits.reading.spotting.spotter import STEP_PX
from digits.training.resuming.workers import pool_of
from digits.training.spotter.compose import LEAST_SEEN, STRIP_WIDTH_PX, SURELY_SEEN, compose

STEPS = STRIP_WIDTH_PX // STEP_PX
# A column is a digit's if it is so near to the middle of its box; a little farther nobody can say.
NEAR_PX, UNSURE_PX = 2.0, 3.2
UNSURE = -1
# So many strips are one process's work at a time.
PIECE = 64

_examples: LabelledImages | None = None


def compose_strips(
    examples: LabelledImages, lines: int, *, seed: int, workers: int, report: Callable[[int], None]
) -> tuple[ByteArray, FloatArray]:
    """Return strips uint8 (n, 40, 160) and answers float32 (n, 80, 5), as ``make_examples`` does, 8 kB a strip.

    ``report`` is called with the number of strips so far.
    """
    strips = np.empty((lines, STRIP_PX, STRIP_WIDTH_PX), np.uint8)
    answers = np.empty((lines, STEPS, 5), np.float32)
    starts = range(0, lines, PIECE)
    with pool_of(workers, _take, examples) as pool:
        pieces = pool.map(_compose_piece, [min(PIECE, lines - start) for start in starts], starts, [seed] * len(starts))
        for start, (some, wanted) in zip(starts, pieces, strict=True):
            strips[start : start + PIECE], answers[start : start + PIECE] = some, wanted
            report(start + len(some))
    return strips, answers


def as_input(strips: ByteArray) -> FloatArray:
    """Return float32 (n, 40, width, 1) in [0, 1] from strips uint8 (n, 40, width)."""
    return np.asarray(strips.astype(np.float32)[..., None] / np.float32(255))


def _take(examples: LabelledImages) -> None:
    global _examples  # one copy a process, not one a piece
    _examples = examples


def _compose_piece(lines: int, start: int, seed: int) -> tuple[ByteArray, FloatArray]:
    assert _examples is not None
    return make_examples(_examples, lines, seed=(seed, 1, start))


def make_examples(examples: LabelledImages, lines: int, *, seed: int | tuple[int, ...]) -> tuple[ByteArray, FloatArray]:
    """Return strips uint8 (n, 40, 160) and float32 (n, 80, 5): what stands at each step, and the box around it.

    The first number is 0 for nothing, 1 to 10 for a digit plus one, -1 if nobody can tell; the box says how far its
    left, top, right and bottom edges are from the step's middle, in digits' heights.
    """
    random = np.random.default_rng(seed)
    strips = np.empty((lines, STRIP_PX, STRIP_WIDTH_PX), np.uint8)
    answers = np.zeros((lines, STEPS, 5), np.float32)
    for strip, answer in zip(strips, answers, strict=True):
        strip[:], labels, boxes, seen = compose(examples.images, examples.labels, random)
        _answer(answer, labels, boxes, seen)
    return strips, answers


def _answer(answer: FloatArray, labels: IntArray, boxes: FloatArray, seen: FloatArray) -> None:
    places = (np.arange(STEPS) + 0.5) * STEP_PX
    nearest = np.full(STEPS, np.inf)
    for label, box, share in zip(labels, boxes, seen, strict=True):
        left, top, right, bottom = box
        away = np.abs(places - (left + right) / 2)
        taken = (away < np.minimum(nearest, UNSURE_PX)) & (share >= LEAST_SEEN)
        nearest[taken] = away[taken]
        answer[taken, 0] = np.where((away[taken] <= NEAR_PX) & (share >= SURELY_SEEN), label + 1, UNSURE)
        middle = np.full(STEPS, STRIP_PX / 2)
        edges = [places - left, middle - top, right - places, bottom - middle]
        answer[taken, 1:] = np.stack(edges, axis=1)[taken] / DIGIT_PX

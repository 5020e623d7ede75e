"""Training images go in; frames come out as reading takes them from composed rows, with their labels.

On a page a digit's frame holds more than the digit: a bit of a neighbour it touched, a printed line, the paper's
pattern; or less, where a neighbour was cut off it. So the digit network is shown such frames as well. They are composed
once, in several processes; which come depends on the seed alone, not on how many processes there are.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from digits.data import LabelledImages
from digits.reading.frame import frame_digit
from digits.reading.parts import find_parts
from digits.reading.result import Box, ByteArray, FloatArray, IntArray
from digits.reading.share import share_ink
from digits.reading.strip import DIGIT_PX
from digits.training.compose import SURELY_SEEN, compose
from digits.training.strokes import Random

# So many frames are one process's work at a time.
PIECE = 500
# The spotter's boxes are off by about so many pixels of a strip.
BOX_SPREAD_PX = 0.7

_examples: LabelledImages | None = None


def compose_frames(examples: LabelledImages, count: int, *, seed: int, workers: int) -> LabelledImages:
    """Return ``count`` frames, light on black, with their labels."""
    frames, labels = np.empty((count, 28, 28), np.uint8), np.empty(count, np.int64)
    starts = range(0, count, PIECE)
    sizes = [min(PIECE, count - start) for start in starts]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_take, initargs=(examples,)) as pool:
        pieces = pool.map(_compose_piece, sizes, starts, [seed] * len(starts))
        for start, (some, their) in zip(starts, pieces, strict=True):
            frames[start : start + len(some)], labels[start : start + len(some)] = some, their
    return LabelledImages(frames, labels)


def _take(examples: LabelledImages) -> None:
    global _examples  # one copy a process, not one a piece
    _examples = examples


def _compose_piece(count: int, start: int, seed: int) -> tuple[ByteArray, IntArray]:
    assert _examples is not None
    return make_frames(_examples, count, np.random.default_rng((seed, 3, start)))


def make_frames(examples: LabelledImages, count: int, random: Random) -> tuple[ByteArray, IntArray]:
    """Return ``count`` frames uint8 (n, 28, 28) and labels int64 (n,), of as many rows as that takes."""
    frames: list[ByteArray] = []
    labels: list[int] = []
    while len(frames) < count:
        strip, there, boxes, seen = compose(examples.images, examples.labels, random)
        is_whole = seen >= SURELY_SEEN
        if not is_whole.any():
            continue
        found = _take_frames(strip, boxes[is_whole], random)
        labels += [int(label) for label, frame in zip(there[is_whole], found, strict=True) if frame is not None]
        frames += [frame for frame in found if frame is not None]
    return np.stack(frames[:count]), np.array(labels[:count], np.int64)


def _take_frames(strip: ByteArray, boxes: FloatArray, random: Random) -> list[ByteArray | None]:
    """Return the frame of each digit of a strip, left to right; None where hardly any ink came to it."""
    parts = find_parts(strip.astype(np.float32) / np.float32(255))
    edges = np.rint(boxes + random.normal(0, BOX_SPREAD_PX, boxes.shape)).astype(np.int64).tolist()
    places = [Box(left, top, max(1, right - left), max(1, bottom - top)) for left, top, right, bottom in edges]
    inks = share_ink(parts, range(len(parts)), places, float(DIGIT_PX))[0]
    return [frame_digit(ink.ink) if ink.ink.any() else None for ink in inks]

"""The digits seen in a row and the strokes that none of them has go in; the digits with the strokes over them come out.

Where the pen was lifted, or a printed line took ink, the bar of a 5 or the head of a 6 flies off up and to the right,
out of the box in which the spotter saw the rest. It goes back if the digit network is sure of both together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digits.reading.geometry import around, as_places
from digits.reading.ink.connected_components import Parts
from digits.reading.recognition.frame import frame_digit
from digits.reading.result import Box, ByteArray, FloatArray, IntArray
from digits.reading.segmentation.ink_assignment import find_owners, share_ink
from digits.reading.spotting.spotter import Sighting
from digits.reading.steps import Classify

# Of a row's digits' height: the length of a stroke; how far over a digit it ends; how far beside one it begins.
SHORTEST, LONGEST, OVER, BESIDE = 0.25, 1.0, 0.3, 0.15
# The middle of a stroke lies over this share of its digit.
TOP = 0.35
# So sure is the digit network of both together. Where there are more strokes a digit, the paper is dirty.
SURE, MOST_STROKES = 0.97, 2


def adopt_strokes(
    parts: Parts,
    row_parts: Sequence[int],
    left: Sequence[int],
    sightings: Sequence[Sighting],
    height_px: float,
    classify: Classify,
) -> tuple[list[Sighting], list[int]]:
    """Return the digits of a row, left to right, those with a stroke over them larger; and which of ``left`` they took.

    Args:
        parts: of the page.
        row_parts: which of them are the row's.
        left: those that are in no row.
        sightings: of the row's digits.
        height_px: of its digits.
    """
    places = as_places([one.box for one in sightings])
    owners = find_owners(parts.boxes[list(row_parts)], places)
    free = [i for i, owned in zip(row_parts, owners, strict=True) if not owned]
    strokes = _find_strokes(parts, [*free, *left], height_px)
    pairs = [(strokes[s], k) for s, k in np.argwhere(_is_over(parts.boxes[strokes], places, height_px)).tolist()]
    if not pairs or len(pairs) > MOST_STROKES * len(sightings):
        return list(sightings), []
    wholes = [around([parts.box(i), sightings[k].box]) for i, k in pairs]
    frames = [
        _frame_whole(parts, row_parts, i, places, k, whole, height_px)
        for (i, k), whole in zip(pairs, wholes, strict=True)
    ]
    answers = _ask(frames, classify)
    grown, taken = dict(enumerate(sightings)), set()
    for n in np.argsort(-answers.max(axis=1), kind="stable").tolist():
        i, k = pairs[n]
        if answers[n].max() > SURE and i not in taken and grown[k] is sightings[k]:
            grown[k] = replace(sightings[k], box=wholes[n], probabilities=answers[n])
            taken.add(i)
    return [grown[k] for k in range(len(sightings))], sorted(taken & set(left))


def _ask(frames: Sequence[ByteArray | None], classify: Classify) -> FloatArray:
    """Return what the digit network says of each frame, float32 (n, 10); zeros where there is none."""
    answers = np.zeros((len(frames), 10), np.float32)
    shown = [n for n, frame in enumerate(frames) if frame is not None]
    if shown:
        answers[shown] = classify(np.stack([frame for frame in frames if frame is not None]))
    return answers


def _frame_whole(
    parts: Parts, row_parts: Sequence[int], stroke: int, digits: IntArray, k: int, whole: Box, height_px: float
) -> ByteArray | None:
    """Return the frame of digit ``k`` with the stroke; None where the larger box takes more than that stroke.

    What stands farther off than a digit's height has no part in it: rows may be long.
    """
    rest = np.array([i for i in row_parts if i != stroke], np.int64)
    rest = rest[_is_near(parts.boxes[rest], whole, height_px)]
    near = np.flatnonzero(_is_near(digits, whole, height_px))
    before, after = digits[near], digits[near].copy()
    after[near == k] = as_places([whole])
    if find_owners(parts.boxes[rest], before) != find_owners(parts.boxes[rest], after):
        return None
    boxes = [Box(*place) for place in after.tolist()]
    inks = share_ink(parts, [*rest.tolist(), stroke], boxes, height_px)[0]
    return frame_digit(inks[int(np.flatnonzero(near == k)[0])].ink)


def _is_near(places: IntArray, whole: Box, height_px: float) -> np.ndarray:
    left, right = whole.x - height_px, whole.x + whole.width + height_px
    return np.asarray((places[:, 0] < right) & (places[:, 0] + places[:, 2] > left))


def _find_strokes(parts: Parts, candidates: Sequence[int], height_px: float) -> IntArray:
    chosen = np.array(candidates, np.int64)
    lengths = parts.boxes[chosen, 2:].max(axis=1, initial=0)
    return np.asarray(chosen[(lengths >= SHORTEST * height_px) & (lengths <= LONGEST * height_px)])


def _is_over(strokes: IntArray, digits: IntArray, height_px: float) -> np.ndarray:
    """Tell which strokes, int64 (n, 4), begin over which digits, int64 (m, 4): bool (n, m)."""
    left, top, _, heights = (column[:, np.newaxis] for column in strokes.T)
    x, y, widths, tall = digits.T
    is_above = (top + heights / 2 < y + TOP * tall) & (y - (top + heights) <= OVER * height_px)
    reach = BESIDE * height_px
    return np.asarray(is_above & (left >= x - reach) & (left <= x + widths + reach))

"""The parts of a page with next to nothing on it go in; the one digit that all of them are comes out, if they are one.

In a row an upright stroke may be a bracket or the paper's edge, a blot may be anything, and strokes that stand apart
are several digits. Where they are all that a picture shows, and both networks take them for one digit, they are one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digits.reading.geometry import area_of, around, as_places
from digits.reading.ink.connected_components import Parts
from digits.reading.ink.despeckling import LEAST_SHARE
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.multi_view import look_twice
from digits.reading.recognition.pooling import TINY, agree
from digits.reading.result import FloatArray
from digits.reading.segmentation.ink_assignment import share_ink
from digits.reading.spotting.spotter import Sighting, Spot, name_frames
from digits.reading.steps import Classify

# A digit has at most so many strokes, with at least this share of all ink, and is at least so high.
MOST_STROKES, LEAST_INK, LEAST_HEIGHT_PX = 4, 0.9, 8
# Both networks together are so sure of it; unless what was seen in a row fills this share of its box: then it is clear
# what the digit is made of, and what the spotter saw in the row counts as much as what it sees in the frame.
SURE, SAME = 0.97, 0.9


def find_alone(
    parts: Parts, sightings: Sequence[Sighting], classify: Classify, spot: Spot
) -> tuple[Sighting, list[int]] | None:
    """Return the digit that is all there is on a page, and its parts left to right; None where there is more, or less.

    Args:
        parts: of the page.
        sightings: of digits in its rows; of two or more none is alone.
        classify: the digit network.
        spot: the spotter.
    """
    strokes = _find_strokes(parts) if len(sightings) <= 1 else []
    if not strokes:
        return None
    whole = around([parts.box(i) for i in strokes])
    inks = [share_ink(parts, strokes, [box], box.height)[0][0] for box in (whole, *(one.box for one in sightings))]
    if any(ink.is_cut for ink in inks[1:]):  # what was seen is none of these strokes
        return None
    frames = np.stack([frame_digit(ink.ink) for ink in inks])
    seen = np.stack([name_frames(frames[:1], spot)[0], *(one.probabilities for one in sightings)])
    covered = area_of(as_places([ink.box for ink in inks]))
    if (covered[1:] >= SAME * covered[0]).any():
        return Sighting(whole, sightings[0].presence, _pool(*seen)), strokes
    beliefs = agree(look_twice(frames, classify), seen, np.zeros(len(frames), bool)).max(axis=1)
    if beliefs[0] < SURE or (beliefs[1:] >= beliefs[0]).any():
        return None
    return Sighting(whole, float(beliefs[0]), seen[0]), strokes


def _find_strokes(parts: Parts) -> list[int]:
    """Return the parts without the specks, left to right; none where they are too many, too low, or not nearly all."""
    if not len(parts):
        return []
    strokes = np.flatnonzero(parts.areas >= LEAST_SHARE * parts.areas.max())
    tops, heights = parts.boxes[strokes, 1], parts.boxes[strokes, 3]
    is_high = (tops + heights).max() - tops.min() >= LEAST_HEIGHT_PX
    is_all = parts.areas[strokes].sum() >= LEAST_INK * parts.areas.sum()
    if len(strokes) > MOST_STROKES or not is_high or not is_all:
        return []
    return sorted(strokes.tolist(), key=lambda i: int(parts.boxes[i, 0]))


def _pool(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the geometric mean of two opinions, float32 (10,), summing to 1."""
    mean = np.sqrt(np.maximum(one, TINY) * np.maximum(other, TINY))
    return np.asarray(mean / mean.sum(), np.float32)

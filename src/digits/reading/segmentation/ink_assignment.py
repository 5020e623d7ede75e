"""The digits seen in a row and its connected parts go in; each digit's own ink comes out, and the parts of none.

A part that several digits stand on is cut between their middles where that crosses least ink (seam_carving.py). A part
that no digit stands on is a stroke of the digit whose box holds it, or a mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digits.reading.geometry import area_of, as_places, shared_area
from digits.reading.ink.connected_components import Parts
from digits.reading.result import Box, FloatArray, IntArray
from digits.reading.segmentation.seam_carving import cut_between

# A digit stands on a part that covers this much of its box; a stroke has this much of itself in its digit's box.
STANDS, HOLDS = 0.5, 0.5
# Ink farther outside its digit's box than this, in digits' heights, is a printed line's or a neighbour's.
REACH = 0.25


@dataclass(frozen=True, eq=False)
class Ink:
    """The ink of one digit: its tight box on the page, float32 (height, width) in [0, 1], and if it was cut off."""

    box: Box
    ink: FloatArray
    is_cut: bool


def share_ink(
    parts: Parts, row_parts: Sequence[int], boxes: Sequence[Box], height_px: float
) -> tuple[list[Ink], list[int]]:
    """Return the ink of each digit, and the parts that belong to none.

    Args:
        parts: of the page.
        row_parts: which of them are the row's.
        boxes: of its digits, left to right, as sightings have them.
    """
    reach = round(REACH * height_px)
    areas = [Box(box.x - reach, box.y - reach, box.width + 2 * reach, box.height + 2 * reach) for box in boxes]
    canvases = [np.zeros((area.height, area.width), np.float32) for area in areas]
    left, cut = [], set()
    for i, owners in zip(row_parts, find_owners(parts.boxes[list(row_parts)], as_places(boxes)), strict=True):
        part = parts.box(i)
        if not owners:
            left.append(i)
            continue
        ink = parts.crop(i)
        shift = 1 - part.x
        edges = [(boxes[k].x + shift, boxes[k].x + boxes[k].width + shift) for k in owners]
        pieces = cut_between(ink, edges) if len(owners) > 1 else [ink]
        if len(owners) > 1:
            cut.update(owners)
        for k, piece in zip(owners, pieces, strict=True):
            _paste(canvases[k], areas[k], piece, part.x - 1, part.y - 1)
    return [
        _tight(canvas, areas[k], is_cut=k in cut) if canvas.any() else _crop(parts.ink, boxes[k])
        for k, canvas in enumerate(canvases)
    ], left


def find_owners(parts: IntArray, digits: IntArray) -> list[list[int]]:
    """Return for each part which digits stand on it, or the one that holds it; the boxes of both int64 (n, 4)."""
    if not len(digits):
        return [[] for _ in parts]
    shared = shared_area(parts[:, np.newaxis], digits)
    stands = shared >= STANDS * area_of(digits)
    best = shared.argmax(axis=1)
    holds = shared.max(axis=1) >= HOLDS * area_of(parts)
    return [
        np.flatnonzero(on).tolist() or ([int(most)] if held else [])
        for on, most, held in zip(stands, best, holds, strict=True)
    ]


def _paste(canvas: FloatArray, area: Box, piece: FloatArray, x: int, y: int) -> None:
    """Add the piece, whose corner is at x, y on the page, where it lies in the area."""
    left, top = max(x, area.x), max(y, area.y)
    right, bottom = min(x + piece.shape[1], area.x + area.width), min(y + piece.shape[0], area.y + area.height)
    if right <= left or bottom <= top:
        return
    place = canvas[top - area.y : bottom - area.y, left - area.x : right - area.x]
    np.maximum(place, piece[top - y : bottom - y, left - x : right - x], out=place)


def _tight(canvas: FloatArray, area: Box, *, is_cut: bool) -> Ink:
    left, top, width, height = cv2.boundingRect((canvas > 0).view(np.uint8))
    box = Box(area.x + left, area.y + top, width, height)
    return Ink(box, np.ascontiguousarray(canvas[top : top + height, left : left + width]), is_cut)


def _crop(page: FloatArray, box: Box) -> Ink:
    """Return what lies in the box, where no part does: ink too faint to be a part's."""
    top, left = max(box.y, 0), max(box.x, 0)
    ink = page[top : max(box.y + box.height, top), left : max(box.x + box.width, left)]
    if not ink.size:
        ink = np.zeros((1, 1), np.float32)
    return Ink(Box(left, top, ink.shape[1], ink.shape[0]), ink, is_cut=True)

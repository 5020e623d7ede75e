"""A grey picture goes in, the digits that the detector sees in it come out, at one size or at several.

The network answers for every second pixel what has its middle there and how far it reaches; it knows digits 11 to 40
pixels high, so a picture is shown to it at several sizes, each half the one before. No step comes before it: the
picture may be light on dark, on any ground, under any light. How it was trained is in training/detector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from digits.reading.detection.detections import KINDS, Detections, joined
from digits.reading.detection.non_maximum_suppression import suppress
from digits.reading.result import ByteArray, FloatArray

# From grey uint8 (n, 1, height, width), multiples of 4, to float32 (n, 88, height / 4, width / 4).
Detect = Callable[[ByteArray], FloatArray]
CELL_PX, STEP_PX, EDGE_PX = 4, 2, 16.0
OUTPUTS = KINDS + 6
# Heights of digits, in pixels as the network sees them, that it is to be believed for, and those that it knows best.
LEAST_PX, MOST_PX = 8.0, 46.0
BEST_PX = (14.0, 34.0)
# Large pictures are looked at in tiles, with so much around each that every answer is the whole picture's.
TILE_PX, AROUND_PX = 768, 48
# Tiles whose grey differs by less than this hold nothing.
LEAST_CONTRAST = 6
LEAST_PRESENCE = 0.3
# Noise shows thousands of digits; so many are kept, the surest. An A4 page full of figures has some 3,000.
MOST_SEEN = 6000


def detect(grey: ByteArray, scales: Sequence[float], ask: Detect, *, least: float = LEAST_PRESENCE) -> Detections:
    """Return what is seen in a picture.

    Args:
        grey: uint8 (height, width) in 0-255.
        scales: the sizes at which to look, 1 that of the picture.
        ask: the network.
        least: how sure it must be that something is there, in [0, 1].
    """
    seen = joined([_look(grey, scale, ask, least) for scale in scales])
    surest = np.argsort(-seen.presence, kind="stable")[:MOST_SEEN]
    return suppress(seen.pick(surest))


def _look(grey: ByteArray, scale: float, ask: Detect, least: float) -> Detections:
    """Return what is seen at one size, boxes in pixels of the picture."""
    height, width = (max(CELL_PX, round(side * scale)) for side in grey.shape)
    shown = grey
    if scale != 1:
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        shown = np.asarray(cv2.resize(grey, (width, height), interpolation=way), np.uint8)
    parts = []
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            inside = shown[top : top + TILE_PX, left : left + TILE_PX]
            if int(inside.max()) - int(inside.min()) >= LEAST_CONTRAST:
                parts.append(_look_at_tile(shown, left, top, ask, least))
    seen = joined(parts)
    is_known = (seen.heights > LEAST_PX) & (seen.heights < MOST_PX) | (seen.kind >= 10)
    seen = seen.pick(is_known)
    stretch = np.array([grey.shape[1] / width, grey.shape[0] / height] * 2, np.float32)
    worth = seen.presence * _comfort(seen)
    return Detections((seen.boxes + 0.5) * stretch - 0.5, worth, seen.kinds, seen.printed)


def _comfort(seen: Detections) -> FloatArray:
    """Return how well the network knows digits of these heights, up to 1; signs are as high as they are."""
    low, high = BEST_PX
    heights = np.clip(seen.heights, LEAST_PX, MOST_PX)
    away = np.maximum(np.log(low / heights), np.log(heights / high))
    return np.asarray(np.where(seen.kind >= 10, 0.97, np.exp(-0.25 * np.maximum(away, 0))), np.float32)


def _look_at_tile(shown: ByteArray, left: int, top: int, ask: Detect, least: float) -> Detections:
    """Return what has its middle in one tile, boxes in pixels of what is shown."""
    height, width = shown.shape
    right, bottom = min(width, left + TILE_PX), min(height, top + TILE_PX)
    first_x, first_y = max(0, left - AROUND_PX), max(0, top - AROUND_PX)
    tile = shown[first_y : min(height, bottom + AROUND_PX), first_x : min(width, right + AROUND_PX)]
    down, across = (-side % CELL_PX for side in tile.shape)
    answers = ask(np.pad(tile, ((0, down), (0, across)), mode="edge")[None, None])[0]
    seen = decode(answers, least)
    places = seen.middles
    is_inside = (places[:, 0] >= left - first_x) & (places[:, 0] < right - first_x)
    is_inside &= (places[:, 1] >= top - first_y) & (places[:, 1] < bottom - first_y)
    seen = seen.pick(is_inside)
    return Detections(
        seen.boxes + np.array([first_x, first_y] * 2, np.float32), seen.presence, seen.kinds, seen.printed
    )


def decode(answers: FloatArray, least: float) -> Detections:
    """Return the local maxima of presence in the network's answers, float32 (88, rows, columns)."""
    rows, columns = answers.shape[1:]
    places = (
        answers.reshape(2, 2, OUTPUTS, rows, columns).transpose(3, 0, 4, 1, 2).reshape(2 * rows, 2 * columns, OUTPUTS)
    )
    logits = places[..., : KINDS + 1]
    top = logits.max(axis=-1)
    powers = np.exp(logits - top[..., None])
    presence = np.asarray(1 - powers[..., 0] / powers.sum(axis=-1), np.float32)
    smooth = cv2.blur(presence, (3, 3), borderType=cv2.BORDER_CONSTANT)
    is_peak = (smooth >= cv2.dilate(smooth, np.ones((3, 3), np.uint8))) & (presence >= least)
    y, x = np.nonzero(is_peak)
    kinds = powers[y, x, 1:]
    middle_x, middle_y = x * STEP_PX + (STEP_PX - 1) / 2, y * STEP_PX + (STEP_PX - 1) / 2
    left, above, right, below = (places[y, x, KINDS + 1 : KINDS + 5] * EDGE_PX).T
    boxes = np.stack([middle_x - left, middle_y - above, middle_x + right, middle_y + below], axis=1)
    return Detections(
        np.asarray(boxes, np.float32),
        presence[y, x],
        np.asarray(kinds / kinds.sum(axis=1, keepdims=True), np.float32),
        np.asarray(1 / (1 + np.exp(-places[y, x, -1])), np.float32),
    )

"""The stages of a reading go in; a picture of each for people comes out, as PNG bytes. Nothing here writes files."""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.drawing.canvas import Picture, as_colours, draw_box, scale_of, to_png
from digits.reading.drawing.overlay import GUESS, draw_overlay
from digits.reading.result import ByteArray
from digits.reading.steps import Steps

FRAMES_PER_ROW = 16


def draw_steps(steps: Steps) -> dict[str, bytes]:
    """Return a PNG of each stage under its name, in the order of the stages."""
    pictures = {"1-image": as_colours(steps.grey, scale_of(steps.grey))}
    for name, ink in (("2-ink", steps.ink), ("3-without-rules", steps.unruled)):
        pictures[name] = as_colours(1 - ink, scale_of(ink))
    guesses = pictures["3-without-rules"].copy()
    for box in steps.sightings:
        draw_box(guesses, box, guesses.shape[1] / steps.reading.width, GUESS, 1)
    pictures["4-sightings"] = guesses
    pictures["5-frames"] = _sheet(steps.frames)
    return {name: to_png(picture) for name, picture in pictures.items()} | {"6-reading": draw_overlay(steps)}


def draw_frames(frames: ByteArray) -> bytes:
    """Return what the network saw, uint8 (n, 28, 28), side by side as PNG."""
    return to_png(_sheet(frames))


def _sheet(frames: ByteArray) -> Picture:
    if not len(frames):
        return np.zeros((28, 28, 3), np.uint8)
    rows = -(-len(frames) // FRAMES_PER_ROW)
    columns = min(len(frames), FRAMES_PER_ROW)
    sheet = np.full((rows * 60, columns * 60), 90, np.uint8)
    for i, frame in enumerate(frames):
        top, left = 60 * (i // columns) + 2, 60 * (i % columns) + 2
        sheet[top : top + 56, left : left + 56] = np.kron(frame, np.ones((2, 2), np.uint8))
    return np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR), np.uint8)

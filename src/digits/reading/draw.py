"""The stages of a reading go in; pictures of them for people come out, as PNG bytes.

Nothing here reads, and nothing writes files.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.signature import sign
from digits.reading.steps import Steps

Picture = npt.NDArray[np.uint8]

# BGR. Blue and orange differ for colour-blind eyes too, and in grey.
SURE, DOUBTFUL, MARK, GUESS = (180, 90, 0), (0, 110, 230), (150, 150, 150), (200, 160, 60)
# Below this confidence a digit is drawn as doubtful even where it was not refused.
DOUBT_BELOW = 0.9
# Small pictures are enlarged, so that the writing on them can be read.
LEAST_SIDE_PX = 900
FONT = cv2.FONT_HERSHEY_SIMPLEX
FRAMES_PER_ROW = 16


def draw_overlay(steps: Steps) -> bytes:
    """Return the upright image with each digit's box, value and confidence, and the marks left out, as PNG."""
    picture = _colour(steps.grey, _scale(steps.grey))
    scale = picture.shape[1] / steps.reading.width
    for mark in steps.reading.marks:
        _rectangle(picture, mark.box, scale, MARK, 1)
    for line in steps.reading.lines:
        for digit in line.digits:
            if digit.box is None:
                continue
            sure = digit.refusal is None and digit.confidence >= DOUBT_BELOW
            colour = SURE if sure else DOUBTFUL
            _rectangle(picture, digit.box, scale, colour, 2)
            size = min(1.2, max(0.5, digit.box.height * scale / 60))
            left, top = round(digit.box.x * scale), round(digit.box.y * scale)
            value = "?" if digit.value is None else str(digit.value)
            _write(picture, value, (left, top - 5), size, colour)
            percent = f"{100 * digit.confidence:.0f}"
            bottom = round((digit.box.y + digit.box.height) * scale)
            _write(picture, percent, (left, bottom + round(24 * 0.45)), 0.4, colour)
    return _png(picture)


def draw_steps(steps: Steps) -> dict[str, bytes]:
    """Return a PNG of each stage under its name, in the order of the stages."""
    pictures = {"1-image": _colour(steps.grey, _scale(steps.grey))}
    for name, ink in (("2-ink", steps.ink), ("3-without-rules", steps.unruled)):
        pictures[name] = _colour(1 - ink, _scale(ink))
    guesses = pictures["3-without-rules"].copy()
    for box in steps.sightings:
        _rectangle(guesses, box, guesses.shape[1] / steps.reading.width, GUESS, 1)
    pictures["4-sightings"] = guesses
    pictures["5-frames"] = _sheet(steps.frames)
    return {name: _png(picture) for name, picture in pictures.items()} | {"6-reading": draw_overlay(steps)}


def draw_frames(frames: ByteArray) -> bytes:
    """Return what the network saw, uint8 (n, 28, 28), side by side as PNG."""
    return _png(_sheet(frames))


def _scale(image: FloatArray) -> float:
    return max(1.0, LEAST_SIDE_PX / float(max(image.shape)))


def _colour(image: FloatArray, scale: float) -> Picture:
    grey = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    if scale > 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def _rectangle(picture: Picture, box: Box, scale: float, colour: tuple[int, int, int], thickness: int) -> None:
    corner = round(box.x * scale) - 1, round(box.y * scale) - 1
    opposite = round((box.x + box.width) * scale), round((box.y + box.height) * scale)
    cv2.rectangle(picture, corner, opposite, colour, thickness)


def _write(picture: Picture, text: str, place: tuple[int, int], size: float, colour: tuple[int, int, int]) -> None:
    """Write on a white rim, so that ink underneath does not hide it; what would leave the picture is moved inside."""
    (width, height), _ = cv2.getTextSize(text, FONT, size, 2)
    x = min(max(place[0], 0), max(0, picture.shape[1] - width))
    y = min(max(place[1], height + 1), picture.shape[0] - 2)
    cv2.putText(picture, text, (x, y), FONT, size, (255, 255, 255), 4, cv2.LINE_AA)
    cv2.putText(picture, text, (x, y), FONT, size, colour, 1 if size < 0.5 else 2, cv2.LINE_AA)


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


def _png(picture: Picture) -> bytes:
    return sign(cv2.imencode(".png", picture)[1].tobytes())

"""In: what inside.py and drawings.py draw. Out: the same as plain pictures, with nothing but OpenCV and Pillow.

For where matplotlib is not installed. It measures nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from digits.evaluation.inside import COLUMNS, MAPS_PER_LAYER
from digits.evaluation.inspect.explain import Occlusion
from digits.evaluation.page import FAINT, INK, RULE
from digits.files import replacing
from digits.reading.result import ByteArray, FloatArray

WIDTH_PX, MARGIN_PX = 1_600, 40
HEAD_PX, TEXT_PX = 34, 24
CELL_PX = 88  # of a filter or a map, the gap beside it not counted
GAP_PX = 7
NAMES_PX = 330  # what stands left of a row of maps
PANEL_PX = 480
# Ink counts for it, and against it: the ends of matplotlib's PuOr_r, which inside.py draws with.
FOR, AGAINST = (127, 59, 8), (45, 0, 75)
Colours = npt.NDArray[np.uint8]


def draw_filters(kernel: FloatArray, path: Path, *, title: str) -> None:
    """Draw every filter of ``kernel`` float (height, width, 1, filters), orange where ink counts for it, white at 0."""
    rows = -(-kernel.shape[3] // COLUMNS)
    with replacing(path) as file:
        sheet = _Sheet(title, rows * (CELL_PX + GAP_PX))
        scaled = kernel[:, :, 0] / (np.abs(kernel).max() or 1)
        for i in range(kernel.shape[3]):
            row, column = divmod(i, COLUMNS)
            place = MARGIN_PX + column * (CELL_PX + GAP_PX), row * (CELL_PX + GAP_PX)
            sheet.picture(_signed(scaled[:, :, i]), place, CELL_PX)
        sheet.image.save(file, "PNG")


def draw_layers(outputs: Mapping[str, FloatArray], path: Path, *, title: str) -> None:
    """Draw one digit's way: a row for each layer in ``outputs``, maps (height, width, channels), bars (units,)."""
    with replacing(path) as file:
        sheet = _Sheet(title, len(outputs) * (CELL_PX + GAP_PX))
        for row, (name, values) in enumerate(outputs.items()):
            top = row * (CELL_PX + GAP_PX)
            sheet.text(name, (MARGIN_PX, top + 12), INK)
            sheet.text(" x ".join(map(str, values.shape)), (MARGIN_PX, top + 44), FAINT)
            if values.ndim == 1:
                sheet.bars(values, (NAMES_PX, top))
                continue
            for i in range(min(MAPS_PER_LAYER, values.shape[2])):
                sheet.picture(_grey(values[..., i]), (NAMES_PX + i * (CELL_PX + GAP_PX), top), CELL_PX)
        sheet.image.save(file, "PNG")


def draw_occlusion(found: Occlusion, frame: ByteArray, path: Path, *, title: str) -> None:
    """Draw ``frame`` uint8 (28, 28), how much each part of it matters, and what is answered without it."""
    fallen = (found.confidence - found.probability).clip(0)
    heat = np.rint(fallen / max(float(fallen.max()), 1e-6) * 255).astype(np.uint8)
    glowing = np.asarray(cv2.cvtColor(cv2.applyColorMap(heat, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB), np.uint8)
    faint = _grey(frame.astype(np.float32)) // 4 + 191
    changed = np.argwhere(found.answers != found.answer)
    headings = (
        "the image",
        f"covered here, falls by {100 * fallen.max():.1f} points at most",
        "another answer" if len(changed) else "no patch changes the answer",
    )
    with replacing(path) as file:
        sheet = _Sheet(title, PANEL_PX + 40)
        step = PANEL_PX + MARGIN_PX
        for i, pixels in enumerate((_grey(frame.astype(np.float32)), glowing, faint)):
            sheet.text(headings[i], (MARGIN_PX + i * step, 0), INK)
            sheet.picture(pixels, (MARGIN_PX + i * step, 40), PANEL_PX)
        for row, column in changed:
            place = MARGIN_PX + 2 * step + column * PANEL_PX // 28 + 3, 40 + row * PANEL_PX // 28 - 4
            sheet.text(str(found.answers[row, column]), place, INK)
        sheet.image.save(file, "PNG")


class _Sheet:
    """A white picture with a title; places are left and top in the ``body_px`` high part below it."""

    def __init__(self, title: str, body_px: int) -> None:
        font = ImageFont.load_default(HEAD_PX)
        self._top = 2 * MARGIN_PX + HEAD_PX
        self.image = Image.new("RGB", (WIDTH_PX, self._top + body_px + MARGIN_PX), "white")
        self._draw = ImageDraw.Draw(self.image)
        self._font = ImageFont.load_default(TEXT_PX)
        self._draw.text((MARGIN_PX, MARGIN_PX), title, fill=INK, font=font)

    def text(self, words: str, place: tuple[int, int], colour: str) -> None:
        self._draw.text((place[0], self._top + place[1]), words, fill=colour, font=self._font)

    def picture(self, pixels: Colours, place: tuple[int, int], size_px: int) -> None:
        """Draw ``pixels`` uint8 (height, width, 3) with hard edges in a frame, ``size_px`` wide and high."""
        left, top = place[0], self._top + place[1]
        shown = Image.fromarray(pixels).resize((size_px, size_px), Image.Resampling.NEAREST)
        self.image.paste(shown, (left, top))
        self._draw.rectangle((left - 1, top - 1, left + size_px, top + size_px), outline=RULE)

    def bars(self, values: FloatArray, place: tuple[int, int]) -> None:
        """Draw ``values`` (n,) as bars from a common zero line, as wide as a row of maps; up to ten are numbered."""
        width = MAPS_PER_LAYER * (CELL_PX + GAP_PX) / len(values)
        least, most = min(0.0, float(values.min())), max(0.0, float(values.max()))
        scale = CELL_PX / ((most - least) or 1.0)
        zero = self._top + place[1] + most * scale
        for i, value in enumerate(values):
            left = place[0] + i * width
            if len(values) <= 10:
                self.text(str(i), (round(left), place[1]), FAINT)
            ends = sorted((zero, zero - float(value) * scale))
            self._draw.rectangle((left + 0.1 * width, ends[0], left + 0.9 * width, ends[1]), fill=INK)
        self._draw.line((place[0], zero, place[0] + width * len(values), zero), fill=FAINT)


def _grey(values: FloatArray) -> Colours:
    """Return ``values`` (height, width) as shades, paper for 0 or the least, black for the largest."""
    least = min(0.0, float(values.min()))
    share = (values - least) / ((float(values.max()) - least) or 1.0)
    return np.repeat(np.rint(255 * (1 - share)).astype(np.uint8)[..., np.newaxis], 3, axis=2)


def _signed(values: FloatArray) -> Colours:
    """Return ``values`` (height, width) in [-1, 1] as colours, white for 0."""
    ends = np.where(values[..., np.newaxis] > 0, FOR, AGAINST)
    return np.asarray(np.rint(255 + (ends - 255) * np.abs(values[..., np.newaxis])), np.uint8)

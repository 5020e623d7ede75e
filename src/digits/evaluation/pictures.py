"""In: MNIST-style images with labels. Out: ``most_wrong.png`` and a contact sheet of samples per digit.

Both return their figure and, without a path, save nothing.

Images are shown dark on light, as ink on paper, since people read and print them so. It measures nothing.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from digits.errors import DataError
from digits.evaluation.metrics import N_DIGITS
from digits.evaluation.page import FAINT, RULE, WIDTH_IN, page
from digits.evaluation.wording import floor_percent
from digits.reading.result import ByteArray, FloatArray, IntArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_PX = 28
COLUMNS = 5
GAP_PX = 3


def draw_most_wrong(
    images: ByteArray,
    labels: IntArray,
    probabilities: FloatArray,
    path: Path | None = None,
    *,
    count: int = 25,
    title: str,
) -> Figure:
    """Draw the ``count`` wrong answers the network was most sure of, each with truth, answer, confidence and index.

    ``images`` uint8 (n, 28, 28), light ink on black; ``labels`` int (n,) in 0-9; ``probabilities`` float (n,
    10). Without any error the picture says so. Raises ``DataError`` when the three do not belong together.
    """
    _check(images, labels)
    if probabilities.shape != (len(labels), N_DIGITS):
        raise DataError(
            f"expected probabilities ({len(labels)}, {N_DIGITS}); got {probabilities.shape}; "
            "give one row of ten per image"
        )
    chosen = most_wrong(labels, probabilities, count)
    rows = max(1, math.ceil(len(chosen) / COLUMNS))
    note = "Ordered by confidence in the wrong answer; # is the image's place among those measured, from 0."
    with page(path, title=title, note=note, body_in=0.1 + 1.85 * rows if len(chosen) else 0.8) as sheet:
        if not len(chosen):
            words = f"No errors in {len(labels):,} images."
            sheet.figure.text(0.5, (sheet.bottom + sheet.top) / 2, words, size=13, ha="center", va="center")
            return sheet.figure
        grid = sheet.figure.add_gridspec(
            rows, COLUMNS, left=0.04, right=0.96, bottom=sheet.bottom + 0.01, top=sheet.top - 0.1 / sheet.height_in,
            wspace=0.2, hspace=0.0,
        )  # fmt: skip
        for place, index in enumerate(chosen):
            axes = sheet.figure.add_subplot(grid[place // COLUMNS, place % COLUMNS])
            answer = int(probabilities[index].argmax())
            _paper(axes, images[index])
            axes.set_title(f"{labels[index]} read as {answer}", size=11, pad=4)
            sure = f"{floor_percent(float(probabilities[index, answer]))} sure   #{index}"
            axes.set_xlabel(sure, size=9, color=FAINT, labelpad=3, loc="left")
    return sheet.figure


def most_wrong(labels: IntArray, probabilities: FloatArray, count: int) -> IntArray:
    """Indices int64 (at most ``count``,) of wrong answers, most confident first, on a tie the earlier image first."""
    answers = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(answers != labels)
    order = np.argsort(-probabilities[wrong, answers[wrong]], kind="stable")
    return wrong[order][:count].astype(np.int64)


def draw_contact_sheet(
    images: ByteArray, labels: IntArray, path: Path | None = None, *, per_class: int = 20, title: str
) -> Figure:
    """Draw up to ``per_class`` samples of each digit, one digit a row, and how many there are.

    ``images`` uint8 (n, 28, 28), light ink on black; ``labels`` int (n,) in 0-9. Samples are spread evenly
    over each digit's images, in their order, so that every part of a sorted dataset is seen; the choice is
    not random. Raises ``DataError`` when images and labels do not belong together, or there are none.
    """
    _check(images, labels)
    if not len(labels):
        raise DataError("expected at least one image to show, got none; give a dataset that is not empty")
    mosaic = _mosaic(images, labels, per_class)
    height, width = mosaic.shape
    width_in = WIDTH_IN * 0.83 * min(1.0, per_class / 20)  # fewer samples make a narrower sheet, not larger digits
    body_in = width_in * height / width + 0.35
    with page(path, title=title, body_in=body_in) as sheet:
        image_height = width_in * height / width / sheet.height_in
        axes = sheet.figure.add_axes((0.065, sheet.bottom, width_in / WIDTH_IN, image_height))
        axes.imshow(mosaic, cmap="gray_r", vmin=0, vmax=255, interpolation="nearest", aspect="auto")
        axes.set_axis_off()
        _count_rows(axes, labels, width)
    return sheet.figure


def _count_rows(axes: Axes, labels: IntArray, width_px: int) -> None:
    cell = SIZE_PX + GAP_PX
    counts = np.bincount(labels, minlength=N_DIGITS)
    for digit in range(N_DIGITS):
        middle = digit * cell + SIZE_PX / 2
        axes.text(-cell * 0.45, middle, str(digit), size=13, weight="bold", ha="center", va="center")
        axes.text(width_px + cell * 0.3, middle, f"{counts[digit]:,}", size=10, va="center")
        if digit:
            axes.axhline(digit * cell - GAP_PX / 2 - 0.5, color=RULE, linewidth=0.8)
    axes.text(width_px + cell * 0.3, -cell * 0.25, "images", size=9, color=FAINT, va="center")


def _mosaic(images: ByteArray, labels: IntArray, per_class: int) -> ByteArray:
    cell = SIZE_PX + GAP_PX
    mosaic = np.zeros((N_DIGITS * cell - GAP_PX, per_class * cell - GAP_PX), dtype=np.uint8)
    for digit in range(N_DIGITS):
        members = np.flatnonzero(labels == digit)
        spread = np.linspace(0, len(members) - 1, min(per_class, len(members))).round().astype(int)
        for column, index in enumerate(members[spread] if len(members) else members):
            top, left = digit * cell, column * cell
            mosaic[top : top + SIZE_PX, left : left + SIZE_PX] = images[index]
    return mosaic


def _paper(axes: Axes, image: npt.NDArray[np.uint8]) -> None:
    axes.imshow(image, cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(RULE)


def _check(images: ByteArray, labels: IntArray) -> None:
    if images.dtype != np.uint8 or images.shape != (len(labels), SIZE_PX, SIZE_PX):
        raise DataError(
            f"expected images uint8 ({len(labels)}, {SIZE_PX}, {SIZE_PX}), one per label; "
            f"got {images.dtype} {images.shape}; give MNIST-style images"
        )

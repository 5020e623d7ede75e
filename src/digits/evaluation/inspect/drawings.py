"""In: a network taken apart, and answers about it. Out: filters, activations, occlusion and feature map as PNG files.

Draws what others computed; it measures nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.evaluation.inspect.explain import Occlusion
from digits.evaluation.inspect.layers import Anatomy
from digits.evaluation.metrics import N_DIGITS
from digits.evaluation.page import INK, WIDTH_IN, Page, page
from digits.evaluation.pictures import floor_percent
from digits.reading.result import ByteArray, FloatArray, IntArray

CHANNELS = 16
HALF_INK = 127
ERRORS_NAMED = 40  # more would cover each other
ROW_IN = 0.62
KERNELS_IN, KERNELS_TITLE_IN = 3.65, 0.4
# Ten hues that differ in lightness too; a letter in each cloud says which is which.
HUES = (
    "#1f77b4", "#d95f02", "#1b9e77", "#c22f3a", "#7a43a8", "#8c564b", "#d35fa6", "#5f6a72", "#a39a00", "#17a2b8",
)  # fmt: skip


def draw_filters(anatomy: Anatomy, path: Path, *, title: str) -> None:
    """Draw the kernels of every convolution: a column of small squares an output channel, a row an input channel."""
    kernels = [(layer.name, next(iter(layer.weights.values()))) for layer in anatomy.layers if layer.kind == "Conv"]
    rows = [kernels[start : start + 2] for start in range(0, len(kernels), 2)]
    mosaics = {name: _tiles(kernel) for name, kernel in kernels}
    heights_in = [max(KERNELS_IN * _ratio(mosaics[name]) for name, _ in row) + KERNELS_TITLE_IN for row in rows]
    note = "Columns: output channels; rows: input channels (the first layer has one: its kernels stand in rows of 8). "
    with page(path, title=title, note=note + "Blue below zero, red above.", body_in=sum(heights_in) + 0.15) as sheet:
        top = sheet.top
        for row, height_in in zip(rows, heights_in, strict=True):
            for column, (name, kernel) in enumerate(row):
                drawn_in = KERNELS_IN * _ratio(mosaics[name])
                bottom = top - (KERNELS_TITLE_IN + drawn_in) / sheet.height_in
                place = (0.032 + 0.488 * column, bottom, KERNELS_IN / WIDTH_IN, drawn_in / sheet.height_in)
                axes = sheet.figure.add_axes(place)
                most = float(np.nanmax(np.abs(mosaics[name])))
                axes.imshow(mosaics[name], cmap="RdBu_r", vmin=-most, vmax=most, interpolation="nearest")
                outputs, inputs, tall, wide = kernel.shape
                axes.set_title(f"{name}: {outputs} × {inputs} kernels of {tall}×{wide}", size=10)
                axes.set_axis_off()
            top -= height_in / sheet.height_in


def draw_activations(anatomy: Anatomy, frame: ByteArray, path: Path, *, title: str) -> None:
    """Draw what each layer makes of ``frame`` uint8 (28, 28): its strongest channels, or all its numbers as a strip."""
    shown = [row for row in anatomy.rows if len(row.shape) in (1, 3) and row.kind not in ("Reshape", "Flatten")]
    note = f"Of each layer the {CHANNELS} channels that vary most, in their order, each on its layer's scale."
    with page(path, title=title, note=note, body_in=ROW_IN * (len(shown) + 1)) as sheet:
        step = _body(sheet) / (len(shown) + 1)
        rows = [("the image", frame[np.newaxis].astype(np.float32))]
        rows += [(f"{row.name}\n{'×'.join(map(str, row.shape))}", anatomy.outputs[row.name]) for row in shown]
        for place, (name, values) in enumerate(rows):
            bottom = sheet.top - step * (place + 1)
            sheet.figure.text(0.03, bottom + step / 2, name, size=8, va="center", color=INK)
            axes = sheet.figure.add_axes((0.24, bottom + step * 0.06, 0.74, step * 0.88))
            strip = _strip(values) if values.ndim == 3 else values[np.newaxis]
            axes.imshow(strip, cmap="viridis", interpolation="nearest", aspect="equal" if values.ndim == 3 else "auto")
            axes.set_anchor("W")
            axes.set_axis_off()


def draw_occlusion(found: Occlusion, frame: ByteArray, path: Path, *, title: str) -> None:
    """Draw ``frame`` uint8 (28, 28), how much each part of it matters, and what is answered without it."""
    note = (
        "Left: the image. Middle: how far the probability falls when a patch here is covered. Right: the answer then."
    )
    with page(path, title=title, note=note, body_in=2.9) as sheet:
        grid = sheet.figure.add_gridspec(
            1, 3, left=0.04, right=0.96, bottom=sheet.bottom + 0.03, top=sheet.top - 0.1, wspace=0.12
        )
        image, fall, other = (sheet.figure.add_subplot(grid[0, i]) for i in range(3))
        image.imshow(frame, cmap="gray_r", interpolation="nearest")
        image.set_title(f"read as {found.answer}, {floor_percent(found.confidence)} sure", size=10)
        fallen = (found.confidence - found.probability).clip(0)
        fall.imshow(fallen, cmap="inferno", vmin=0, interpolation="nearest")
        if frame.max() > HALF_INK:
            fall.contour(frame, levels=[HALF_INK], colors="white", linewidths=0.8)
        fall.set_title(f"falls by {100 * fallen.max():.1f} points at most", size=10)
        other.imshow(frame, cmap="gray_r", alpha=0.25, interpolation="nearest")
        changed = np.argwhere(found.answers != found.answer)
        for row, column in changed:
            value = int(found.answers[row, column])
            other.text(column, row, str(value), size=6, ha="center", va="center", color=HUES[value])
        other.set_title("another answer" if len(changed) else "no patch changes the answer", size=10)
        for axes in (image, fall, other):
            axes.set_axis_off()


def draw_features(
    places: FloatArray, labels: IntArray, answers: IntArray, path: Path, *, title: str, note: str
) -> None:
    """Draw each image's ``places`` (n, 2), coloured by ``labels``, int (n,); where ``answers`` differ, its answer."""
    with page(path, title=title, note=note, body_in=7.4) as sheet:
        axes = sheet.figure.add_axes((0.03, sheet.bottom + 0.01, 0.94, _body(sheet) - 0.02))
        for digit in range(N_DIGITS):
            own = places[(labels == digit) & (answers == digit)]
            axes.scatter(own[:, 0], own[:, 1], s=7, color=HUES[digit], alpha=0.55, linewidths=0)
        wrong = np.flatnonzero(labels != answers)
        axes.scatter(places[wrong, 0], places[wrong, 1], s=80, facecolors="none", edgecolors=INK, linewidths=1)
        for index in wrong[:ERRORS_NAMED]:
            words = f"{labels[index]}→{answers[index]}"
            axes.annotate(words, places[index], (6, 4), textcoords="offset points", size=8)
        for digit in np.unique(labels):
            x, y = np.median(places[labels == digit], axis=0)
            box: dict[str, Any] = {"facecolor": "white", "edgecolor": HUES[digit], "boxstyle": "circle,pad=0.2"}
            axes.text(x, y, str(digit), size=13, weight="bold", color=HUES[digit], ha="center", va="center", bbox=box)
        axes.set_axis_off()


def _body(sheet: Page) -> float:
    return sheet.top - sheet.bottom


def _tiles(kernel: FloatArray) -> npt.NDArray[np.float32]:
    """Return (out, in, h, w) as one picture with a gap between kernels; those of one input channel in rows of 8."""
    grid = kernel.reshape(-1, 8, *kernel.shape[2:]) if kernel.shape[1] == 1 else kernel.swapaxes(0, 1)
    rows, columns, height, width = grid.shape
    tiles = np.full((rows, height + 1, columns, width + 1), np.nan, np.float32)
    tiles[:, :height, :, :width] = grid.transpose(0, 2, 1, 3)
    return tiles.reshape(rows * (height + 1), columns * (width + 1))


def _ratio(picture: npt.NDArray[np.float32]) -> float:
    return float(picture.shape[0] / picture.shape[1])


def _strip(values: FloatArray) -> npt.NDArray[np.float32]:
    """Return the ``CHANNELS`` of (channels, h, w) that vary most, side by side with a gap between."""
    spread = values.std(axis=(1, 2))
    chosen = np.sort(np.argsort(-spread, kind="stable")[:CHANNELS])
    gap = max(1, values.shape[2] // 10)
    strip = np.full((values.shape[1], len(chosen) * (values.shape[2] + gap)), np.nan, np.float32)
    for place, channel in enumerate(chosen):
        left = place * (values.shape[2] + gap)
        strip[:, left : left + values.shape[2]] = values[channel]
    return strip

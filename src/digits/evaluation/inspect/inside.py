"""In: kernels and layer outputs of a network. Out: figures of its filters, and of one digit on its way through.

It runs no network; ``training.network.activations`` does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from digits.errors import DataError
from digits.evaluation.page import FAINT, INK, RULE, page
from digits.reading.result import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 16
CELL_IN = 0.46
# What a row of a digit's way shows: more maps would be too small to see anything in.
MAPS_PER_LAYER = 12
TICKS_IN = 0.25  # between the last row's numbers and a note
LONGEST_NAME = 14  # in full size; a longer one would run into the maps


def draw_filters(kernel: npt.ArrayLike, path: Path | None = None, *, title: str) -> Figure:
    """Draw every filter of a first convolution: purple where ink counts against it, orange where ink counts for it.

    ``kernel`` float (height, width, 1, filters), as Keras keeps it; all share one scale, white is 0. Raises
    ``DataError`` for another shape: deeper filters have a slice for every input channel, so they are not pictures.
    """
    weights = np.asarray(kernel, np.float32)
    if weights.ndim != 4 or weights.shape[2] != 1:
        raise DataError(
            f"expected the kernel of a first convolution (height, width, 1, filters); got {weights.shape}; "
            "give conv1's, whose input has one channel"
        )
    rows = math.ceil(weights.shape[3] / COLUMNS)
    most = float(np.abs(weights).max()) or 1.0
    note = "Orange: ink here counts for a match. Purple: against it. All filters share one scale, on which white is 0."
    with page(path, title=title, note=note, body_in=0.2 + CELL_IN * rows) as sheet:
        grid = sheet.figure.add_gridspec(
            rows,
            COLUMNS,
            left=0.03,
            right=0.97,
            bottom=sheet.bottom + 0.1 / sheet.height_in,
            top=sheet.top - 0.1 / sheet.height_in,
        )
        for i in range(weights.shape[3]):
            axes = sheet.figure.add_subplot(grid[i // COLUMNS, i % COLUMNS])
            _picture(axes, weights[:, :, 0, i], cmap="PuOr_r", vmin=-most, vmax=most)
    return sheet.figure


def draw_layers(outputs: Mapping[str, FloatArray], path: Path | None = None, *, title: str, note: str = "") -> Figure:
    """Draw one digit's way: a row for each layer in ``outputs``, maps as pictures, numbers as bars.

    ``outputs`` holds, in order, float (height, width, channels) or (units,) under each layer's name. If there are many
    maps, the first are shown, each on its own scale from 0 or its least value to its largest, darker for more. Raises
    ``DataError`` for no layer or another shape.
    """
    if not outputs or any(values.ndim not in (1, 3) for values in outputs.values()):
        shapes = ", ".join(f"{name} {values.shape}" for name, values in outputs.items()) or "nothing"
        raise DataError(
            f"expected outputs of one image, (height, width, channels) or (units,); got {shapes}; "
            "take one image of each: output[0]"
        )
    row_in, ticks_in = 0.66, TICKS_IN if note else 0.0
    with page(path, title=title, note=note, body_in=0.1 + row_in * len(outputs) + ticks_in) as sheet:
        grid = sheet.figure.add_gridspec(
            len(outputs), MAPS_PER_LAYER, left=0.21, right=0.975, bottom=sheet.bottom + ticks_in / sheet.height_in,
            top=sheet.top - 0.1 / sheet.height_in, hspace=0.25, wspace=0.12,
        )  # fmt: skip
        for row, (name, values) in enumerate(outputs.items()):
            if values.ndim == 1:
                axes = sheet.figure.add_subplot(grid[row, :])
                _bars(axes, values)
            else:
                for i in range(min(MAPS_PER_LAYER, values.shape[2])):
                    axes = sheet.figure.add_subplot(grid[row, i])
                    least = min(0.0, float(values[..., i].min()))
                    _picture(axes, values[..., i], cmap="gray_r", vmin=least, vmax=float(values[..., i].max()) or 1.0)
            middle = grid[row, 0].get_position(sheet.figure)
            height = (middle.y0 + middle.y1) / 2
            shape = "×".join(map(str, values.shape))
            size = 10 if len(name) <= LONGEST_NAME else 7.5
            sheet.figure.text(0.03, height + 0.05 / sheet.height_in, name, size=size, weight="bold", color=INK)
            sheet.figure.text(0.03, height - 0.14 / sheet.height_in, shape, size=9, color=FAINT)
    return sheet.figure


def _picture(axes: Axes, values: npt.NDArray[np.float32], **shades: Any) -> None:
    axes.imshow(values, interpolation="nearest", **shades)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(RULE)


def _bars(axes: Axes, values: npt.NDArray[np.float32]) -> None:
    axes.bar(np.arange(len(values)), values, color=INK, width=0.8)
    axes.axhline(0, color=FAINT, linewidth=0.8)
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_xlim(-0.6, len(values) - 0.4)
    if len(values) <= 10:
        axes.set_xticks(np.arange(len(values)))
        axes.tick_params(length=0, labelsize=9, pad=1)
    else:
        axes.set_xticks([])

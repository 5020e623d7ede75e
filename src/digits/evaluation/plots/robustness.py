"""In: ``Robustness`` and an image. Out: ``robustness.png``, one panel per distortion above the image at each strength.

It draws figures that others computed and measures nothing.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digits.evaluation.distortion.robustness import FLOOR
from digits.evaluation.page import FAINT, INK, RULE, TRAINING, VALIDATION, WIDTH_IN, page
from digits.reading.result import ByteArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from digits.evaluation.distortion.robustness import Curve, Robustness

COLUMNS = 2
LEFT, PANEL_WIDTH, PANEL_GAP = 0.085, 0.405, 0.09  # of the page's width
ROW_IN, PANEL_IN, TITLE_IN = 2.2, 1.15, 0.32
LEGEND_IN = 0.38
THUMBNAIL_IN = 0.33
# The band at both ends of an axis, as a share of its length: half a thumbnail.
PAD = 0.055


def draw_robustness(robustness: Robustness, example: ByteArray, path: Path, *, title: str) -> None:
    """Draw accuracy and mean confidence against strength, one panel per family, above pictures of each strength.

    ``example`` uint8 (28, 28), light ink on black, is the image that is shown distorted, as the network sees it. Where
    confidence is above accuracy, the reader is overconfident; that area is hatched.
    """
    rows = max(1, math.ceil(len(robustness.curves) / COLUMNS))
    note = (
        f"Each point: {robustness.sample}. Dotted: {100 * FLOOR:g} % accuracy. Under each strength, one image as the "
        "network sees it; dark frame: not distorted."
    )
    lowest = min(min(point.accuracy, point.confidence) for curve in robustness.curves for point in curve.points)
    floor = max(0.0, math.floor(lowest * 4 - 0.2) / 4)
    with page(path, title=title, note=note, body_in=LEGEND_IN + rows * ROW_IN) as sheet:
        for place, curve in enumerate(robustness.curves):
            left = LEFT + place % COLUMNS * (PANEL_WIDTH + PANEL_GAP)
            from_top_in = LEGEND_IN + place // COLUMNS * ROW_IN + TITLE_IN + PANEL_IN
            bottom = sheet.top - from_top_in / sheet.height_in
            axes = sheet.figure.add_axes((left, bottom, PANEL_WIDTH, PANEL_IN / sheet.height_in))
            _panel(axes, curve, floor)
            _thumbnails(sheet.figure, axes, curve, example)
        handles, names = sheet.figure.axes[0].get_legend_handles_labels()
        corner = (0.02, sheet.top)
        sheet.figure.legend(handles[::-1], names[::-1], loc="upper left", bbox_to_anchor=corner, ncols=3, frameon=False)


def _panel(axes: Axes, curve: Curve, floor: float) -> None:
    ticks = [point.strength for point in curve.points]
    accuracy = np.array([point.accuracy for point in curve.points])
    confidence = np.array([point.confidence for point in curve.points])
    places = curve.places()
    axes.fill_between(
        places, accuracy, confidence, where=confidence > accuracy, interpolate=True,
        facecolor="#f6e9e0", edgecolor=FAINT, hatch="////", linewidth=0, zorder=1, label="overconfident",
    )  # fmt: skip
    axes.axhline(FLOOR, color=FAINT, linewidth=1, linestyle=":", zorder=2)
    axes.plot(places, confidence, label="mean confidence", zorder=3, clip_on=False, **TRAINING)
    axes.plot(places, accuracy, label="accuracy", zorder=4, clip_on=False, **VALIDATION)
    axes.set_title(curve.family.name, pad=9)
    axes.set_title(curve.family.meaning, pad=9, loc="right", size=9, weight="normal", color=FAINT)
    axes.set_xlim(-PAD, 1 + PAD)
    axes.set_xticks(places, [f"{tick:g}" for tick in ticks])
    axes.set_ylim(floor, 1)
    shares = np.linspace(floor, 1, round((1 - floor) / 0.25) + 1)
    axes.set_yticks(shares, [f"{100 * share:.0f} %" for share in shares])
    axes.grid(visible=True, axis="y")


def _thumbnails(figure: Figure, axes: Axes, curve: Curve, example: ByteArray) -> None:
    panel = axes.get_position()
    width, height = THUMBNAIL_IN / WIDTH_IN, THUMBNAIL_IN * panel.height / PANEL_IN
    for point, place in zip(curve.points, curve.places(), strict=True):
        middle = panel.x0 + panel.width * (place + PAD) / (1 + 2 * PAD)
        image = curve.family.distort(example[np.newaxis], point.strength)[0]
        under = panel.y0 - 0.27 * panel.height / PANEL_IN - height
        picture = figure.add_axes((middle - width / 2, under, width, height))
        picture.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        picture.set_xticks([])
        picture.set_yticks([])
        is_identity = point.strength == curve.family.identity
        for spine in picture.spines.values():
            spine.set_visible(True)
            spine.set_color(INK if is_identity else RULE)
            spine.set_linewidth(1.6 if is_identity else 0.8)

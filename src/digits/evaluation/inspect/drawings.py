"""In: answers about a network. Out: the occlusion map and the map of its features, as PNG files.

It draws what others computed and measures nothing. Filters and activations: evaluation/inspect/inside.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digits.evaluation.inspect.explain import PATCH_PX, Occlusion
from digits.evaluation.metrics import N_DIGITS
from digits.evaluation.page import FAINT, INK, WIDTH_IN, Page, page
from digits.evaluation.wording import floor_percent
from digits.reading.result import ByteArray, FloatArray, IntArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

HALF_INK = 127
# A fall of a few points must be seen and must not look like much: the scale, 0 to 100 points, is of square roots.
FALL_TICKS = (0, 1, 5, 10, 25, 50, 75, 100)
BAR_WIDTH = 0.07
LEAST_FALL = 0.1  # points
ERRORS_NAMED = 40  # more would cover each other
# Ten hues that differ in lightness too; a letter in each cloud says which is which.
HUES = (
    "#1f77b4", "#d95f02", "#1b9e77", "#c22f3a", "#7a43a8", "#8c564b", "#d35fa6", "#5f6a72", "#a39a00", "#17a2b8",
)  # fmt: skip


def draw_occlusion(found: Occlusion, frame: ByteArray, path: Path | None = None, *, title: str) -> Figure:
    """Draw ``frame`` uint8 (28, 28), how much each part of it matters, and the answer without that part if another.

    The colours mean the same in every such picture, so that two can be compared.
    """
    changed = np.argwhere(found.answers != found.answer)
    panels = 3 if len(changed) else 2
    note = (
        f"Left: the image. Right of it: how far the probability of {found.answer} falls when the patch of "
        f"{PATCH_PX}×{PATCH_PX} pixels around a place is covered. "
        + ("On the right: the answer then, where it is another." if len(changed) else "No patch changes the answer.")
    )
    width, gap = (0.27, 0.03) if panels == 3 else (0.4, 0.04)
    with page(path, title=title, note=note, body_in=WIDTH_IN * width + 0.6) as sheet:
        bottom, height = sheet.bottom + 0.15 / sheet.height_in, WIDTH_IN * width / sheet.height_in
        places = [
            (gap + i * (width + gap) + (BAR_WIDTH if i == 2 else 0), bottom, width, height) for i in range(panels)
        ]
        image, fall, *other = (sheet.figure.add_axes(place) for place in places)
        image.imshow(frame, cmap="gray_r", interpolation="nearest")
        image.set_title(f"read as {found.answer}, {floor_percent(found.confidence)} sure", size=10)
        _draw_fall(fall, found, frame)
        bar = sheet.figure.add_axes((places[1][0] + width + 0.01, bottom + 0.04, 0.014, height - 0.08))
        _draw_bar(bar, fall.get_images()[0])
        for axes in other:
            axes.imshow(frame, cmap="gray_r", alpha=0.25, interpolation="nearest")
            for row, column in changed:
                value = int(found.answers[row, column])
                axes.text(column, row, str(value), size=6, ha="center", va="center", color=HUES[value])
            axes.set_title("another answer", size=10)
        for axes in (image, fall, *other):
            axes.set_axis_off()
    return sheet.figure


def _draw_fall(axes: Axes, found: Occlusion, frame: ByteArray) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap, PowerNorm

    points = 100 * (found.confidence - found.probability).clip(0)
    shades = colormaps["Oranges"](np.linspace(0, 1, 256))
    shades[0] = 1  # no fall is white, as the paper
    axes.imshow(points, cmap=ListedColormap(shades), norm=PowerNorm(0.5, vmin=0, vmax=100), interpolation="nearest")
    if frame.max() > HALF_INK:
        axes.contour(frame, levels=[HALF_INK], colors=FAINT, linewidths=0.9)
    most = float(points.max())
    words = f"{most:.1f} points at most" if most >= LEAST_FALL else f"less than {LEAST_FALL} points everywhere"
    axes.set_title(f"falls by {words}", size=10)


def _draw_bar(axes: Axes, image: AxesImage) -> None:
    bar = axes.figure.colorbar(image, cax=axes, ticks=FALL_TICKS)
    bar.ax.set_yticklabels([f"{tick}" for tick in FALL_TICKS])
    bar.ax.tick_params(labelsize=8, length=2)
    bar.ax.set_title("points", size=8, loc="left", weight="normal", pad=6)
    bar.outline.set_visible(False)


def draw_features(
    places: FloatArray, labels: IntArray, answers: IntArray, path: Path, *, title: str, note: str
) -> None:
    """Draw each image's ``places`` (n, 2), coloured by ``labels``, int (n,); with ``answers`` that differ."""
    with page(path, title=title, note=note, body_in=7.4) as sheet:
        axes = sheet.figure.add_axes((0.03, sheet.bottom + 0.01, 0.94, _body(sheet) - 0.02))
        for digit in range(N_DIGITS):
            own = places[(labels == digit) & (answers == digit)]
            axes.scatter(own[:, 0], own[:, 1], s=7, color=HUES[digit], alpha=0.55, linewidths=0)
        wrong = np.flatnonzero(labels != answers)
        axes.scatter(places[wrong, 0], places[wrong, 1], s=80, facecolors="none", edgecolors=INK, linewidths=1)
        for index in wrong[:ERRORS_NAMED]:
            words = f"{labels[index]}→{answers[index]}"
            axes.annotate(words, places[index], (6, 4), textcoords="offset points", size=8, zorder=6)
        for digit in np.unique(labels):
            x, y = np.median(places[labels == digit], axis=0)
            box: dict[str, Any] = {"facecolor": "white", "edgecolor": HUES[digit], "boxstyle": "circle,pad=0.2"}
            axes.text(x, y, str(digit), size=13, weight="bold", color=HUES[digit], ha="center", va="center", bbox=box)
        axes.set_axis_off()


def _body(sheet: Page) -> float:
    return sheet.top - sheet.bottom

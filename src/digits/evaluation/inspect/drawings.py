"""In: answers about a network. Out: the occlusion map and the map of its features, as PNG files.

It draws what others computed and measures nothing. Filters and activations: evaluation/inside.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from digits.evaluation.inspect.explain import Occlusion
from digits.evaluation.metrics import N_DIGITS
from digits.evaluation.page import INK, Page, page
from digits.evaluation.wording import floor_percent
from digits.reading.result import ByteArray, FloatArray, IntArray

HALF_INK = 127
ERRORS_NAMED = 40  # more would cover each other
# Ten hues that differ in lightness too; a letter in each cloud says which is which.
HUES = (
    "#1f77b4", "#d95f02", "#1b9e77", "#c22f3a", "#7a43a8", "#8c564b", "#d35fa6", "#5f6a72", "#a39a00", "#17a2b8",
)  # fmt: skip


def draw_occlusion(found: Occlusion, frame: ByteArray, path: Path, *, title: str) -> None:
    """Draw ``frame`` uint8 (28, 28), how much each part of it matters, and the answer without that part."""
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
            axes.annotate(words, places[index], (6, 4), textcoords="offset points", size=8)
        for digit in np.unique(labels):
            x, y = np.median(places[labels == digit], axis=0)
            box: dict[str, Any] = {"facecolor": "white", "edgecolor": HUES[digit], "boxstyle": "circle,pad=0.2"}
            axes.text(x, y, str(digit), size=13, weight="bold", color=HUES[digit], ha="center", va="center", bbox=box)
        axes.set_axis_off()


def _body(sheet: Page) -> float:
    return sheet.top - sheet.bottom

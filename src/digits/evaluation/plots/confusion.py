"""In: a confusion matrix. Out: ``confusion_matrix.png``, or its figure. It measures nothing."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from digits.errors import DataError
from digits.evaluation.metrics import N_DIGITS, per_digit
from digits.evaluation.page import FAINT, INK, RULE, page
from digits.reading.result import IntArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_confusion_matrix(matrix: npt.ArrayLike, path: Path | None = None, *, title: str) -> Figure:
    """Draw counts with errors shaded on their own scale, recall at each row's end and precision under each column.

    ``matrix`` integer (10, 10), rows true, columns predicted. The diagonal is a thousand times larger than the rest, so
    it is not shaded; zeros are left blank. Raises ``DataError`` for another shape or negative counts.
    """
    counts = _counts(matrix)
    note = (
        "Row: true digit. Column: predicted digit. Boxed: right answers. Shaded: errors, darker for more. "
        "Recall: share of the row that is right. Precision: share of the column that is right."
    )
    with page(path, title=title, note=note, body_in=7.0) as sheet:
        left, right = 0.09, 0.87
        bottom, top = sheet.bottom + 0.075, sheet.top - 0.09
        axes = sheet.figure.add_axes((left, bottom, right - left, top - bottom))
        _heatmap(axes, counts)
        _margins(axes, counts)
        axes.set_xlabel("predicted digit", size=11, labelpad=6)
        axes.set_ylabel("true digit", size=11, labelpad=8)
        axes.xaxis.set_label_position("top")
    return sheet.figure


def _counts(matrix: npt.ArrayLike) -> IntArray:
    counts = np.asarray(matrix)
    shape = (N_DIGITS, N_DIGITS)
    if counts.shape != shape or not np.issubdtype(counts.dtype, np.integer) or counts.min() < 0:
        raise DataError(
            f"expected a confusion matrix of counts {shape}; got {counts.dtype} {counts.shape}; "
            "give Metrics.confusion_matrix"
        )
    return counts.astype(np.int64)


def _heatmap(axes: Axes, counts: IntArray) -> None:
    import seaborn
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap, PowerNorm

    wrong = counts - np.diag(np.diag(counts))
    words = np.where(counts > 0, np.char.mod("%d", counts), "")
    # The square root keeps a single error visible beside a pair confused a hundred times.
    most = max(4, int(wrong.max()))
    size_pt = 11.5 if counts.max() < 100_000 else 11.5 * 5 / len(str(counts.max()))
    # Oranges darken steadily, also in grey; its last third is left out, since dark type must stay readable on it.
    shades = ListedColormap(colormaps["Oranges"](np.linspace(0, 0.68, 256)))
    seaborn.heatmap(
        wrong, ax=axes, mask=(wrong == 0), annot=words, fmt="", cmap=shades, cbar=False,
        norm=PowerNorm(0.5, vmin=0, vmax=most), vmin=0, vmax=most,
        linewidths=1, linecolor=RULE, annot_kws={"size": size_pt, "weight": "bold", "color": INK},
    )  # fmt: skip
    for digit in range(N_DIGITS):
        _box(axes, digit)
        if counts[digit, digit]:
            axes.text(digit + 0.5, digit + 0.5, f"{counts[digit, digit]:d}", ha="center", va="center", size=size_pt)


def _box(axes: Axes, digit: int) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((digit, digit), 1, 1, facecolor="#eef1f3", edgecolor=FAINT, linewidth=1.2, zorder=2))


def _margins(axes: Axes, counts: IntArray) -> None:
    """Digits on the left and top; recall to the right of each row, precision below each column."""
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=12, rotation=0)
    for row in per_digit(counts):
        axes.text(N_DIGITS + 0.12, row.digit + 0.5, _share(row.recall), va="center", size=10)
        axes.text(row.digit + 0.5, N_DIGITS + 0.35, _share(row.precision), ha="center", va="center", size=10)
    axes.text(N_DIGITS + 0.12, -0.3, "recall, %", size=10, color=FAINT, va="center")
    axes.text(N_DIGITS + 0.12, N_DIGITS + 0.35, "precision, %", size=10, color=FAINT, va="center")


def _share(value: float | None) -> str:
    if value is None:
        return "–"
    # 99.96 must not be shown as a perfect 100.0.
    return f"{math.floor(value * 1000) / 10:.1f}" if value < 1 else "100"

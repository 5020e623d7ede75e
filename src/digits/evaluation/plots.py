"""In: a training history, or a confusion matrix. Out: ``accuracy_loss_plot.png`` and ``confusion_matrix.png``.

Both return their figure and, without a path, save nothing, so that a notebook can show the plots of a run folder. It
measures nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from digits.errors import DataError
from digits.evaluation.metrics import N_DIGITS, per_digit
from digits.evaluation.page import FAINT, INK, RULE, TRAINING, VALIDATION, page
from digits.reading.result import IntArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HISTORY_COLUMNS = ("epoch", "accuracy", "loss", "val_accuracy", "val_loss")
ACCURACY_TICKS = (0.1, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999)
# The stretched axis has no place for an error of exactly 0; it ends at one image in 20,000.
SMALLEST_ERROR = 5e-5
SMALLEST_LOSS = 1e-6


def draw_accuracy_loss(history: Sequence[Mapping[str, float]], path: Path | None = None, *, title: str) -> Figure:
    """Draw accuracy and loss over the epochs, training and validation, and mark the best epoch.

    ``history`` holds one row per epoch, as in history.csv: epoch, accuracy and val_accuracy in [0, 1], loss and
    val_loss in nats. Best is the highest validation accuracy, then the lowest validation loss, then the earliest. Both
    axes are stretched in the range of good networks: errors and losses are placed by logarithm and labelled by value.
    Raises ``DataError`` for no epoch or a missing column.
    """
    columns = _columns(history)
    best = best_epoch(history)
    epoch = columns["epoch"][best]
    note = (
        "Training is measured while the network learns, on augmented images and with dropout where the recipe has "
        "them, so it can lie below validation. The model of the last epoch is kept. "
        "Both axes are stretched towards the good end."
    )
    with page(path, title=title, note=note, body_in=4.1) as sheet:
        grid = sheet.figure.add_gridspec(
            1, 2, left=0.095, right=0.975, bottom=sheet.bottom + 0.115, top=sheet.top - 0.16, wspace=0.24
        )
        accuracy, loss = (sheet.figure.add_subplot(grid[0, i]) for i in range(2))
        _accuracy_axis(accuracy, columns)
        _curves(accuracy, columns, best, "accuracy")
        accuracy.set_title(f"Accuracy: best {_percent(columns['val_accuracy'][best])} %, epoch {epoch:.0f}", pad=10)
        _loss_axis(loss, columns)
        _curves(loss, columns, best, "loss")
        loss.set_title(f"Loss: {columns['val_loss'][best]:.3g} in that epoch", pad=10)
        handles, names = accuracy.get_legend_handles_labels()
        place = (0.02, sheet.top)
        sheet.figure.legend(handles, names, loc="upper left", bbox_to_anchor=place, ncols=3, frameon=False)
    return sheet.figure


def best_epoch(history: Sequence[Mapping[str, float]]) -> int:
    """The index of the row with the highest validation accuracy; lower validation loss, then the earlier, on a tie."""

    def rank(i: int) -> tuple[float, float, int]:
        # NaN, from a network that diverged, compares as neither better nor worse: it must count as worst.
        accuracy, loss = float(history[i]["val_accuracy"]), float(history[i]["val_loss"])
        return (
            -math.inf if math.isnan(accuracy) else accuracy,
            -math.inf if math.isnan(loss) else -loss,
            -i,
        )

    return max(range(len(history)), key=rank)


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


def _columns(history: Sequence[Mapping[str, float]]) -> dict[str, npt.NDArray[np.float64]]:
    if not history:
        raise DataError("expected at least one epoch to draw, got none; train for an epoch first")
    missing = [name for name in HISTORY_COLUMNS if any(name not in row for row in history)]
    if missing:
        raise DataError(
            f"expected a history with {', '.join(HISTORY_COLUMNS)}; got one without {', '.join(missing)}; "
            "give the rows of a run's history.csv"
        )
    return {name: np.array([float(row[name]) for row in history]) for name in HISTORY_COLUMNS}


def _curves(axes: Axes, columns: Mapping[str, npt.NDArray[np.float64]], best: int, name: str) -> None:
    epochs = columns["epoch"]
    # Thirty markers on a panel 350 px wide would touch; about ten do not.
    every = max(1, len(epochs) // 10)
    # Not clipped: a point on the upper edge, at 100 %, would lose half its marker.
    shared: dict[str, Any] = {"markevery": every, "zorder": 3, "clip_on": False}
    axes.plot(epochs, columns[name], label="training", **TRAINING, **shared)
    axes.plot(epochs, columns[f"val_{name}"], label="validation", **VALIDATION, **shared)
    value = columns[f"val_{name}"][best]
    axes.axvline(epochs[best], color=FAINT, linewidth=1, linestyle=":", zorder=2)
    # A ring, not a filled sign: with one epoch the point inside it is all there is to see.
    axes.plot(
        [epochs[best]], [value], linestyle="none", marker="o", markersize=15, markerfacecolor="none",
        markeredgecolor=INK, markeredgewidth=1.6, zorder=4, label="best epoch by validation", clip_on=False,
    )  # fmt: skip
    axes.set_xlabel("epoch")
    axes.set_xticks(_epoch_ticks(epochs))
    pad = max(0.5, 0.03 * (epochs[-1] - epochs[0]))
    axes.set_xlim(epochs[0] - pad, epochs[-1] + pad)
    axes.grid(visible=True, axis="y")


def _epoch_ticks(epochs: npt.NDArray[np.float64]) -> list[int]:
    first, last = int(epochs[0]), int(epochs[-1])
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if (last - first) / step <= 8), last)
    return [first] + [epoch for epoch in range(first + 1, last + 1) if epoch % step == 0]


def _accuracy_axis(axes: Axes, columns: Mapping[str, npt.NDArray[np.float64]]) -> None:
    """Make equal steps of equal factors of error, so that 99.2 and 99.6 are as far apart as 98.4 and 99.2."""
    axes.set_yscale(
        "function",
        functions=(
            lambda accuracy: -np.log10(np.maximum(1 - np.asarray(accuracy), SMALLEST_ERROR)),
            lambda height: 1 - 10.0 ** -np.asarray(height),
        ),
    )
    errors = 1 - np.concatenate([columns["accuracy"], columns["val_accuracy"]])
    errors = np.maximum(errors[np.isfinite(errors)], SMALLEST_ERROR)
    if not len(errors):
        return
    low, high = 1 - min(1.0, errors.max() * 1.4), 1 - errors.min() / 1.4
    # One epoch alone would have no scale: widen until there are three values to read.
    while sum(low <= tick <= high for tick in ACCURACY_TICKS) < 3 and low > 0:
        low, high = 1 - min(1.0, (1 - low) * 1.3), 1 - max(SMALLEST_ERROR, (1 - high) / 1.3)
    ticks = {tick: f"{_percent(tick)} %" for tick in ACCURACY_TICKS if low <= tick <= high}
    if errors.min() <= SMALLEST_ERROR:
        ticks[1.0], high = "100 %", 1.0
    axes.set_ylim(low, high)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.minorticks_off()


def _loss_axis(axes: Axes, columns: Mapping[str, npt.NDArray[np.float64]]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    axes.set_yscale("log", nonpositive="clip")
    losses = np.concatenate([columns["loss"], columns["val_loss"]])
    losses = np.maximum(losses[np.isfinite(losses)], SMALLEST_LOSS)
    if not len(losses):
        return
    low, high = losses.min() / 1.2, losses.max() * 1.2
    # A range of less than a factor of 5 may hold one tick of 1, 2, 5 or none.
    while high / low < 5:
        low, high = low / 1.2, high * 1.2
    axes.set_ylim(low, high)
    subs = (1.0, 2.0, 5.0) if high / low < 1000 else (1.0,)
    axes.yaxis.set_major_locator(LogLocator(subs=subs, numticks=20))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.7f}".rstrip("0").rstrip(".")))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())


def _percent(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".")


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

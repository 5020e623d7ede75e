"""In: a training history. Out: ``accuracy_loss_plot.png``, or its figure. It measures nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digits.errors import DataError
from digits.evaluation.page import FAINT, INK, TRAINING, VALIDATION, page
from digits.evaluation.plots.scales import Scale, accuracy_scale, epoch_ticks, loss_scale, percent
from digits.evaluation.wording import as_loss

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Row = Mapping[str, float]
History = Sequence[Row]
HISTORY_COLUMNS = ("epoch", "accuracy", "loss", "val_accuracy", "val_loss")
# A sign at every epoch of more would hide the line, on a panel 350 px wide.
MOST_SIGNS = 15
MOST_EPOCH_TICKS = 8


def draw_accuracy_loss(history: History, path: Path | None = None, *, title: str, kept: int | None = None) -> Figure:
    """Draw accuracy and loss over the epochs, training and validation, and mark the epoch that was kept.

    ``history`` holds one row per epoch, as in history.csv: epoch, accuracy and val_accuracy in [0, 1], loss and
    val_loss in nats. ``kept`` is the epoch whose network was kept, by default the last. A dotted line marks the first
    epoch of the highest validation accuracy, where that is another. Both axes are stretched in the range of good
    networks: errors and losses are placed by logarithm and labelled by value. Raises ``DataError`` for no epoch or a
    missing column.
    """
    _check(history)
    row = kept_row(history, kept)
    told = f"epoch {row['epoch']:.0f} (kept)"
    with page(path, title=title, note=_note(history, row), body_in=4.1) as sheet:
        grid = sheet.figure.add_gridspec(
            1, 2, left=0.095, right=0.975, bottom=sheet.bottom + 0.115, top=sheet.top - 0.16, wspace=0.24
        )
        accuracy, loss = (sheet.figure.add_subplot(grid[0, i]) for i in range(2))
        _curves(accuracy, history, row, "accuracy", accuracy_scale(_both(history, "accuracy")))
        accuracy.set_title(f"Accuracy: {percent(row['val_accuracy'])}, {told}", pad=10, size=10.5)
        _curves(loss, history, row, "loss", loss_scale(_both(history, "loss")))
        loss.set_title(f"Loss: {as_loss(row['val_loss'])}, {told}", pad=10, size=10.5)
        handles, names = accuracy.get_legend_handles_labels()
        place = (0.02, sheet.top)
        sheet.figure.legend(handles, names, loc="upper left", bbox_to_anchor=place, ncols=4, frameon=False)
    return sheet.figure


def best_epoch(history: History) -> int:
    """The index of the first row with the highest validation accuracy."""

    def rank(i: int) -> float:
        # NaN, from a network that diverged, compares as neither better nor worse: it must count as worst.
        accuracy = float(history[i]["val_accuracy"])
        return -math.inf if math.isnan(accuracy) else accuracy

    return max(range(len(history)), key=rank)


def kept_row(history: History, epoch: int | None) -> Row:
    """The row of the epoch whose network was kept; the last without ``epoch``."""
    return next((row for row in history if row["epoch"] == epoch), history[-1])


def about_best(history: History, kept: Row) -> str:
    """Return a sentence that says which row's network was ``kept`` and which was the first of the best."""
    best, is_last = history[best_epoch(history)], kept is history[-1]
    is_kept = f"The network of {'the last epoch,' if is_last else 'epoch'} {kept['epoch']:.0f}{',' * is_last} is kept."
    if kept is best:
        return is_kept
    highest = f"The highest validation accuracy, {percent(best['val_accuracy'])},"
    return f"{is_kept} {highest} was first reached in epoch {best['epoch']:.0f}."


def _note(history: History, kept: Row) -> str:
    return (
        f"{about_best(history, kept)} Training is measured while the network learns, on augmented images and with "
        "dropout where the recipe has them, so it can lie below validation. Both axes are stretched towards the good "
        "end."
    )


def _check(history: History) -> None:
    if not history:
        raise DataError("expected at least one epoch to draw, got none; train for an epoch first")
    missing = [name for name in HISTORY_COLUMNS if any(name not in row for row in history)]
    if missing:
        raise DataError(
            f"expected a history with {', '.join(HISTORY_COLUMNS)}; got one without {', '.join(missing)}; "
            "give the rows of a run's history.csv"
        )


def _both(history: History, name: str) -> list[float]:
    return [float(row[part + name]) for row in history for part in ("", "val_")]


def _curves(axes: Axes, history: History, kept: Row, name: str, scale: Scale) -> None:
    epochs = [float(row["epoch"]) for row in history]
    _axes(axes, scale, epochs)
    # Not clipped: a point on the upper edge, at 100 %, would lose half its marker.
    shared: dict[str, Any] = {"zorder": 3, "clip_on": False}
    if len(epochs) > MOST_SIGNS:
        shared |= {"marker": "", "linestyle": "-", "linewidth": 1.2}
    for column, look, label in ((name, TRAINING, "training"), (f"val_{name}", VALIDATION, "validation")):
        values = [scale.place(float(row[column])) for row in history]
        axes.plot(epochs, values, label=label, **look | shared)
    # A ring, not a filled sign: with one epoch the point inside it is all there is to see.
    axes.plot(
        [kept["epoch"]], [scale.place(float(kept[f"val_{name}"]))],
        linestyle="none", marker="o", markersize=13, markerfacecolor="none",
        markeredgecolor=INK, markeredgewidth=1.6, zorder=4, label="kept", clip_on=False,
    )  # fmt: skip
    best = epochs[best_epoch(history)]
    if best != kept["epoch"]:
        axes.axvline(
            best,
            color=FAINT,
            linewidth=1.2,
            linestyle=":",
            zorder=2,
            label="highest validation accuracy, first reached",
        )


def _axes(axes: Axes, scale: Scale, epochs: Sequence[float]) -> None:
    axes.set_yscale("log", nonpositive="clip")
    axes.set_ylim(scale.low, scale.high)
    axes.set_yticks(list(scale.ticks), list(scale.ticks.values()))
    axes.minorticks_off()
    axes.set_xlabel("epoch")
    axes.set_xticks([tick for tick in epoch_ticks(int(epochs[-1]), MOST_EPOCH_TICKS) if tick >= epochs[0]])
    pad = max(0.5, 0.03 * (epochs[-1] - epochs[0]))
    axes.set_xlim(epochs[0] - pad, epochs[-1] + pad)
    axes.grid(visible=True, axis="y")

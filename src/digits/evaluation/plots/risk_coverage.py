"""In: a ``RiskCoverage``. Out: ``risk_coverage.png``, accuracy against coverage, or its figure. It measures nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digits.evaluation.page import FAINT, INK, TRAINING, VALIDATION, page
from digits.evaluation.plots.scales import accuracy_scale, percent, plain
from digits.evaluation.risk_coverage import CoveragePoint, RiskCoverage
from digits.evaluation.wording import AURC_WORDS, as_area
from digits.reading.recognition.acceptance import floored

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from digits.evaluation.plots.scales import Scale

# Coverages whose figures are written beside the curve: where its columns end, and how high a row is, in axes.
NAMED = (1.0, 0.99, 0.95)
TABLE, ROW = (0.74, 0.86, 0.985), 0.075
# The axis begins where half of the images are answered, or nearer to all where the curve is flat.
WIDEST = 0.5


def draw_risk_coverage(curve: RiskCoverage, path: Path | None = None, *, title: str) -> Figure:
    """Draw how accuracy rises as the least sure images are left to a person, with what it is at least."""
    shown = shown_points(curve)
    scale = accuracy_scale([value for point in shown for value in (point.accuracy, point.bound)])
    note = (
        "The images that are not answered, the least sure, are set aside for a person. At least: one-sided "
        "Clopper-Pearson bound, 95 %. The vertical axis is stretched towards the good end. "
        f"AURC {as_area(curve.aurc)}: {AURC_WORDS}."
    )
    with page(path, title=title, note=note, body_in=4.3) as sheet:
        height = sheet.top - sheet.bottom
        axes = sheet.figure.add_axes((0.1, sheet.bottom + 0.15 * height, 0.855, 0.72 * height))
        _axes(axes, scale, shown)
        coverage = [point.coverage for point in shown]
        measured, least = ([scale.place(value) for value in values] for values in _values(shown))
        axes.fill_between(coverage, least, measured, color=TRAINING["color"], alpha=0.12, linewidth=0, zorder=2)
        look = {"zorder": 3, "clip_on": False}
        axes.plot(coverage, least, label="at least, on other digits of this kind", **TRAINING | {"marker": ""} | look)
        axes.plot(coverage, measured, label="right of those answered", **VALIDATION | {"markersize": 4} | look)
        _table(axes, curve, scale)
        handles, names = axes.get_legend_handles_labels()
        place = (0.02, sheet.top + 0.01)
        sheet.figure.legend(handles[::-1], names[::-1], loc="upper left", bbox_to_anchor=place, ncols=2, frameon=False)
    return sheet.figure


def shown_points(curve: RiskCoverage) -> list[CoveragePoint]:
    """Return the points to draw: from half of the answers on, or from shortly before the first that has errors."""
    flawed = next((point.coverage for point in curve.points if point.wrong), 1.0)
    first = max(WIDEST, min(0.9, flawed - (1 - flawed) / 2))
    return [point for point in curve.points if point.coverage >= first] or list(curve.points[-1:])


def coverage_ticks(low: float) -> list[float]:
    """Return values for an axis of coverage from ``low`` to 1, at most seven or in steps of 0.1."""
    step = next((step for step in (0.002, 0.005, 0.01, 0.02, 0.05) if (1 - low) / step <= 6), 0.1)
    return [1 - k * step for k in range(int((1 - low) / step + 1e-9) + 1)]


def _values(points: Sequence[CoveragePoint]) -> tuple[list[float], list[float]]:
    return [point.accuracy for point in points], [point.bound for point in points]


def _axes(axes: Axes, scale: Scale, shown: Sequence[CoveragePoint]) -> None:
    axes.set_yscale("log", nonpositive="clip")
    axes.set_ylim(scale.low, scale.high)
    axes.set_yticks(list(scale.ticks), list(scale.ticks.values()))
    axes.minorticks_off()
    axes.set_xlabel("coverage: the share of images that is answered")
    low = min(shown[0].coverage, 0.999)
    ticks = coverage_ticks(low)
    axes.set_xticks(ticks, [percent(tick) for tick in ticks])
    axes.set_xlim(low, 1.0)
    axes.grid(visible=True)


def _table(axes: Axes, curve: RiskCoverage, scale: Scale) -> None:
    """Ring some points, and tell their figures in the corner that the curve, which falls, leaves free."""
    points = [point for point in map(curve.at, NAMED) if point.coverage >= axes.get_xlim()[0]]
    rows = [("set aside", "right", "at least")]
    for point in dict.fromkeys(points):
        aside = f"{plain(100 * (1 - point.coverage), decimals=1)} %" if point.answered < point.n else "nothing"
        rows.append((aside, floored(point.accuracy), floored(point.bound)))
        place = point.coverage, scale.place(point.accuracy)
        axes.plot(
            *place, marker="o", markersize=11, markerfacecolor="none", markeredgecolor=INK, zorder=4, clip_on=False
        )
    top = 0.97 if points[0].accuracy < 1 else 0.8
    for i, row in enumerate(rows):
        for x, words, weight in zip(TABLE, row, ("normal", "bold", "normal"), strict=True):
            look: dict[str, Any] = {"color": INK, "weight": weight} if i else {"color": FAINT}
            look |= {"size": 9.5, "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.5}}
            axes.text(x, top - ROW * i, words, ha="right", va="top", transform=axes.transAxes, **look)

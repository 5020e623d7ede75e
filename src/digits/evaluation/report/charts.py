"""In: figures of one run or several. Out: the charts of the page. Nothing here measures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from digits.evaluation.distortion.robustness import FLOOR, Curve
from digits.evaluation.metrics import ECE_BINS, CalibrationBin, wilson_interval
from digits.evaluation.plots.curves import MOST_SIGNS, History
from digits.evaluation.plots.risk_coverage import coverage_ticks, shown_points
from digits.evaluation.plots.scales import Scale, accuracy_scale, loss_scale, percent
from digits.evaluation.report.axes import epoch_axis, log_axis, share_axis
from digits.evaluation.report.mistakes import to_data_uri
from digits.evaluation.report.svg import Axis, Chart
from digits.evaluation.risk_coverage import RiskCoverage
from digits.evaluation.wording import as_loss
from digits.reading.recognition.acceptance import floored
from digits.reading.result import ByteArray

PICTURE_SIZE = 26.0
SERIES = 6  # the style sheet has so many colours


@dataclass(frozen=True)
class Titled:
    """A chart with its title and note."""

    title: str
    note: str
    svg: str


def series(number: int) -> str:
    """Return the style of series ``number``, from 0: each has a colour; when these run out, they return with dashes."""
    return f"s{number % SERIES}" + (" dashed" if number // SERIES % 2 else "")


def training_style(history: History) -> str:
    """Return the style of the training line: dashed, but over many epochs the dashes would hide how it runs."""
    return "s1 thin" if len(history) > MOST_SIGNS else "s1 dashed hollow"


def draw_history(histories: Mapping[str, History], *, with_training: bool) -> list[Titled]:
    """Draw accuracy and loss of each epoch, one validation line per run; ``with_training`` adds the training line."""
    rows = [row for history in histories.values() for row in history]
    epochs = epoch_axis(max(len(history) for history in histories.values()))
    parts = ("", "val_") if with_training else ("val_",)
    charts = []
    for name, scale in (
        ("accuracy", accuracy_scale(row[part + "accuracy"] for row in rows for part in parts)),
        ("loss", loss_scale(row[part + "loss"] for row in rows for part in parts)),
    ):
        chart = Chart(epochs, log_axis(scale))
        for number, (run, history) in enumerate(histories.items()):
            if with_training:
                _add_history(chart, scale, history, name, "training", style=training_style(history))
            told = "validation" if with_training else run
            _add_history(chart, scale, history, f"val_{name}", told, style=series(number))
        last = ", ".join(_value(name, history[-1][f"val_{name}"]) for history in histories.values())
        label = f"{name} of each epoch; validation ends at {last}"
        charts.append(Titled(name.capitalize(), "", chart.to_svg(label)))
    return charts


def draw_reliability(bins: Sequence[CalibrationBin]) -> str:
    """Draw the share of right answers against confidence, above the number of answers in each bin."""
    tenths = {k / 5: f"{20 * k} %" for k in range(6)}
    chart = Chart(Axis(0, 1, tenths, "confidence"), Axis(0, 1, tenths), height=250)
    top = math.log10(max(part.n for part in bins) + 1) * 4  # the bars take the lowest quarter
    for part in bins:
        left = min(ECE_BINS - 1, math.ceil(part.confidence * ECE_BINS - 1e-9) - 1) / ECE_BINS
        chart.bar(left, left + 1 / ECE_BINS, math.log10(part.n + 1) / top, "count", f"{part.n:,} answers")
    chart.segment((0, 0), (1, 1), "ideal")
    places = [part.confidence for part in bins]
    for part in bins:
        low, high = wilson_interval(part.right, part.n)
        chart.segment((part.confidence, low), (part.confidence, high), "whisker s0")
    titles = [f"{part.n:,} answers: {part.accuracy:.1%} right, {part.confidence:.1%} sure" for part in bins]
    chart.dots(places, [part.accuracy for part in bins], "s0", titles, radius=4)
    return chart.to_svg(f"accuracy against confidence in {len(bins)} bins; the diagonal is perfect calibration")


def draw_risk_coverage(curve: RiskCoverage) -> str:
    """Draw how accuracy rises as the least sure images are left to a person, above what it is at least."""
    shown = shown_points(curve)
    coverage, right, least = ([getattr(p, name) for p in shown] for name in ("coverage", "accuracy", "bound"))
    scale = accuracy_scale(right + least)
    ticks = {tick: percent(tick) for tick in coverage_ticks(coverage[0])}
    chart = Chart(Axis(min(coverage[0], 0.999), 1, ticks, "coverage: the share that is answered"), log_axis(scale))
    drawn, bounds = ([scale.place(value) for value in values] for values in (right, least))
    chart.band(coverage, bounds, drawn, "s1")
    chart.line(coverage, bounds, "s1 dashed")
    chart.line(coverage, drawn, "s0")
    titles = [f"{floored(p.coverage)} answered: {floored(p.accuracy)} right, {p.wrong:,} wrong" for p in shown]
    chart.dots(coverage, drawn, "s0", titles)
    whole, surest = shown[-1], shown[0]
    return chart.to_svg(
        f"accuracy against coverage: {floored(surest.accuracy)} where {floored(surest.coverage)} are answered, "
        f"{floored(whole.accuracy)} where all are"
    )


def draw_robustness(curves: Sequence[Curve], example: ByteArray) -> list[Titled]:
    """Draw accuracy and mean confidence against strength, one chart per family, all with the same vertical axis.

    ``example`` uint8 (28, 28) is the image that is shown at each strength.
    """
    shares = share_axis(min(min(point.accuracy, point.confidence) for curve in curves for point in curve.points))
    return [_robustness_of(curve, shares, example) for curve in curves]


def draw_robustness_of_several(runs: Sequence[Sequence[Curve]], names: Sequence[str]) -> list[Titled]:
    """Draw accuracy against strength, one chart per family and one line per run, all with the same vertical axis."""
    shares = share_axis(min(point.accuracy for curves in runs for curve in curves for point in curve.points))
    return [_robustness_of_each(curves, shares, names) for curves in zip(*runs, strict=True)]


def draw_intervals(rows: Sequence[tuple[str, float, tuple[float, float]]]) -> str:
    """Draw accuracies (name, value, interval) in one row each, on a common axis."""
    low = min(interval[0] for _, _, interval in rows)
    high = max(interval[1] for _, _, interval in rows)
    pad = max((high - low) * 0.08, 1e-4)
    low, high = max(0.0, low - pad), min(1.0, high + pad)
    step = next(s for s in (5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if (high - low) / s <= 6)
    ticks = {k * step: percent(k * step) for k in range(math.ceil(low / step), math.floor(high / step) + 1)}
    chart = Chart(Axis(low, high, ticks), Axis(len(rows), 0, {}), left=14, height=46 + 38.0 * len(rows), bottom=28)
    for number, (name, value, (least, most)) in enumerate(rows):
        middle = number + 0.68
        chart.words(low, number + 0.36, name, "name")
        chart.words(high, number + 0.36, f"{100 * value:.2f} %", "name", "end")
        chart.segment((low, middle), (high, middle), "grid")
        chart.segment((least, middle), (most, middle), f"interval {series(number)}")
        title = f"{name}: {value:.2%}, {least:.2%} to {most:.2%}"
        chart.dots([value], [middle], series(number), [title], radius=5)
    return chart.to_svg("; ".join(f"{name} {value:.2%}" for name, value, _ in rows))


def _add_history(chart: Chart, scale: Scale, history: History, column: str, told: str, *, style: str) -> None:
    epochs = [row["epoch"] for row in history]
    values = [row[column] for row in history]
    drawn = [scale.place(value) for value in values]
    chart.line(epochs, drawn, style)
    titles = [f"{told}, epoch {epoch:g}: {_value(column, v)}" for epoch, v in zip(epochs, values, strict=True)]
    # Of many epochs dots would hide the line; unseen ones still tell their values to a pointer.
    are_many = len(epochs) > MOST_SIGNS
    chart.dots(epochs, drawn, "unseen" if are_many else style, titles, radius=4.0 if are_many else 3.0)


def _strengths(curve: Curve) -> tuple[list[float], Axis]:
    places = curve.places()
    ticks = {place: f"{point.strength:g}" for place, point in zip(places, curve.points, strict=True)}
    return places, Axis(-0.05, 1.05, ticks)


def _value(column: str, value: float) -> str:
    return f"{value:.2%}" if column.endswith("accuracy") else as_loss(value)


def _robustness_of(curve: Curve, shares: Axis, example: ByteArray) -> Titled:
    family, points = curve.family, curve.points
    places, axis = _strengths(curve)
    chart = Chart(axis, shares, bottom=52)
    chart.band(places, [point.interval[0] for point in points], [point.interval[1] for point in points], "s0")
    chart.segment((0, FLOOR), (1, FLOOR), "floor")
    for point, place in zip(points, places, strict=True):
        image = family.distort(example[np.newaxis], point.strength)[0]
        kind = "untouched" if point.strength == family.identity else ""
        chart.picture(place, to_data_uri(255 - image), PICTURE_SIZE, kind)
    titles = [f"{p.strength:g} {family.unit}: {p.accuracy:.1%} right, {p.confidence:.1%} sure" for p in points]
    for values, style in (
        ([point.confidence for point in points], "s1 dashed hollow"),
        ([point.accuracy for point in points], "s0"),
    ):
        chart.line(places, values, style)
        chart.dots(places, values, style, titles, radius=2.5)
    worst = min(points, key=lambda point: point.accuracy)
    label = f"accuracy against {family.name}: lowest {worst.accuracy:.0%} at {worst.strength:g} {family.unit}"
    return Titled(family.name.capitalize(), family.meaning, chart.to_svg(label))


def _robustness_of_each(curves: Sequence[Curve], shares: Axis, names: Sequence[str]) -> Titled:
    places, axis = _strengths(curves[0])
    chart = Chart(axis, shares)
    chart.segment((0, FLOOR), (1, FLOOR), "floor")
    family = curves[0].family
    for number, (curve, name) in enumerate(zip(curves, names, strict=True)):
        accuracy, style = [point.accuracy for point in curve.points], series(number)
        chart.line(places, accuracy, style)
        titles = [f"{name}: {p.accuracy:.1%} right at {p.strength:g} {family.unit}" for p in curve.points]
        chart.dots(places, accuracy, style, titles, radius=2.5)
    label = f"accuracy of {len(curves)} runs against {family.name}"
    return Titled(family.name.capitalize(), family.meaning, chart.to_svg(label))

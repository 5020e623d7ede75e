"""The answers of all processes go in, one dictionary for JSON and a table for people come out. Trains nothing."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

# Forward, gradient by the inputs, gradient by the weights: three products of the same size a layer.
TRAINING_FLOP_PER_FORWARD_FLOP = 3
REFERENCE = "fast"
HEADER = (
    "contestant",
    "precision",
    "reached",
    "seconds (range)",
    "without first step",
    "epochs",
    "images/s",
    "share of peak",
    "against fast",
)


def summarize(runs: Sequence[dict[str, Any]], peaks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return per contestant the medians and ranges over its seeds, and the peaks; ``runs`` carry their ``round``.

    A run's share of the peak is taken against the peak measured in its own round, in its own precision.
    """
    by_name: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        by_name.setdefault(run["contestant"], []).append(run)
    contestants = {name: _summarize_contestant(its_runs, peaks) for name, its_runs in by_name.items()}
    reference = contestants.get(REFERENCE, {}).get("seconds", {}).get("median")
    for summary in contestants.values():
        median = summary["seconds"]["median"]
        summary["times_as_long_as_fast"] = median / reference if median and reference else None
    return {
        "contestants": contestants,
        "load_average_before": _spread(run["load_average_before"] for run in runs),
        "peak_gflop_per_second": {
            precision: _spread(
                peak["gflop_per_second"][precision]["median"] for peak in peaks if peak["gflop_per_second"][precision]
            )
            for precision in ("float32", "mixed_bfloat16")
        },
    }


def _summarize_contestant(runs: Sequence[dict[str, Any]], peaks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first = runs[0]
    return {
        "precision": first["precision"],
        "parameters": first["parameters"],
        "batch_size": first["batch_size"],
        "scheduled_epochs": first["scheduled_epochs"],
        "n": len(runs),
        "reached": sum(run["is_reached"] for run in runs),
        "seconds": _spread(run["seconds"] for run in runs),
        "seconds_without_first_step": _spread(run["seconds_without_first_step"] for run in runs),
        "first_step_seconds": _spread(run["first_step_seconds"] for run in runs),
        "epochs": _spread(run["epochs"] for run in runs),
        "images_per_second": _spread(run["images_per_second"] for run in runs),
        "share_of_peak": _spread(share_of_peak(run, peaks[run["round"]]) for run in runs if _has_share(run)),
        "last_accuracy": _spread(run["last_accuracy"] for run in runs),
    }


def share_of_peak(run: dict[str, Any], peak: dict[str, Any]) -> float:
    """Return the run's training FLOP/s, first step aside, as a share of the peak of its precision."""
    flop_per_image = TRAINING_FLOP_PER_FORWARD_FLOP * run["forward_flop_per_image"]
    gflop_per_second = run["images_per_second"] * flop_per_image / 1e9
    return float(gflop_per_second / peak["gflop_per_second"][run["precision"]]["median"])


def _has_share(run: dict[str, Any]) -> bool:
    return run["forward_flop_per_image"] is not None and run["images_per_second"] is not None


def _spread(values: Iterable[float | None]) -> dict[str, float | None]:
    """Return median, minimum and maximum; a run that never got there counts as infinitely long, and shows as None."""
    numbers = sorted(math.inf if value is None else value for value in values)
    if not numbers:
        return dict.fromkeys(("median", "minimum", "maximum"))
    found = {"median": statistics.median(numbers), "minimum": numbers[0], "maximum": numbers[-1]}
    return {name: value if math.isfinite(value) else None for name, value in found.items()}


def render(report: dict[str, Any]) -> str:
    """Return the table and its conditions as Markdown."""
    rows = [_row(name, contestant) for name, contestant in report["contestants"].items()]
    lines = ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER), *rows]
    lines += [f"\nLeft out: {name}: {reason}" for name, reason in report["left_out"].items()]
    return "\n".join([*lines, "", *_conditions(report)]) + "\n"


def _row(name: str, contestant: dict[str, Any]) -> str:
    times = contestant["times_as_long_as_fast"]
    cells = (
        name,
        contestant["precision"],
        f"{contestant['reached']} of {contestant['n']}",
        _range(contestant["seconds"], ".1f"),
        _range(contestant["seconds_without_first_step"], ".1f"),
        _range(contestant["epochs"], ".2f"),
        _range(contestant["images_per_second"], ",.0f"),
        _range(contestant["share_of_peak"], ".0%"),
        "–" if times is None else f"{times:.1f} ×",
    )
    return "| " + " | ".join(cells) + " |"


def _range(spread: dict[str, float | None], form: str) -> str:
    median, *ends = (None if value is None else format(value, form) for value in spread.values())
    if median is None:
        return "–"
    low, high = ends
    return median if low == high else f"{median} ({low} to {high or 'never'})"


def _conditions(report: dict[str, Any]) -> list[str]:
    protocol, dataset, sizes = report["protocol"], report["dataset"], report["dataset"]["sizes"]
    return [
        *([dataset["notice"], ""] if dataset["notice"] else []),
        f"Time to {protocol['target']:.2%} on {sizes['validation']:,} validation images of {dataset['name']}, "
        f"{sizes['train']:,} training images, {protocol['threads']} threads, {report['machine']}. "
        "Median (range) over seeds.",
        f"Validation is looked at {protocol['looks_per_epoch']} times an epoch with the clock stopped. Held is two "
        "looks in a row, of which the first one's time counts, or the last look of a finished schedule. Imports, "
        "loading the data and building the network are not counted; the first step, with its graph tracing, is. "
        f"Load average before a run: {_range(report['load_average_before'], '.1f')}; times are rough where it comes "
        "near the number of cores.",
        _peak_condition(report["peak_gflop_per_second"]),
    ]


def _peak_condition(peaks: dict[str, dict[str, float | None]]) -> str:
    bfloat16 = peaks["mixed_bfloat16"]["median"]
    missing = "no bfloat16 units, so the recipes that ask for bfloat16 train in float32"
    return (
        f"Matrix peak in GFLOP/s: float32 {peaks['float32']['median']:,.0f}, "
        f"{f'bfloat16 {bfloat16:,.0f}' if bfloat16 else missing}. Share of peak: {TRAINING_FLOP_PER_FORWARD_FLOP} "
        "times the forward pass's FLOP an image, first step aside, against the peak of the run's own precision."
    )

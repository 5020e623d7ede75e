"""In: one measured run, or a comparison. Out: ``report.html``, complete in one file. The templates are next to it.

Nothing here measures. The page loads nothing from elsewhere: its content security policy forbids it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digits import __version__
from digits.data import LabelledImages
from digits.errors import MissingExtraError, RunError
from digits.evaluation.distortion.robustness import FLOOR
from digits.evaluation.evaluate import Evaluation
from digits.evaluation.metrics import calibration_bins
from digits.evaluation.plots.curves import about_best, kept_row
from digits.evaluation.report import charts
from digits.evaluation.report.compare import Comparison
from digits.evaluation.report.measure import MeasuredRun
from digits.evaluation.report.mistakes import DOUBT, Mistakes
from digits.evaluation.report.verdict import as_p, as_points, conclude
from digits.evaluation.wording import (
    AURC_WORDS,
    CALIBRATION_WORDS,
    INT8_WORDS,
    LOSS_WORDS,
    as_area,
    as_loss,
    floor_percent,
)
from digits.files import write_text

if TYPE_CHECKING:
    from jinja2 import Environment

REPORT_FILE = "report.html"
# Shares of the images that a person reads instead, the least sure ones.
SET_ASIDE = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def require_templates() -> None:
    """Raise ``MissingExtraError`` unless Jinja can be imported."""
    if find_spec("jinja2") is None:
        raise MissingExtraError("jinja2", "writing a report", "train")


def write_report(run: MeasuredRun, examples: LabelledImages, path: Path) -> Path:
    """Write the report on ``run``, measured on ``examples``, to ``path`` and return it.

    Raises:
        MissingExtraError: Jinja is not installed.
        RunError: ``path`` cannot be written.
    """
    mistakes = Mistakes(run.evaluation, examples)
    cells = mistakes.cells()
    contested = mistakes.contested()
    doubted, doubts = mistakes.doubts()
    page = (
        _environment()
        .get_template("report.html")
        .render(
            title=f"{run.facts.name}: {run.evaluation.metrics.accuracy:.2%}",
            run=run,
            facts=run.facts,
            evaluation=run.evaluation,
            metrics=run.evaluation.metrics,
            notices=notices_of([run]),
            training=_training(run),
            cells=cells,
            most_errors=max((cell.count for row in cells for cell in row if not cell.is_right), default=0),
            reliability=charts.draw_reliability(_bins(run.evaluation, examples)),
            coverage=charts.draw_risk_coverage(run.evaluation.metrics.risk_coverage),
            mean_confidence=float(run.evaluation.predictions.confidence.mean()),
            set_aside=_set_aside(run.evaluation, examples),
            robustness=_robustness(run, examples),
            most_wrong=mistakes.most_wrong(),
            contested=contested,
            doubted=doubted,
            doubts=doubts,
            versions=run.facts.config.get("versions") or run.facts.model.get("versions") or {},
        )
    )
    return _write(path, page)


def write_comparison(comparison: Comparison, examples: LabelledImages, path: Path) -> Path:
    """Write the comparison of several runs, measured on ``examples``, to ``path`` and return it. Raises as above."""
    runs = comparison.runs
    names = [f"{letter} {run.facts.name}" for letter, run in zip(_letters(len(runs)), runs, strict=True)]
    intervals = [
        (name, run.evaluation.metrics.accuracy, run.evaluation.metrics.interval)
        for name, run in zip(names, runs, strict=True)
    ]
    histories = {name: run.facts.history for name, run in zip(names, runs, strict=True) if run.facts.history}
    page = (
        _environment()
        .get_template("comparison.html")
        .render(
            title=f"{len(runs)} runs compared",
            comparison=comparison,
            runs=runs,
            letters=_letters(len(runs)),
            styles=[charts.series(number) for number in range(len(runs))],
            letter_of={run.facts.name: letter for letter, run in zip(_letters(len(runs)), runs, strict=True)},
            examples=examples,
            notices=notices_of(runs),
            conclusions=conclude(comparison),
            intervals=charts.draw_intervals(intervals),
            training=charts.draw_history(histories, with_training=False) if histories else [],
            robustness=_robustness_of_several(runs, names),
        )
    )
    return _write(path, page)


def _environment() -> Environment:
    require_templates()
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": _percent,
        "sure": floor_percent,
        "loss": as_loss,
        "area": as_area,
        "points": as_points,
        "duration": _duration,
        "setting": _setting,
    }
    environment.globals |= {"version": __version__, "floor": FLOOR, "doubt": DOUBT, "as_p": as_p}
    environment.globals["words"] = {
        "loss": LOSS_WORDS, "calibration": CALIBRATION_WORDS, "int8": INT8_WORDS, "aurc": AURC_WORDS
    }  # fmt: skip
    return environment


def notices_of(runs: Sequence[MeasuredRun]) -> list[str]:
    """The sentences to show before any figure, each once; with the names of its runs if it is not about all."""
    names: dict[str, list[str]] = {}
    for run in runs:
        for notice in run.evaluation.notices:
            names.setdefault(notice, []).append(run.facts.name)
    return [notice if len(told) == len(runs) else f"{', '.join(told)}: {notice}" for notice, told in names.items()]


def _training(run: MeasuredRun) -> dict[str, Any] | None:
    history = run.facts.history
    if not history:
        return None
    shown = charts.draw_history({run.facts.name: history}, with_training=True)
    style = charts.training_style(history)
    kept = kept_row(history, run.facts.kept_epoch)
    return {"charts": shown, "style": style, "about_best": about_best(history, kept), "kept": kept, "rows": history}


def _bins(evaluation: Evaluation, examples: LabelledImages) -> Any:
    predictions = evaluation.predictions
    return calibration_bins(predictions.confidence, predictions.values == examples.labels)


def _set_aside(evaluation: Evaluation, examples: LabelledImages) -> list[dict[str, float]]:
    """Return the accuracy of the rest when a person reads the least sure images, and the rest's least confidence."""
    confidence = evaluation.predictions.confidence
    order = np.argsort(-confidence, kind="stable")
    right = (evaluation.predictions.values == examples.labels)[order]
    rows = []
    for share in SET_ASIDE:
        kept = max(1, round(len(right) * (1 - share)))
        errors = int(kept - right[:kept].sum())
        threshold = float(confidence[order[kept - 1]])
        rows.append({"share": share, "errors": errors, "accuracy": 1 - errors / kept, "threshold": threshold})
    return rows


def _robustness(run: MeasuredRun, examples: LabelledImages) -> dict[str, Any] | None:
    if run.robustness is None:
        return None
    drawn = charts.draw_robustness(run.robustness.curves, examples.images[0])
    return {"sample": run.robustness.sample, "charts": drawn, "curves": run.robustness.curves}


def _robustness_of_several(runs: Sequence[MeasuredRun], names: Sequence[str]) -> dict[str, Any] | None:
    measured = [run.robustness for run in runs if run.robustness is not None]
    if len(measured) < len(runs):
        return None
    drawn = charts.draw_robustness_of_several([robustness.curves for robustness in measured], names)
    return {"sample": measured[0].sample, "charts": drawn}


def _letters(count: int) -> list[str]:
    """A, B, … Z, AA, AB, …"""
    return [(LETTERS[i // 26 - 1] if i >= 26 else "") + LETTERS[i % 26] for i in range(count)]


def _percent(share: float | None, digits: int = 2) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def _duration(seconds: float) -> str:
    if not math.isfinite(seconds):
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{seconds:.1f} s"


def _setting(value: object) -> str:
    return {None: "–", True: "yes", False: "no"}[value] if value is None or isinstance(value, bool) else str(value)


def _write(path: Path, page: str) -> Path:
    try:
        write_text(path, page)
    except OSError as error:
        raise RunError(f"expected to write {path}; {error}; give another file with --out") from error
    return path

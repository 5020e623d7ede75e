"""In: an ``Evaluation``, and a ``Robustness`` where one was measured. Out: the folder that holds their files.

It draws and writes the measurements of others; it measures nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from digits.data import LabelledImages
from digits.errors import RunError
from digits.evaluation.distortion.robustness import Robustness
from digits.evaluation.evaluate import METRICS_FILE, Evaluation
from digits.evaluation.page import require_plotting
from digits.evaluation.pictures import draw_most_wrong
from digits.evaluation.plots import draw_confusion_matrix
from digits.evaluation.plots.risk_coverage import draw_risk_coverage
from digits.evaluation.plots.robustness import draw_robustness
from digits.files import to_json, write_text

CONFUSION_FILE = "confusion_matrix.png"
MOST_WRONG_FILE = "most_wrong.png"
RISK_COVERAGE_FILE = "risk_coverage.png"
ROBUSTNESS_FILE = "robustness.png"
FILES = (METRICS_FILE, CONFUSION_FILE, MOST_WRONG_FILE, RISK_COVERAGE_FILE, ROBUSTNESS_FILE)
MOST_WRONG_COUNT = 25


def to_document(evaluation: Evaluation, robustness: Robustness | None = None) -> dict[str, Any]:
    """The content of metrics.json; it has "robustness" only if that was measured."""
    return evaluation.to_dict() | ({"robustness": robustness.to_dict()} if robustness else {})


def save_evaluation(
    evaluation: Evaluation, examples: LabelledImages, folder: Path, *, robustness: Robustness | None = None
) -> list[Path]:
    """Write metrics.json and its pictures into ``folder``, each complete; return their paths.

    ``examples`` are those that were evaluated. With ``robustness``, robustness.png is written, too; without it, the one
    of an earlier evaluation is deleted. Raises ``MissingExtraError`` without matplotlib and seaborn, before anything is
    written, and ``RunError`` when the folder cannot be written.
    """
    require_plotting()
    metrics = evaluation.metrics
    paths = [folder / file for file in (METRICS_FILE, CONFUSION_FILE, MOST_WRONG_FILE, RISK_COVERAGE_FILE)]
    result = f"{_counted(metrics.errors, 'error')} in {_counted(metrics.n, 'image')} of {evaluation.name}"
    wrongest = f"The {MOST_WRONG_COUNT} most wrong: " if metrics.errors > MOST_WRONG_COUNT else ""
    try:
        for earlier in (METRICS_FILE, ROBUSTNESS_FILE):
            (folder / earlier).unlink(missing_ok=True)
        title = _title(f"{result}: {metrics.accuracy:.2%} right", evaluation)
        draw_confusion_matrix(metrics.confusion_matrix, paths[1], title=title)
        draw_most_wrong(
            examples.images,
            examples.labels,
            evaluation.predictions.probabilities,
            paths[2],
            count=MOST_WRONG_COUNT,
            title=_title(wrongest + result, evaluation),
        )
        title = _title(f"Accuracy against coverage: {_counted(metrics.n, 'image')} of {evaluation.name}", evaluation)
        draw_risk_coverage(metrics.risk_coverage, paths[3], title=title)
        if robustness:
            paths.append(folder / ROBUSTNESS_FILE)
            title = _title(f"Robustness: {_counted(robustness.n, 'image')} of {evaluation.name}", evaluation)
            draw_robustness(robustness, examples.images[0], paths[-1], title=title)
        write_text(paths[0], to_json(to_document(evaluation, robustness)))  # last: with it the evaluation is there
    except OSError as error:
        raise RunError(f"expected to write into {folder}; {error}; give another folder with --out") from error
    return paths


def _title(headline: str, evaluation: Evaluation) -> str:
    return "\n".join((headline, *evaluation.notices))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

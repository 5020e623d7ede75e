"""A dataset and a recipe go in, a complete run folder comes out: trained, saved, measured, drawn, published.

Read ``run_experiment`` for the story. The test part is looked at once, in ``_measure``, when nothing is left to choose.
"""

from __future__ import annotations

import csv
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import Dataset
from digits.data.mnist import CONTESTED, is_mnist_test
from digits.evaluation.evaluate import METRICS_FILE, Evaluation, FrameReader, evaluate
from digits.evaluation.metrics import Metrics
from digits.evaluation.plots import draw_accuracy_loss, draw_confusion_matrix
from digits.evaluation.report.facts import HISTORY_FILE
from digits.evaluation.report.measure import ROBUSTNESS_IMAGES
from digits.evaluation.report.measure import Progress as Tell
from digits.evaluation.report.measure import measure_run as measure_for_report
from digits.evaluation.report.render import REPORT_FILE, write_report
from digits.experiments.loggers import Logger, LoggingProgress, RunProgress, logged
from digits.experiments.sameness import check_same
from digits.files import to_json, write_text
from digits.model.folder import open_model, write_model
from digits.model.load import load
from digits.training.backend import prepare
from digits.training.recipe import Recipe
from digits.training.resuming.checkpoint import HistoryRow
from digits.training.resuming.run_folder import CONFIG_FILE, begin_run, find_interrupted, hold, publish_run
from digits.training.save import MODEL_FOLDER, save_keras, save_model_folder
from digits.training.start import describe_start
from digits.training.stopping import best_epoch
from digits.training.train import cold_statistics, steps_and_epochs, train


@dataclass(frozen=True)
class Plan:
    """A run's settings: everything that the result depends on except the data and the machine."""

    recipe: Recipe
    seed: int
    threads: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "recipe": self.recipe.to_dict(),
            "initial_weights": describe_start(self.recipe),
            "seed": self.seed,
            "threads": self.threads,
        }


@dataclass(frozen=True)
class Run:
    """A published run: its folder, and what metrics.json says."""

    path: Path
    metrics: dict[str, Any]


def run_experiment(
    dataset: Dataset,
    plan: Plan,
    *,
    out: Path,
    name: str,
    resume: bool = False,
    force: bool = False,
    progress: RunProgress,
    loggers: Sequence[Logger] = (),
) -> Run:
    """Train, save, measure and publish one run as ``out/name``; with ``resume``, go on where it was interrupted.

    Args:
        force: replace the run of that name, once this one is complete.
        loggers: who receives reports besides ``progress``: TensorBoard or MLflow.

    Raises:
        RunError: the name is taken, there is nothing to resume, or the run had another recipe, seed or dataset.
    """
    config = plan.to_dict() | {"dataset": dataset.to_dict()}
    if resume:
        check_same(find_interrupted(out, name), config)  # before the seconds that TensorFlow takes
    environment = prepare(threads=plan.threads, bfloat16=plan.recipe.bfloat16, parts=plan.recipe.parts)
    steps, epochs = steps_and_epochs(plan.recipe, len(dataset.train))
    config |= environment.to_dict() | {"epochs": epochs, "steps_per_epoch": steps}
    folder = find_interrupted(out, name) if resume else begin_run(out, name, config, force=force)
    if resume:
        check_same(folder, config)
    with hold(folder), logged(loggers, name, config, folder):
        metrics = _fill(folder, dataset, plan, config, LoggingProgress(progress, loggers))
        for logger in loggers:
            logger.end(metrics, folder)
        return Run(publish_run(folder), metrics)


def _fill(folder: Path, dataset: Dataset, plan: Plan, config: dict[str, Any], progress: RunProgress) -> dict[str, Any]:
    """Make everything that a run folder holds, and return its metrics."""
    trained = train(dataset, plan.recipe, folder=folder, progress=progress, seed=plan.seed, threads=plan.threads)
    started = time.perf_counter()
    progress.task("saving the network")
    save_keras(trained.model, folder)
    save_model_folder(trained.model, folder, recipe=plan.recipe, dataset=dataset, environment=trained.environment)
    write_text(folder / HISTORY_FILE, _as_csv(trained.history))
    training_s = sum(row["seconds"] for row in trained.history)
    metrics, tested = measure_run(folder, dataset, threads=plan.threads, training_s=training_s, tell=progress.task)
    epochs = {"trained": len(trained.history), "kept": trained.kept_epoch, "best": best_epoch(trained.history)}
    metrics["epochs"] = epochs
    metrics["seconds"]["whole_run"] = round(metrics["seconds"]["training"] + time.perf_counter() - started, 1)
    write_text(folder / METRICS_FILE, to_json(metrics))
    progress.task("drawing the plots")
    title = _title(dataset, plan, dataset.notice, cold_statistics(plan.recipe, len(dataset.train)))
    draw_accuracy_loss(trained.history, folder / "accuracy_loss_plot.png", title=title, kept=trained.kept_epoch)
    draw_result(folder, dataset, plan, metrics)
    write_text(folder / CONFIG_FILE, to_json(config | {"git_commit": git_commit(Path(__file__))}))
    explain(folder, dataset, tested, threads=plan.threads, tell=progress.task)
    return metrics


def git_commit(file: Path) -> str | None:
    """Return the commit that holds ``file``, "-dirty" added when its checkout was changed; None outside git."""
    folder = file.parent
    try:
        tracked = ["git", "-C", str(folder), "ls-files", "--error-unmatch", file.name]
        subprocess.run(tracked, capture_output=True, check=True, timeout=10)
        command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def measure_run(
    folder: Path, dataset: Dataset, *, threads: int, training_s: float, tell: Tell | None = None
) -> tuple[dict[str, Any], tuple[Evaluation, Evaluation]]:
    """Measure the exported files, as a user will run them, and record the figures in model.json.

    Returns:
        the content of metrics.json, and the evaluations on the test part in float32 and int8.
    """
    reader, int8_reader = (load(folder, threads=threads, precision=name) for name in ("float32", "int8"))
    parts = {part: _evaluate(reader, dataset, part, tell) for part in ("train", "validation", "test")}
    test = parts["test"].metrics
    int8_test = _evaluate(int8_reader, dataset, "test", tell)
    measured = {
        "train_accuracy": parts["train"].metrics.accuracy,
        "train_loss": parts["train"].metrics.loss,
        "val_accuracy": parts["validation"].metrics.accuracy,
        "val_loss": parts["validation"].metrics.loss,
        **_of_test(test),
    }
    _note_figures(folder, measured, _of_test(int8_test.metrics))
    details = test.to_dict()
    metrics = measured | {
        "notices": list(parts["test"].notices),
        "int8_test_accuracy": int8_test.metrics.accuracy,
        **{key: details[key] for key in ("confusion_matrix", "per_digit", "most_confused")},
        **_errors(parts["test"], dataset),
        "dataset": dataset.to_dict(),
        "seconds": {
            "training": round(training_s, 1),
            "evaluation": round(sum(part.seconds for part in parts.values()), 1),
        },
    }
    return metrics, (parts["test"], int8_test)


def _evaluate(reader: FrameReader, dataset: Dataset, part: str, tell: Tell | None) -> Evaluation:
    examples = getattr(dataset, part)

    def so_far(done: int) -> None:
        if tell:
            tell(f"measuring on the {part} images", done, len(examples))

    so_far(0)
    return evaluate(reader, f"{dataset.name} {part}", examples, progress=so_far)


def _note_figures(folder: Path, measured: dict[str, Any], int8_measured: dict[str, Any]) -> None:
    """Write the figures of both precisions into model.json."""
    model = open_model(folder)
    info = {**model.info, "measured": measured, "int8": {**model.info["int8"], "measured": int8_measured}}
    write_model(folder / MODEL_FOLDER, model.weights, info, int8=model.int8, networks=model.networks)


def explain(
    folder: Path, dataset: Dataset, tested: tuple[Evaluation, Evaluation], *, threads: int, tell: Tell | None = None
) -> None:
    """Write report.html about the run in ``folder``, whose other files are complete."""

    def so_far(_: str, done: int, of: int) -> None:
        if tell:
            tell("measuring on distorted images", done, of)

    count = ROBUSTNESS_IMAGES
    measured = measure_for_report(
        folder, dataset.name, dataset.test, robustness_images=count, threads=threads, known=tested, progress=so_far
    )
    write_report(measured, dataset.test, folder / REPORT_FILE)


def draw_result(folder: Path, dataset: Dataset, plan: Plan, metrics: dict[str, Any]) -> None:
    """Draw confusion_matrix.png."""
    result = f"{metrics['test_accuracy']:.2%} of {metrics['test_n']:,} test digits right"
    title = f"{result}\n{_title(dataset, plan, *metrics['notices'])}"
    draw_confusion_matrix(np.array(metrics["confusion_matrix"]), folder / "confusion_matrix.png", title=title)


def _title(dataset: Dataset, plan: Plan, *notices: str | None) -> str:
    recipe = f"Recipe {plan.recipe.name}, seed {plan.seed}, {len(dataset.train):,} images of {dataset.name}"
    return "\n".join(filter(None, (recipe, *notices)))


def _of_test(metrics: Metrics) -> dict[str, Any]:
    return {
        "test_accuracy": metrics.accuracy,
        "test_interval": list(metrics.interval),
        "test_n": metrics.n,
        "test_loss": metrics.loss,
        "ece": metrics.ece,
    }


def _errors(tested: Evaluation, dataset: Dataset) -> dict[str, Any]:
    """The places, from 0, of the test images that were answered wrongly, and the accuracy without contested labels."""
    right = tested.predictions.values == dataset.test.labels
    agreed = np.ones(len(right), bool)
    if contested := is_mnist_test(dataset.test):
        agreed[list(CONTESTED)] = False
    return {
        "test_errors": np.flatnonzero(~right).tolist(),
        "test_accuracy_without_contested": float(right[agreed].mean()) if contested else None,
    }


def _as_csv(history: list[HistoryRow]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, fieldnames=list(history[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    return text.getvalue()

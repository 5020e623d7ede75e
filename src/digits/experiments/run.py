"""A dataset and a recipe go in, a complete run folder comes out: trained, saved, measured, drawn, published.

Read ``run_experiment`` for the story. The test part is looked at once, in ``_measure``, when nothing is left to choose.
"""

from __future__ import annotations

import csv
import subprocess
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import Dataset
from digits.errors import RunError
from digits.evaluation.evaluate import Evaluation, evaluate
from digits.evaluation.plots import draw_accuracy_loss, draw_confusion_matrix
from digits.files import to_json, write_text
from digits.model.folder import open_model, write_model
from digits.model.load import load
from digits.training.checkpoint import HistoryRow
from digits.training.recipe import Recipe
from digits.training.run_folder import CONFIG_FILE, begin_run, find_interrupted, publish_run, read_config
from digits.training.save import MODEL_FOLDER, save_keras, save_model_folder
from digits.training.train import Progress, Trained, train

HISTORY_FILE = "history.csv"
METRICS_FILE = "metrics.json"


@dataclass(frozen=True)
class Plan:
    """What a run is to be: everything the result depends on but the data and the machine."""

    recipe: Recipe
    seed: int
    threads: int

    def to_dict(self, dataset: Dataset) -> dict[str, Any]:
        return {
            "recipe": self.recipe.to_dict(),
            "seed": self.seed,
            "threads": self.threads,
            "dataset": dataset.to_dict(),
        }


@dataclass(frozen=True)
class Run:
    """A published run: its folder, and what metrics.json says."""

    path: Path
    metrics: dict[str, Any]


def run_experiment(
    dataset: Dataset, plan: Plan, *, out: Path, name: str, resume: bool = False, progress: Progress
) -> Run:
    """Train, save, measure and publish one run as ``out/name``; with ``resume``, go on where it was interrupted.

    Raises:
        RunError: the name is taken, there is nothing to resume, or it was another recipe, seed or dataset.
    """
    config = plan.to_dict(dataset)
    folder = _reopen(out, name, config) if resume else begin_run(out, name, config)
    started = time.perf_counter()
    trained = train(dataset, plan.recipe, folder=folder, progress=progress, seed=plan.seed, threads=plan.threads)
    save_keras(trained.model, folder)
    save_model_folder(trained.model, folder, recipe=plan.recipe, dataset=dataset, environment=trained.environment)
    write_text(folder / HISTORY_FILE, _as_csv(trained.history))
    metrics = _measure(folder, dataset, trained, plan.threads)
    metrics["seconds"] |= {"whole_run": round(time.perf_counter() - started, 1)}
    write_text(folder / METRICS_FILE, to_json(metrics))
    _draw(folder, dataset, plan, trained, metrics)
    write_text(
        folder / CONFIG_FILE,
        to_json(config | trained.environment.to_dict() | {"git_commit": git_commit(Path(__file__).parent)}),
    )
    return Run(publish_run(folder), metrics)


def check_same(folder: Path, config: dict[str, Any]) -> None:
    """Raise RunError unless the run in ``folder`` is of this recipe, seed, thread count and data."""
    earlier = read_config(folder)
    differing = [key for key in ("recipe", "seed", "threads") if to_json(earlier.get(key)) != to_json(config[key])]
    # The notice may differ: it tells why full MNIST was not to be had this time.
    if earlier.get("dataset", {}).get("sha256") != config["dataset"]["sha256"]:
        differing.append("data")
    if differing:
        raise RunError(
            f"expected the same {', '.join(differing)} as when {folder} was begun; "
            f"see its config.json, give the same options, or start anew under another --name"
        )


def git_commit(folder: Path) -> str | None:
    """Return the commit checked out around ``folder``, "-dirty" added when it was changed; None outside a checkout."""
    try:
        command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _reopen(out: Path, name: str, config: dict[str, Any]) -> Path:
    folder = find_interrupted(out, name)
    check_same(folder, config)
    return folder


def _measure(folder: Path, dataset: Dataset, trained: Trained, threads: int) -> dict[str, Any]:
    """Measure the exported file, as a user will run it, and note the figures in model.json too."""
    reader = load(folder, threads=threads)
    parts: dict[str, Evaluation] = {
        part: evaluate(reader, f"{dataset.name} {part}", getattr(dataset, part))
        for part in ("train", "validation", "test")
    }
    test = parts["test"].metrics
    measured = {
        "train_accuracy": parts["train"].metrics.accuracy,
        "train_loss": parts["train"].metrics.loss,
        "val_accuracy": parts["validation"].metrics.accuracy,
        "val_loss": parts["validation"].metrics.loss,
        "test_accuracy": test.accuracy,
        "test_interval": list(test.interval),
        "test_n": test.n,
        "test_loss": test.loss,
        "ece": test.ece,
    }
    model = open_model(folder)
    write_model(folder / MODEL_FOLDER, model.weights, dict(model.info) | {"measured": measured})
    details = test.to_dict()
    return measured | {
        "confusion_matrix": details["confusion_matrix"],
        "per_digit": details["per_digit"],
        "most_confused": details["most_confused"],
        "dataset": dataset.to_dict(),
        "seconds": {
            "training": round(sum(row["seconds"] for row in trained.history), 1),
            "evaluation": round(sum(part.seconds for part in parts.values()), 1),
        },
    }


def _draw(folder: Path, dataset: Dataset, plan: Plan, trained: Trained, metrics: dict[str, Any]) -> None:
    notice = [dataset.notice] if dataset.notice else []
    recipe = f"Recipe {plan.recipe.name}, seed {plan.seed}, {len(dataset.train):,} images of {dataset.name}"
    draw_accuracy_loss(trained.history, folder / "accuracy_loss_plot.png", title="\n".join([recipe, *notice]))
    result = f"{metrics['test_accuracy']:.2%} of {metrics['test_n']:,} test digits right"
    draw_confusion_matrix(
        np.array(metrics["confusion_matrix"]),
        folder / "confusion_matrix.png",
        title="\n".join([result, recipe, *notice]),
    )


def _as_csv(history: list[HistoryRow]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, fieldnames=list(history[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(history)
    return text.getvalue()

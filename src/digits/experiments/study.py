"""A plan and several seeds go in, a run each and a summary over them come out: the honest way to state an accuracy.

Complete runs are kept and interrupted ones resumed, so that the same call after a kill goes on where it was.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from digits.data import Dataset
from digits.errors import RunError
from digits.experiments.run import METRICS_FILE, Plan, check_same, run_experiment
from digits.files import to_json, write_text
from digits.training.run_folder import CONFIG_FILE, PARTIAL_SUFFIX, check_name, read_config
from digits.training.train import Progress, steps_and_epochs

SUMMARY_FILE = "summary.json"
SUMMARIZED = ("test_accuracy", "test_loss", "val_accuracy", "train_accuracy", "ece")


def parse_seeds(text: str) -> list[int]:
    """Return the seeds in ``text``, such as "0-4" or "1,3,7".

    Raises:
        RunError: it says something else.
    """
    seeds: list[int] = []
    try:
        for part in text.split(","):
            first, _, last = part.partition("-")
            seeds += range(int(first), int(last or first) + 1)
    except ValueError:
        seeds = []
    if not seeds:
        raise RunError(f"expected seeds such as 0-4 or 1,3,7; got {text!r}; give whole numbers from 0 upward")
    return sorted(set(seeds))


def run_study(
    dataset: Dataset,
    plan: Plan,
    seeds: Sequence[int],
    *,
    out: Path,
    name: str,
    watch: Callable[[int], AbstractContextManager[Progress]],
) -> dict[str, Any]:
    """Train ``plan`` once a seed into ``out/name/seed-N`` and write ``out/name/summary.json``.

    Args:
        watch: makes the progress display of one seed's run.

    Returns:
        the summary: per figure its mean, standard deviation and every seed's value, and what they depend on.

    Raises:
        RunError: a run already in the folder is of another recipe, thread count or dataset.
    """
    check_name(out, name)
    folder = out / name
    metrics = {seed: _run(dataset, replace(plan, seed=seed), folder, seed, watch) for seed in seeds}
    last = read_config(folder / _run_name(seeds[-1]))
    summary = {
        "recipe": plan.recipe.to_dict(),
        "dataset": {"name": dataset.name, "sha256": dataset.sha256, "notice": dataset.notice},
        "seeds": list(seeds),
        "epochs": steps_and_epochs(plan.recipe, len(dataset.train))[1],
        **{key: summarize([metrics[seed][key] for seed in seeds]) for key in SUMMARIZED},
        "training_seconds": summarize([metrics[seed]["seconds"]["training"] for seed in seeds]),
        **{key: last[key] for key in ("threads", "precision", "device", "machine", "versions")},
    }
    write_text(folder / SUMMARY_FILE, to_json(summary))
    return summary


def summarize(values: Sequence[float]) -> dict[str, Any]:
    """Return n, mean, sample standard deviation (None for one value) and the values themselves."""
    spread = statistics.stdev(values) if len(values) > 1 else None
    return {"n": len(values), "mean": statistics.fmean(values), "sd": spread, "values": list(values)}


def _run(
    dataset: Dataset, plan: Plan, folder: Path, seed: int, watch: Callable[[int], AbstractContextManager[Progress]]
) -> dict[str, Any]:
    name = _run_name(seed)
    if (folder / name / METRICS_FILE).exists():
        check_same(folder / name, plan.to_dict(dataset))
        metrics: dict[str, Any] = json.loads((folder / name / METRICS_FILE).read_text(encoding="utf-8"))
        return metrics
    resume = (folder / (name + PARTIAL_SUFFIX) / CONFIG_FILE).exists()
    with watch(seed) as progress:
        return run_experiment(dataset, plan, out=folder, name=name, resume=resume, progress=progress).metrics


def _run_name(seed: int) -> str:
    return f"seed-{seed}"

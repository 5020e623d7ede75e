"""In: a plan and several seeds. Out: a run for each seed and a summary: the honest way to state an accuracy.

Complete runs are kept and interrupted ones resumed, so that the same call continues after a kill.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from digits.data import Dataset
from digits.errors import RunError, shorten
from digits.evaluation.report.facts import SUMMARY_FILE
from digits.experiments.loggers import Logger
from digits.experiments.pairs import compare_runs
from digits.experiments.run import Plan
from digits.experiments.sameness import check_same
from digits.experiments.seeds import Engine, Finished, Study, run_name
from digits.files import to_json, write_text
from digits.training.resuming.run_folder import (
    CONFIG_FILE,
    PARTIAL_SUFFIX,
    check_name,
    finish_publishing,
)
from digits.training.train import steps_and_epochs

SUMMARIZED = ("test_accuracy", "test_loss", "val_accuracy", "train_accuracy", "ece")
# What a result depends on besides recipe, seed and data, in config.json.
CONDITIONS = ("threads", "precision", "device", "machine", "versions")


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
        raise RunError(
            f"expected seeds such as 0-4 or 1,3,7; got {shorten(repr(text))}; give whole numbers from 0 upward"
        )
    return sorted(set(seeds))


def run_study(
    dataset: Dataset,
    plan: Plan,
    seeds: Sequence[int],
    *,
    out: Path,
    name: str,
    engine: Engine,
    loggers: Sequence[Logger] = (),
) -> dict[str, Any]:
    """Train ``plan`` once per seed into ``out/name/seed-N`` and write ``out/name/summary.json``.

    Args:
        engine: where the seeds are trained.
        loggers: who receives reports besides; a run is called seed-N there.

    Returns:
        the summary: per figure its mean, standard deviation and every seed's value, and what they depend on.

    Raises:
        RunError: a run in the folder has another recipe, thread count or dataset.
    """
    folder = _open_folder(out, name)
    runs = engine.run(Study(dataset, plan, folder, loggers), seeds)
    last = runs[seeds[-1]].config
    summary = {
        "recipe": plan.recipe.to_dict(),
        "dataset": {"name": dataset.name, "sha256": dataset.sha256, "notice": dataset.notice},
        "seeds": list(seeds),
        "epochs": steps_and_epochs(plan.recipe, len(dataset.train))[1],
        **_over_seeds(runs),
        **{key: last[key] for key in CONDITIONS},
    }
    write_text(folder / SUMMARY_FILE, to_json(summary))
    return summary


def check_begun(folder: Path, plan: Plan, seeds: Iterable[int]) -> None:
    """Raise RunError if a run of ``seeds`` in ``folder`` was begun with another plan; needs no data."""
    for seed in seeds:
        for run in (folder / run_name(seed), folder / (run_name(seed) + PARTIAL_SUFFIX)):
            if (run / CONFIG_FILE).exists():
                check_same(run, replace(plan, seed=seed).to_dict())


def summarize(values: Sequence[float]) -> dict[str, Any]:
    """Return n, mean, sample standard deviation (None for one value) and the values themselves."""
    spread = statistics.stdev(values) if len(values) > 1 else None
    return {"n": len(values), "mean": statistics.fmean(values), "sd": spread, "values": list(values)}


def _over_seeds(runs: Mapping[int, Finished]) -> dict[str, Any]:
    """Summarize the metrics.json of all seeds, and compare the networks."""
    metrics = [run.metrics for run in runs.values()]
    notices = [notice for one in metrics for notice in one.get("notices", ())]
    return {
        **{key: summarize([one[key] for one in metrics]) for key in SUMMARIZED},
        "notices": list(dict.fromkeys([*_unequal([run.config for run in runs.values()]), *notices])),
        "test_accuracy_without_contested": _agreed(metrics),
        "pairs": compare_runs({run_name(seed): run.metrics for seed, run in runs.items()}),
        "training_seconds": summarize([one["seconds"]["training"] for one in metrics]),
    }


def _unequal(configs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a notice if the seeds were trained on different machines, or with other versions; else nothing."""
    differing = [key for key in CONDITIONS if any(one[key] != configs[-1][key] for one in configs)]
    if not differing:
        return []
    return [f"UNEQUAL CONDITIONS: the seeds differ in {', '.join(differing)}; each seed's config.json has its own."]


def _agreed(metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Summarize the accuracy without contested labels; None where the test part is not MNIST's."""
    values = [one["test_accuracy_without_contested"] for one in metrics]
    return None if None in values else summarize(values)


def _open_folder(out: Path, name: str) -> Path:
    check_name(out, name)
    folder = out / name
    if (folder / CONFIG_FILE).exists():
        raise RunError(f"expected {folder} to hold a run for each seed, but it is one run; choose another with --name")
    finish_publishing(folder)  # where every seed is complete already, no run begins that would
    return folder

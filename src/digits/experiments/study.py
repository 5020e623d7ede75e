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
from digits.evaluation.evaluate import METRICS_FILE
from digits.evaluation.report.facts import SUMMARY_FILE
from digits.experiments.loggers import Logger
from digits.experiments.pairs import compare_runs
from digits.experiments.run import Plan, Run, draw_result, explain, measure_run
from digits.experiments.sameness import check_same
from digits.experiments.seeds import Engine, Finished, LocalEngine, Study, Watch, run_name
from digits.files import to_json, write_text
from digits.model.folder import open_model
from digits.training.backend import prepare
from digits.training.resuming.run_folder import (
    CONFIG_FILE,
    PARTIAL_SUFFIX,
    begin_run,
    check_name,
    find_interrupted,
    finish_publishing,
    hold,
    publish_run,
    read_config,
    require_free_name,
    require_publishable,
)
from digits.training.save import save_ensemble
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


def run_ensemble(
    dataset: Dataset,
    plan: Plan,
    count: int,
    *,
    out: Path,
    name: str,
    watch: Watch,
    loggers: Sequence[Logger] = (),
    force: bool = False,
) -> Run:
    """Train ``count`` members with seeds from ``plan.seed`` upward and publish ``out/name``, which averages them.

    The members stay in ``out/name-members``; the same call continues where it was.

    Raises:
        RunError: as ``run_study``, or ``out/name`` exists and there is no ``force``.
    """
    config = plan.to_dict() | {"dataset": dataset.to_dict(), "members": count}
    check_name(out, name)
    partial = out / (name + PARTIAL_SUFFIX)
    is_begun = (partial / CONFIG_FILE).exists() and not force
    _require_members(partial, count) if is_begun else require_free_name(out, name, force=force)
    seeds = range(plan.seed, plan.seed + count)
    engine = LocalEngine(watch)
    summary = run_study(dataset, plan, seeds, out=out, name=f"{name}-members", engine=engine, loggers=loggers)
    environment = prepare(threads=plan.threads, bfloat16=plan.recipe.bfloat16, parts=plan.recipe.parts)
    partial = find_interrupted(out, name) if is_begun else begin_run(out, name, config, force=force)
    with hold(partial):
        members = [open_model(out / f"{name}-members" / run_name(seed)) for seed in seeds]
        save_ensemble(members, partial, recipe=plan.recipe, dataset=dataset, environment=environment)
        training_s = float(sum(summary["training_seconds"]["values"]))
        metrics, tested = measure_run(partial, dataset, threads=plan.threads, training_s=training_s)
        metrics["members"] = {key: summary[key] for key in (*SUMMARIZED, "seeds")}
        metrics["seconds"]["whole_run"] = round(training_s + metrics["seconds"]["evaluation"], 1)
        write_text(partial / METRICS_FILE, to_json(metrics))
        draw_result(partial, dataset, plan, metrics)
        write_text(partial / CONFIG_FILE, to_json(config | environment.to_dict()))
        explain(partial, dataset, tested, threads=plan.threads)
        return Run(publish_run(partial), metrics)


def _require_members(partial: Path, count: int) -> None:
    """Raise RunError unless ``partial`` may be published, and was begun with so many members."""
    require_publishable(partial)
    begun = read_config(partial).get("members")
    if begun != count:
        what = f"an ensemble of {begun}" if begun else "a training of one network"
        raise RunError(
            f"expected --members as {partial} was begun; it is {what}, got --members {count}; "
            "give what it was begun with, another --name, or --force to begin anew"
        )


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

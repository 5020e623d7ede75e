"""In: a plan and a number of members. Out: the members, trained as a study, and a run whose one file averages them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digits.data import Dataset
from digits.errors import RunError
from digits.evaluation.evaluate import METRICS_FILE
from digits.evaluation.report.measure import Progress as Tell
from digits.experiments.loggers import Logger
from digits.experiments.run import Plan, Run, draw_result, explain, measure_run
from digits.experiments.seeds import LocalEngine, Watch, run_name
from digits.experiments.study import SUMMARIZED, run_study
from digits.files import to_json, write_text
from digits.model.folder import open_model
from digits.training.backend import prepare
from digits.training.resuming.run_folder import (
    CONFIG_FILE,
    PARTIAL_SUFFIX,
    begin_run,
    check_name,
    find_interrupted,
    hold,
    publish_run,
    read_config,
    require_free_name,
    require_publishable,
)
from digits.training.save import save_ensemble


def run_ensemble(
    dataset: Dataset,
    plan: Plan,
    count: int,
    *,
    out: Path,
    name: str,
    watch: Watch,
    tell: Tell,
    loggers: Sequence[Logger] = (),
    force: bool = False,
) -> Run:
    """Train ``count`` members with seeds from ``plan.seed`` upward and publish ``out/name``, which averages them.

    The members stay in ``out/name-members``; the same call continues where it was.

    Args:
        watch: shows the training of each member.
        tell: hears what follows, and how far it is.
        loggers: who else receives reports on the members.
        force: replace the run of that name, once this one is complete.

    Raises:
        RunError: as ``run_study``, or ``out/name`` exists and there is no ``force``.
    """
    config = plan.to_dict() | {"dataset": dataset.to_dict(), "members": count}
    check_name(out, name)
    partial = out / (name + PARTIAL_SUFFIX)
    is_begun = (partial / CONFIG_FILE).exists() and not force
    _require_members(partial, count) if is_begun else require_free_name(out, name, force=force)
    seeds = range(plan.seed, plan.seed + count)
    engine, members = LocalEngine(watch), f"{name}-members"
    summary = run_study(dataset, plan, seeds, out=out, name=members, engine=engine, loggers=loggers)
    partial = find_interrupted(out, name) if is_begun else begin_run(out, name, config, force=force)
    with hold(partial):
        metrics = _average([out / members / run_name(seed) for seed in seeds], partial, dataset, plan, summary, tell)
        return Run(publish_run(partial), metrics)


def _average(
    runs: Sequence[Path], folder: Path, dataset: Dataset, plan: Plan, summary: dict[str, Any], tell: Tell
) -> dict[str, Any]:
    """Make everything that the run of an ensemble holds, and return its metrics."""
    tell("averaging the members", 0, 1)
    config = read_config(folder)
    environment = prepare(threads=plan.threads, bfloat16=plan.recipe.bfloat16, parts=plan.recipe.parts)
    members = [open_model(run) for run in runs]
    save_ensemble(members, folder, recipe=plan.recipe, dataset=dataset, environment=environment)
    training_s = float(sum(summary["training_seconds"]["values"]))
    metrics, tested = measure_run(folder, dataset, threads=plan.threads, training_s=training_s, tell=tell)
    metrics["members"] = {key: summary[key] for key in (*SUMMARIZED, "seeds")}
    metrics["seconds"]["whole_run"] = round(training_s + metrics["seconds"]["evaluation"], 1)
    write_text(folder / METRICS_FILE, to_json(metrics))
    tell("drawing the plots", 0, 1)
    draw_result(folder, dataset, plan, metrics)
    write_text(folder / CONFIG_FILE, to_json(config | environment.to_dict()))
    explain(folder, dataset, tested, threads=plan.threads, tell=tell)
    return metrics


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

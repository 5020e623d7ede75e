"""In: what a person asked for. Out: a complete plan, filled in with defaults or from the run to resume."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from digits.data import Correction
from digits.errors import RunError
from digits.experiments.run import Plan
from digits.experiments.sameness import check_same
from digits.reading.cores import available_cores
from digits.training.recipe import DEFAULT_RECIPE, Augmentation, Recipe, find_recipe
from digits.training.run_folder import PARTIAL_SUFFIX, check_name, find_interrupted, read_config, require_publishable


def make_plan(
    out: Path,
    *,
    name: str | None = None,
    recipe: str | None = None,
    epochs: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    resume: bool = False,
) -> tuple[Plan, str]:
    """Return the plan and the run's name; with ``resume``, those of the interrupted run.

    Raises:
        RunError: an unknown recipe, an invalid name, nothing to resume, a damaged config.json in the run to resume,
            an ensemble, or another recipe, seed, number of epochs or threads than that run began with.
    """
    folder = find_interrupted(out, name) if resume else None
    if folder:
        require_publishable(folder)
        plan = _recorded_plan(folder, read_config(folder))
        name = folder.name.removesuffix(PARTIAL_SUFFIX)
    else:
        plan = Plan(find_recipe(recipe or DEFAULT_RECIPE), seed=0, threads=available_cores())
        name = name or f"{plan.recipe.name}-{time.strftime('%Y%m%d-%H%M%S')}"
        check_name(out, name)  # before the minutes that data and training take
    if recipe not in (None, plan.recipe.name):
        plan = replace(plan, recipe=find_recipe(str(recipe)))
    if epochs is not None:  # asked for by hand: exactly so many
        plan = replace(plan, recipe=replace(plan.recipe, epochs=epochs, min_steps=0))
    if seed is not None:
        plan = replace(plan, seed=seed)
    if threads is not None:
        plan = replace(plan, threads=threads)
    if folder:
        check_same(folder, plan.to_dict())
    return plan, name


def recorded_correction(folder: Path) -> Correction:
    """Return the correction that the interrupted run in ``folder`` applied to its images, from its config.json."""
    recorded = (read_config(folder).get("dataset") or {}).get("correction") or {}
    return Correction(**{field.name: recorded.get(field.name) is True for field in fields(Correction)})


def _recorded_plan(folder: Path, config: dict[str, Any]) -> Plan:
    if members := config.get("members"):
        raise RunError(
            f"expected an interrupted training of one network; {folder} is to average {members}; "
            f"give the call that began it, with --members {members}, again"
        )
    try:
        fields = dict(config["recipe"])
        recipe = Recipe(**fields | {"augmentation": Augmentation(**fields["augmentation"])})
        return Plan(recipe, seed=int(config["seed"]), threads=int(config["threads"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"expected recipe, seed and threads in {folder}/config.json; {error!r}; delete the folder and train again"
        ) from error

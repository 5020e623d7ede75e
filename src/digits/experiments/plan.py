"""In: what a person asked for. Out: a complete plan, filled in with defaults or from the run to resume."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from digits.data import Correction, Dataset
from digits.errors import RunError
from digits.experiments.run import Plan
from digits.experiments.sameness import check_same
from digits.reading.recognition.network.cores import available_cores
from digits.training.recipe import DEFAULT_RECIPE, FINETUNE, Augmentation, Recipe, find_recipe
from digits.training.resuming.run_folder import (
    PARTIAL_SUFFIX,
    check_name,
    find_interrupted,
    read_config,
    require_publishable,
)
from digits.training.train import steps_and_epochs

# Training images of one's own that start from the shipped network. A choice; docs/train.md measures up to 1,000.
FEW = 5_000


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
        plan = replace(plan, recipe=plan.recipe.with_epochs(epochs))
    if seed is not None:
        plan = replace(plan, seed=seed)
    if threads is not None:
        plan = replace(plan, threads=threads)
    if folder:
        check_same(folder, plan.to_dict())
    return plan, name


def fit_to_data(
    plan: Plan, dataset: Dataset, *, epochs: int | None = None, from_scratch: bool = False
) -> tuple[Plan, str | None]:
    """Return the plan made to suit the data, and a sentence about what was decided, if anything was.

    A person's own data that is too small to learn digits from adapts the shipped network, which knows them. The recipe
    of ``plan`` is the default, or ``finetune`` if a person chose that.
    """
    own = len(dataset.train) - (dataset.mixed_in or {}).get("images", 0)
    is_chosen = plan.recipe.name == FINETUNE
    if not is_chosen and (dataset.path is None or (own > FEW and not from_scratch)):
        return plan, None
    recipe = find_recipe(DEFAULT_RECIPE if from_scratch else FINETUNE).fitted_to(len(dataset.train))
    recipe = recipe if epochs is None else recipe.with_epochs(epochs)
    most = steps_and_epochs(recipe, len(dataset.train))[1]
    length = f"{'at most ' if recipe.patience else ''}{most} {'epoch' if most == 1 else 'epochs'}"
    how = f"in batches of {recipe.batch_size}, {length}"
    images = f"{own:,} training {'image' if own == 1 else 'images'}"
    start = f"the training starts from the shipped network's weights, {how}"
    told = f"{images} are few to learn digits from, so {start}; --from-scratch trains a fresh network"
    if from_scratch or is_chosen:
        told = start if is_chosen else f"a fresh network learns from {images}, {how}"
    return replace(plan, recipe=recipe), told


def recorded_mixing(folder: Path) -> bool:
    """Tell whether the interrupted run in ``folder`` has digits of MNIST among its training images."""
    return bool((read_config(folder).get("dataset") or {}).get("mixed_in"))


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

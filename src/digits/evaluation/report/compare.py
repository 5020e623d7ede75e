"""In: several runs measured on the same images. Out: ``Comparison``: what differs, and whether that is chance."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from digits.data import LabelledImages
from digits.evaluation.report.measure import MeasuredRun
from digits.evaluation.report.mistakes import to_data_uri
from digits.evaluation.report.significance import (
    LEVEL,
    Difference,
    Pair,
    compare_on_same_images,
    compare_over_seeds,
    holm,
)
from digits.files import to_json

SIGNIFICANT = 1 - LEVEL
IMAGES_SHOWN = 36


@dataclass(frozen=True)
class Group:
    """Runs of one recipe on one dataset with different seeds."""

    name: str
    runs: tuple[MeasuredRun, ...]

    @property
    def accuracies(self) -> list[float]:
        return [run.evaluation.metrics.accuracy for run in self.runs]


@dataclass(frozen=True)
class PairOfRuns:
    """Two runs on the same images; ``corrected_p`` is corrected for the number of pairs."""

    first: str
    second: str
    pair: Pair
    corrected_p: float

    @property
    def is_significant(self) -> bool:
        return self.corrected_p < SIGNIFICANT


@dataclass(frozen=True)
class PairOfGroups:
    """Two recipes over their seeds; ``difference`` is None where there are too few seeds to tell."""

    first: str
    second: str
    difference: Difference | None

    @property
    def is_significant(self) -> bool:
        return self.difference is not None and self.difference.p < SIGNIFICANT


@dataclass(frozen=True)
class Answered:
    """An image with each run's answer and confidence, in the order of the runs."""

    index: int
    label: int
    picture: str
    answers: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Comparison:
    """Runs on the same images; ``settings`` holds the settings that differ, with each run's value.

    ``disagreed`` counts images that some runs got right and some wrong, ``all_wrong`` those that none got right.
    """

    runs: tuple[MeasuredRun, ...]
    groups: tuple[Group, ...]
    pairs: tuple[PairOfRuns, ...]
    group_pairs: tuple[PairOfGroups, ...]
    settings: Mapping[str, tuple[Any, ...]]
    disagreed: int
    all_wrong: int
    disagreed_shown: tuple[Answered, ...]
    all_wrong_shown: tuple[Answered, ...]


def compare(runs: Sequence[MeasuredRun], examples: LabelledImages) -> Comparison:
    """Compare ``runs``, two or more, all measured on ``examples``."""
    runs = _with_distinct_names(runs)
    right = np.stack([run.evaluation.predictions.values == examples.labels for run in runs])
    couples = list(combinations(range(len(runs)), 2))
    tested = [compare_on_same_images(right[i], right[j]) for i, j in couples]
    corrected = holm([pair.p for pair in tested])
    names = [run.facts.name for run in runs]
    pairs = [
        PairOfRuns(names[i], names[j], pair, p) for (i, j), pair, p in zip(couples, tested, corrected, strict=True)
    ]
    count = right.sum(axis=0)
    # Most evenly split first: there the runs disagree most.
    split = np.flatnonzero((count > 0) & (count < len(runs)))
    split = split[np.argsort(np.abs(count[split] - len(runs) / 2), kind="stable")]
    none = np.flatnonzero(count == 0)
    groups = _grouped(runs)
    return Comparison(
        runs=tuple(runs),
        groups=groups,
        pairs=tuple(pairs),
        group_pairs=_compare_groups(groups),
        settings=_differing_settings(runs),
        disagreed=len(split),
        all_wrong=len(none),
        disagreed_shown=tuple(_answered(int(index), runs, examples) for index in split[:IMAGES_SHOWN]),
        all_wrong_shown=tuple(_answered(int(index), runs, examples) for index in none[:IMAGES_SHOWN]),
    )


def _with_distinct_names(runs: Sequence[MeasuredRun]) -> list[MeasuredRun]:
    """Return the runs; if two share a name, all are named by the part of their path that tells them apart."""
    names = [run.facts.name for run in runs]
    paths = [run.facts.path.resolve() for run in runs if run.facts.path]
    if len(set(names)) == len(names) or len(paths) < len(runs):
        return list(runs)
    shared = Path(os.path.commonpath([path.parent for path in paths]))
    return [
        replace(run, facts=replace(run.facts, name=str(path.relative_to(shared))))
        for run, path in zip(runs, paths, strict=True)
    ]


def _grouped(runs: Sequence[MeasuredRun]) -> tuple[Group, ...]:
    """Return the runs by recipe, length and data, each seed once; a run without a recipe stands alone.

    The same seed with other code or on another machine is not another random draw: it begins another group.
    """
    members: dict[str, list[dict[object, MeasuredRun]]] = {}
    for run in runs:
        facts = run.facts
        same = {"recipe": facts.recipe, "data": facts.dataset.get("sha256"), "epochs": facts.config.get("epochs")}
        same["members"] = facts.config.get("members")
        key = to_json(same) if facts.config else str(facts.path)
        alike = members.setdefault(key, [])
        free = next((seeds for seeds in alike if facts.seed not in seeds), None)
        if free is None:
            alike.append(free := {})
        free[facts.seed] = run
    found = [tuple(seeds.values()) for alike in members.values() for seeds in alike]
    return tuple(Group(_group_name(runs), runs) for runs in found)


def _group_name(runs: Sequence[MeasuredRun]) -> str:
    if len(runs) == 1:
        return runs[0].facts.name
    studies = {run.facts.name.rpartition("/")[0] for run in runs}
    study = studies.pop() if len(studies) == 1 else ""
    return study or f"recipe {runs[0].facts.recipe.get('name', 'unknown')}"


def _compare_groups(groups: Sequence[Group]) -> tuple[PairOfGroups, ...]:
    if all(len(group.runs) == 1 for group in groups):
        return ()
    return tuple(
        PairOfGroups(one.name, other.name, compare_over_seeds(one.accuracies, other.accuracies))
        for one, other in combinations(groups, 2)
    )


def _differing_settings(runs: Sequence[MeasuredRun]) -> dict[str, tuple[Any, ...]]:
    described = [_settings(run) for run in runs]
    keys = dict.fromkeys(key for settings in described for key in settings)
    rows = {key: tuple(settings.get(key) for settings in described) for key in keys}
    return {key: values for key, values in rows.items() if len({str(value) for value in values}) > 1}


def _settings(run: MeasuredRun) -> dict[str, Any]:
    config = run.facts.config
    versions = config.get("versions") or run.facts.model.get("versions") or {}
    told = {key: config.get(key) for key in ("seed", "threads", "precision", "device", "machine", "git_commit")}
    dataset = run.facts.dataset
    mixed = (dataset.get("mixed_in") or {}).get("name")
    data = {"dataset": dataset.get("name"), "mixed_in": mixed, "dataset_sha256": dataset.get("sha256")}
    recipe = dict(run.facts.settings)
    return {"recipe": recipe.pop("name", None)} | recipe | told | data | dict(versions)


def _answered(index: int, runs: Sequence[MeasuredRun], examples: LabelledImages) -> Answered:
    predictions = [run.evaluation.predictions for run in runs]
    answers = tuple((int(p.values[index]), float(p.confidence[index])) for p in predictions)
    return Answered(index, int(examples.labels[index]), to_data_uri(255 - examples.images[index]), answers)

"""Several seeds: trained once each, summarized against an independent reckoning."""

from __future__ import annotations

import json
import statistics
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
from support import TINY_PLAN, Silence

import digits
from digits.data import Dataset
from digits.errors import RunError
from digits.experiments.ensemble import run_ensemble
from digits.experiments.pairs import compare_runs
from digits.experiments.seeds import LocalEngine
from digits.experiments.study import CONDITIONS, _unequal, parse_seeds, run_study, summarize

# An ensemble called "both" takes these for its members.
STUDY, SEEDS = "both-members", [TINY_PLAN.seed, TINY_PLAN.seed + 1]
ONE_EPOCH = replace(TINY_PLAN, recipe=replace(TINY_PLAN.recipe, epochs=1))


@pytest.mark.parametrize(("text", "seeds"), [("0-3", [0, 1, 2, 3]), ("5", [5]), ("7,1-2,1", [1, 2, 7])])
def test_seeds_are_ranges_and_lists(text: str, seeds: list[int]) -> None:
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "a", "3-1", "-1", "1.5"])
def test_other_seeds_are_an_error(text: str) -> None:
    with pytest.raises(RunError, match=r"expected seeds"):
        parse_seeds(text)


def test_a_summary_is_mean_and_sample_deviation() -> None:
    values = [0.1, 0.4, 0.35]
    summary = summarize(values)
    assert summary["mean"] == pytest.approx(np.mean(values))
    assert summary["sd"] == pytest.approx(np.std(values, ddof=1))
    assert summarize([0.5])["sd"] is None


@pytest.fixture(scope="module")
def killed_study(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[int]]:
    """Two seeds, killed in the second and called again: their folder, the summary, and the seeds as they were begun."""
    out = tmp_path_factory.mktemp("studies")
    begun: list[int] = []

    def watch(seed: int) -> Silence:
        begun.append(seed)
        return Silence(stop_in=1 if begun == SEEDS else None)

    with pytest.raises(KeyboardInterrupt):
        run_study(small, ONE_EPOCH, SEEDS, out=out, name=STUDY, engine=LocalEngine(watch))
    return out, run_study(small, ONE_EPOCH, SEEDS, out=out, name=STUDY, engine=LocalEngine(watch)), begun


@pytest.mark.slow
def test_a_killed_study_goes_on_and_keeps_what_is_done(killed_study: tuple[Path, dict[str, Any], list[int]]) -> None:
    out, summary, begun = killed_study
    assert begun == [SEEDS[0], SEEDS[1], SEEDS[1]]
    accuracies = [
        json.loads((out / STUDY / f"seed-{seed}" / "metrics.json").read_text())["test_accuracy"] for seed in SEEDS
    ]
    assert summary["test_accuracy"]["values"] == accuracies
    assert summary["test_accuracy"]["mean"] == pytest.approx(statistics.mean(accuracies))
    assert json.loads((out / STUDY / "summary.json").read_text()) == summary
    assert any("TRAINING TOO SHORT" in notice for notice in summary["notices"])
    [pair] = summary["pairs"]
    assert pair["value"] == pytest.approx(accuracies[0] - accuracies[1])
    assert summary["test_accuracy_without_contested"] is None  # not MNIST's test part


def test_runs_differ_when_one_is_wrong_where_the_other_is_right() -> None:
    same = {"test_n": 1000, "test_errors": [1, 2, 3]}
    pairs = compare_runs({"a": same, "b": same, "c": {"test_n": 1000, "test_errors": list(range(3, 40))}})
    found = {(pair["first"], pair["second"]): pair for pair in pairs}
    assert found["a", "b"]["p_corrected"] == 1
    assert (found["a", "c"]["only_first"], found["a", "c"]["only_second"]) == (36, 2)
    assert found["a", "c"]["value"] == pytest.approx(0.034)
    assert found["a", "c"]["p_corrected"] == pytest.approx(3 * scipy.stats.binomtest(2, 38).pvalue)


def test_seeds_from_different_machines_get_a_notice() -> None:
    here = dict.fromkeys(CONDITIONS, "the same")
    assert _unequal([here, dict(here)]) == []
    (notice,) = _unequal([here, here | {"precision": "float32", "machine": "another"}])
    assert "the seeds differ in precision, machine;" in notice


@pytest.mark.slow
def test_a_study_of_another_recipe_does_not_take_over_the_folder(
    small: Dataset, killed_study: tuple[Path, dict[str, Any], list[int]]
) -> None:
    with pytest.raises(RunError, match=r"expected --epochs 1, with which .*seed-3 was begun; got --epochs 2;"):
        run_study(small, TINY_PLAN, SEEDS, out=killed_study[0], name=STUDY, engine=LocalEngine(lambda _: Silence()))


@pytest.mark.slow
def test_an_ensemble_is_one_model_that_averages_its_members(
    small: Dataset, killed_study: tuple[Path, dict[str, Any], list[int]]
) -> None:
    """The members are there already: the same call again trains none of them anew."""
    out, _, begun = killed_study
    trained = len(begun)
    told = Silence()
    run = run_ensemble(
        small, ONE_EPOCH, 2, out=out, name="both",
        watch=lambda seed: begun.append(seed) or Silence(), tell=told.task,
    )  # fmt: skip
    assert len(begun) == trained
    frames = small.test.images[:50]
    members = [digits.load(out / STUDY / f"seed-{seed}", precision="float32") for seed in SEEDS]
    raw = [member._classifier.run(frames)[0] for member in members]
    both = digits.load(run.path, precision="float32")
    np.testing.assert_allclose(both._classifier.run(frames)[0], np.mean(raw, axis=0), atol=1e-6)
    assert digits.load(run.path).classify_frames(frames).features.shape == (50, 64)
    assert run.metrics["members"]["test_accuracy"]["n"] == 2
    assert told.tasks == [
        "averaging the members",
        *(f"measuring on the {part} images" for part in ("train", "validation", "test")),
        "drawing the plots",
        "measuring on distorted images",
    ]
    assert (run.path / "confusion_matrix.png").exists()
    assert (out / "latest").resolve() == run.path.resolve()

"""What a training on a person's own data becomes where nobody chose a recipe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support import few

from digits.data import Dataset
from digits.errors import DataError
from digits.experiments.plan import fit_to_data, make_plan, recorded_mixing
from digits.experiments.run import Plan
from digits.training.recipe import RECIPES, SHIPPED
from digits.training.resuming.run_folder import begin_run
from digits.training.train import cold_statistics, steps_and_epochs

FAST = Plan(RECIPES["fast"], seed=0, threads=2)


def own(sample: Dataset, count: int) -> Dataset:
    return replace(few(sample, count), path="/mine", name="mine")


@pytest.mark.parametrize(("count", "batch"), [(30, 8), (64, 8), (160, 16), (320, 32), (3200, 32)])
def test_small_own_data_adapts_the_shipped_network_in_batches_that_fit(sample: Dataset, count: int, batch: int) -> None:
    plan, told = fit_to_data(FAST, own(sample, count))
    assert (plan.recipe.start, plan.recipe.batch_size) == (SHIPPED, batch)
    assert plan.recipe.patience > 0
    assert f"{count:,} training images are few" in str(told)
    assert "--from-scratch" in str(told)
    steps_and_epochs(plan.recipe, count)  # raises where a recipe cannot work


def test_it_is_not_warned_of_cold_statistics(sample: Dataset) -> None:
    plan, _ = fit_to_data(FAST, own(sample, 64), epochs=1)
    assert cold_statistics(plan.recipe, 64) is None


def test_mnist_and_large_own_data_are_trained_on_as_ever(sample: Dataset) -> None:
    assert fit_to_data(FAST, sample) == (FAST, None)
    part = sample.train
    many = replace(own(sample, 300), train=part.take([*range(len(part)), *range(1001)]))
    assert fit_to_data(FAST, many) == (FAST, None)


def test_epochs_that_were_asked_for_are_trained_exactly(sample: Dataset) -> None:
    plan, told = fit_to_data(FAST, own(sample, 320), epochs=7)
    assert steps_and_epochs(plan.recipe, 320) == (10, 7)
    assert plan.recipe.patience == 0
    assert "in batches of 32, 7 epochs" in str(told)


def test_finetune_that_was_chosen_fits_any_data(sample: Dataset) -> None:
    chosen = Plan(RECIPES["finetune"], seed=0, threads=2)
    plan, told = fit_to_data(chosen, own(sample, 64))
    assert plan.recipe.batch_size == 8
    assert str(told).startswith("the training starts from the shipped network's weights, in batches of 8")
    assert fit_to_data(chosen, sample)[0].recipe == chosen.recipe


def test_from_scratch_learns_in_batches_and_steps_that_fit(sample: Dataset) -> None:
    plan, told = fit_to_data(FAST, own(sample, 320), from_scratch=True)
    assert plan.recipe == replace(FAST.recipe, batch_size=32, learning_rate=FAST.recipe.learning_rate / 8)
    assert str(told).startswith("a fresh network")


def test_a_chosen_recipe_whose_batch_is_too_large_names_its_least_and_the_way_out() -> None:
    with pytest.raises(DataError, match=r"at least 256 training images, .* got 64 .* leave out --recipe, and 8 are"):
        steps_and_epochs(FAST.recipe, 64)


def test_resuming_remembers_whether_mnist_was_mixed_in(tmp_path: Path) -> None:
    begin_run(tmp_path, "mixed", {"dataset": {"mixed_in": {"name": "mnist"}}})
    begin_run(tmp_path, "own", {"dataset": {"mixed_in": None}})
    assert recorded_mixing(tmp_path / "mixed.partial")
    assert not recorded_mixing(tmp_path / "own.partial")


def test_a_run_begun_before_recipes_had_a_start_goes_on(tmp_path: Path) -> None:
    recipe = {key: value for key, value in FAST.recipe.to_dict().items() if key not in ("start", "patience")}
    begin_run(tmp_path, "old", {"recipe": recipe, "seed": 0, "threads": 2})
    assert make_plan(tmp_path, name="old", resume=True)[0] == FAST


def test_a_run_that_another_release_s_network_began_is_not_continued(tmp_path: Path) -> None:
    from digits.errors import RunError
    from digits.experiments.sameness import check_same

    plan = Plan(RECIPES["finetune"], seed=0, threads=2)
    begun = plan.to_dict()
    begin_run(tmp_path, "a", begun | {"initial_weights": {**begun["initial_weights"], "sha256": "0" * 64}})
    with pytest.raises(RunError, match="expected initial weights"):
        check_same(tmp_path / "a.partial", begun)

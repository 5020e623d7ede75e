"""What is begun goes on with the same options or not at all, and the option that differs is named as it is typed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digits.errors import RunError
from digits.experiments.plan import make_plan
from digits.experiments.run import Plan
from digits.experiments.sameness import check_same
from digits.experiments.study import check_begun
from digits.training.recipe import RECIPES
from digits.training.resuming.run_folder import begin_run

FAST = Plan(RECIPES["fast"], seed=0, threads=2)
STEPS = 100  # so that fast passes 3 times over its data, not 2


@pytest.fixture
def interrupted(tmp_path: Path) -> Path:
    begin_run(tmp_path, "a", FAST.to_dict() | {"steps_per_epoch": STEPS, "precision": "float32"})
    return tmp_path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"recipe": "spec"}, "expected --recipe fast, .*; got --recipe spec;"),
        ({"epochs": 5}, "expected --epochs 3, .*; got --epochs 5;"),
        ({"seed": 1}, "expected --seed 0, .*; got --seed 1;"),
        ({"threads": 7}, "expected --threads 2, .*; got --threads 7;"),
        ({"epochs": 9, "seed": 1}, "expected --epochs 3 and --seed 0, .*; got --epochs 9 and --seed 1;"),
    ],
)
def test_resuming_with_another_option_names_it(interrupted: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RunError, match=message):
        make_plan(interrupted, name="a", resume=True, **options)


@pytest.mark.parametrize("options", [{}, {"recipe": "fast"}, {"epochs": 3}, {"seed": 0, "threads": 2}])
def test_resuming_with_no_option_or_the_same_goes_on(interrupted: Path, options: dict[str, Any]) -> None:
    plan, name = make_plan(interrupted, resume=True, **options)
    assert name == "a"
    assert (plan.seed, plan.threads, plan.recipe.name) == (0, 2, "fast")


def test_a_recipe_that_another_release_changed_is_named_by_its_value(interrupted: Path) -> None:
    changed = replace(FAST, recipe=replace(FAST.recipe, batch_size=64))
    with pytest.raises(RunError, match=r"expected the recipe's batch_size 256, .* got the recipe's batch_size 64"):
        check_same(interrupted / "a.partial", changed.to_dict())


def test_another_machine_s_precision_is_named(interrupted: Path) -> None:
    with pytest.raises(RunError, match=r"expected precision float32, .* got precision mixed_bfloat16"):
        check_same(interrupted / "a.partial", {"precision": "mixed_bfloat16"})


def test_a_study_begun_with_another_option_is_refused_without_data(tmp_path: Path) -> None:
    begin_run(tmp_path / "study", "seed-4", replace(FAST, seed=4).to_dict())
    check_begun(tmp_path / "study", FAST, [3, 4])
    with pytest.raises(RunError, match=r"expected --threads 2, with which .*seed-4.partial was begun; got --threads 1"):
        check_begun(tmp_path / "study", replace(FAST, threads=1), [3, 4])


def test_a_changed_option_is_refused_before_data_and_tensorflow_are_loaded(interrupted: Path) -> None:
    command = ["train", "--out", str(interrupted), "--resume", "--data", "absent.npz", "--epochs", "5"]
    program = (
        "import sys; from digits.cli import main\n"
        "try: main()\n"
        "finally: assert not {'keras', 'tensorflow', 'matplotlib'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "got --epochs 5" in done.stderr
    assert "Traceback" not in done.stderr

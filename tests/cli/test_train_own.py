"""What `digits train` says about a person's own data before it trains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shell import call

from digits.data import Dataset
from digits.errors import RunError
from digits.experiments.run import Plan


@pytest.fixture
def data(sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """50 pictures, 5 of each digit."""
    order = np.argsort(sample.train.labels, kind="stable")[:: len(sample.train) // 50]
    np.savez(tmp_path / "mine.npz", images=sample.train.images[order], labels=sample.train.labels[order])
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    return tmp_path / "mine.npz"


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Dataset, Plan, str]]:
    """The dataset, plan and name with which a training would have begun."""
    found: list[tuple[Dataset, Plan, str]] = []

    def stop(dataset: Dataset, plan: Plan, *, name: str, **_: Any) -> None:
        found.append((dataset, plan, name))
        raise RunError("reached the training")

    monkeypatch.setattr("digits.experiments.run.run_experiment", stop)
    return found


def begin(*options: object) -> None:
    assert b"reached the training" in call("train", "--data", "mine.npz", *options).stderr


@pytest.mark.usefixtures("data")
def test_fifty_pictures_are_trained_on_and_the_run_is_named_after_what_was_decided(reached: list) -> None:
    begin()
    _, plan, name = reached[0]
    assert plan.recipe.name == "finetune"
    assert name.startswith("finetune-2")


@pytest.mark.usefixtures("data")
def test_from_scratch_trains_a_fresh_network_on_them(reached: list) -> None:
    begin("--from-scratch", "--name", "a")
    _, plan, name = reached[0]
    assert (plan.recipe.name, plan.recipe.start, name) == ("fast", "random weights", "a")


@pytest.mark.usefixtures("data")
def test_a_chosen_recipe_that_cannot_work_names_its_least_and_the_way_out() -> None:
    said = call("train", "--data", "mine.npz", "--recipe", "spec").stderr.decode()
    assert "expected at least 128 training images, one batch of recipe spec, got 30" in said
    assert "leave out --recipe, and 8 are enough" in said


def test_with_mnist_half_of_the_training_images_are_of_it(
    data: Path, reached: list, sample: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digits.data import load_dataset

    mine = load_dataset(data)
    monkeypatch.setattr("digits.data.load_dataset", lambda *given: mine if given else sample)
    begin("--with-mnist")
    dataset, plan, _ = reached[0]
    assert len(dataset.train) == 2 * len(mine.train)
    assert dataset.test is mine.test
    assert plan.recipe.name == "finetune"


@pytest.mark.parametrize(
    "options",
    [
        ["--from-scratch"],
        ["--with-mnist"],
        ["--data", "mine.npz", "--resume", "--with-mnist"],
        ["--data", "mine.npz", "--from-scratch", "--recipe", "finetune"],
        ["--data", "mine.npz", "--pen-strokes", "pendigits-orig.tra.gz"],
    ],
)
def test_options_that_contradict_each_other_are_wrong_use(options: list[str], tmp_path: Path) -> None:
    assert call("train", *options, cwd=tmp_path).returncode == 2


def test_pen_strokes_that_are_not_ucis_are_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "pens.tra").write_text(".SEGMENT DIGIT")
    done = call("train", "--pen-strokes", "pens.tra", cwd=tmp_path)
    assert done.returncode == 1
    assert b"expected UCI's pen strokes in pens.tra" in done.stderr

"""The race's contestants are those that are published; watching changes nothing; who wins is no test's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import time_to_accuracy
from race import keras_convnet, our_recipe
from race.keras_tools import forward_flop
from race.task import Task, save_examples
from support import TINY, Silence, few

from digits.data import Dataset
from digits.training import train as training
from digits.training.backend import prepare
from digits.training.network.architecture import build_network
from digits.training.recipe import RECIPES

SCRIPT = Path(time_to_accuracy.__file__)
THREADS = 2


@pytest.fixture(scope="module")
def tensorflow() -> None:
    """TensorFlow, woken with the threads that every test of this process takes."""
    prepare(threads=THREADS, bfloat16=False)


def test_an_interpreter_without_pytorch_leaves_its_contestant_out(tmp_path: Path) -> None:
    assert time_to_accuracy.left_out(["fast"], "/nowhere/python") == {}
    lacking = tmp_path / "python"
    lacking.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'torch'\" >&2; exit 1\n")
    lacking.chmod(0o755)
    assert "No module named 'torch'" in time_to_accuracy.left_out(["pytorch-cnn"], str(lacking))["pytorch-cnn"]
    assert "/nowhere/python" in time_to_accuracy.left_out(["pytorch-cnn"], "/nowhere/python")["pytorch-cnn"]


@pytest.mark.parametrize("arguments", [["--target", "99"], ["--seeds", "0"], ["--contestants", "nobody"]])
def test_options_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        time_to_accuracy.parse(arguments)


@pytest.mark.usefixtures("tensorflow")
def test_forward_flop_are_those_counted_by_hand() -> None:
    ours = 2 * 9 * (32 * 28**2 + 32 * 64 * 28**2 + 64 * 64 * 14**2 + 64 * 128 * 7**2) + 2 * (1152 * 32 + 32 * 10)
    assert forward_flop(build_network(RECIPES["fast"])) == ours
    theirs = 2 * 9 * (32 * 26**2 + 32 * 64 * 11**2) + 2 * 1600 * 10
    assert forward_flop(keras_convnet.build(seed=0)) == theirs


@pytest.mark.usefixtures("tensorflow")
def test_the_keras_convnet_has_the_published_number_of_parameters() -> None:
    assert keras_convnet.build(seed=0).count_params() == 34_826


@pytest.fixture(scope="module")
def unwatched(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, float]]:
    """The history of the training as it is outside of the race."""
    folder = tmp_path_factory.mktemp("unwatched")
    return training.train(few(sample), TINY, folder=folder, progress=Silence(), seed=0, threads=THREADS).history


@pytest.mark.slow
@pytest.mark.usefixtures("tensorflow")
@pytest.mark.parametrize("looks_per_epoch", [1, 4])
def test_looks_see_what_the_training_itself_measures_and_change_nothing(
    sample: Dataset,
    unwatched: list[dict[str, float]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    looks_per_epoch: int,
) -> None:
    small, rows = few(sample), []
    save_examples(tmp_path / "examples.npz", train=small.train, validation=small.validation)
    monkeypatch.setattr(our_recipe, "find_recipe", lambda _: TINY)
    original = our_recipe.WatchedProgress.epoch
    monkeypatch.setattr(our_recipe.WatchedProgress, "epoch", lambda self, row: (rows.append(row), original(self, row)))
    data = str(tmp_path / "examples.npz")
    task = Task("tiny", 0, THREADS, target=1.0, looks_per_epoch=looks_per_epoch, data=data, out="")
    untouched = training.build_network
    result = our_recipe.run(task)
    at_the_ends = [look["accuracy"] for look in result["looks"]][looks_per_epoch - 1 :: looks_per_epoch]
    assert at_the_ends == pytest.approx([row["val_accuracy"] for row in rows], abs=1e-6)
    assert [row["val_loss"] for row in rows] == [row["val_loss"] for row in unwatched]
    assert training.build_network is untouched


@pytest.mark.slow
def test_a_short_race_ends_in_one_line_of_json(sample: Dataset, tmp_path: Path) -> None:
    arrays = {
        "x_train": sample.train.images, "y_train": sample.train.labels,
        "x_test": sample.test.images, "y_test": sample.test.labels,
    }  # fmt: skip
    np.savez(tmp_path / "own.npz", **arrays)
    options = [
        "--data",
        tmp_path / "own.npz",
        "--limit",
        "512",
        "--target",
        "0.02",
        "--seeds",
        "1",
        "--peer-seeds",
        "1",
    ]
    options += ["--contestants", "fast", "keras-convnet", "pytorch-cnn", "--torch-python", tmp_path / "no-python"]
    done = subprocess.run(
        [sys.executable, SCRIPT, *options, "--out", tmp_path / "race.json"],
        env=os.environ, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert {name: entry["reached"] for name, entry in report["contestants"].items()} == {"fast": 1, "keras-convnet": 1}
    assert "pytorch-cnn" in report["left_out"]
    assert report["dataset"]["sizes"]["train"] == 512
    assert all(run["looks"] for run in json.loads((tmp_path / "race.json").read_text())["runs"])

"""The race's rule, clock and arithmetic are right; who wins is no test's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import time_to_accuracy
from hypothesis import given
from hypothesis import strategies as st
from race import keras_convnet, our_recipe
from race.keras_tools import forward_flop
from race.summary import render, share_of_peak, summarize
from race.task import Task, save_examples
from race.watch import Look, Watch, first_held
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


class Clock:
    """A clock that goes on only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Race:
    """A watched training of one second a step, whose validation takes a hundred; accuracies come from a list."""

    def __init__(self, accuracies: list[float], *, epochs: int, steps: int, looks_per_epoch: int) -> None:
        self.clock, self.accuracies = Clock(), list(accuracies)
        self.watch = Watch("race", target=0.99, looks_per_epoch=looks_per_epoch, measure=self.look, clock=self.clock)
        self.watch.start(epochs=epochs, steps=steps, batch_size=10, images_per_epoch=10 * steps)

    def look(self) -> float:
        self.clock.now += 100
        return self.accuracies.pop(0)

    def step(self, epoch: int, step: int) -> bool:
        self.clock.now += 1
        return self.watch.step(epoch=epoch, step=step)


def looks_of(accuracies: list[float]) -> list[Look]:
    return [Look(i, float(i), accuracy) for i, accuracy in enumerate(accuracies)]


def test_two_looks_in_a_row_hold_and_the_first_of_them_counts() -> None:
    held = first_held(looks_of([0.98, 0.99, 0.991, 0.98]), 0.99, is_finished=False)
    assert held is not None
    assert held.images == 1


def test_lucky_single_looks_do_not_hold() -> None:
    assert first_held(looks_of([0.99, 0.98, 0.995, 0.98]), 0.99, is_finished=True) is None


def test_the_last_look_holds_alone_only_when_the_schedule_is_finished() -> None:
    looks = looks_of([0.98, 0.99])
    assert first_held(looks, 0.99, is_finished=False) is None
    assert first_held(looks, 0.99, is_finished=True) == looks[-1]


@given(st.lists(st.sampled_from([0.98, 0.99])), st.lists(st.sampled_from([0.98, 0.99])))
def test_what_is_held_stays_held_whatever_comes_later(earlier: list[float], later: list[float]) -> None:
    held = first_held(looks_of(earlier), 0.99, is_finished=False)
    if held is not None:
        assert first_held(looks_of(earlier + later), 0.99, is_finished=True) == held


def test_looking_at_validation_stops_the_clock() -> None:
    race = Race([0.5, 0.99, 0.99], epochs=3, steps=4, looks_per_epoch=2)
    assert [race.step(1, step) for step in (1, 2, 3, 4)] == [False] * 4
    assert [race.step(2, step) for step in (1, 2)] == [False, True]
    result = race.watch.result()
    assert result["seconds"] == 4
    assert result["seconds_without_first_step"] == 3
    assert result["first_step_seconds"] == 1
    assert result["epochs"] == 1
    assert result["images_per_second"] == 10


def test_a_pause_is_not_counted() -> None:
    race = Race([0.99], epochs=1, steps=2, looks_per_epoch=1)
    race.step(1, 1)
    race.watch.pause()
    race.clock.now += 1000
    race.watch.go_on()
    assert race.step(1, 2)
    assert race.watch.result()["seconds"] == 2


@given(steps=st.integers(1, 60), every=st.integers(1, 9), looks_per_epoch=st.integers(1, 9))
def test_looks_are_spread_over_the_epoch_and_its_end_is_one(steps: int, every: int, looks_per_epoch: int) -> None:
    race = Race([0.0] * 60, epochs=1, steps=steps, looks_per_epoch=looks_per_epoch)
    for step in range(1, steps + 1):
        if step % every == 0 or step == steps:  # updates may be reported several at a time
            race.step(1, step)
    result = race.watch.result()
    places = [look["images"] / 10 for look in result["looks"]]
    assert places[-1] == steps
    assert len(places) <= looks_per_epoch
    if every == 1:
        assert len(places) == min(looks_per_epoch, steps)
    assert not result["is_reached"]


def run_of(contestant: str, seconds: float | None, number: int = 0, **other: Any) -> dict[str, Any]:
    run = {
        "contestant": contestant, "round": number, "precision": "float32", "parameters": 1, "batch_size": 128,
        "scheduled_epochs": 2, "is_reached": seconds is not None, "seconds": seconds, "first_step_seconds": 1.0,
        "seconds_without_first_step": None if seconds is None else seconds - 1, "epochs": 1.0, "last_accuracy": 0.99,
        "images_per_second": 1000.0, "forward_flop_per_image": 50_000_000, "load_average_before": 0.1,
    }  # fmt: skip
    return run | other


PEAK = {"gflop_per_second": {"float32": {"median": 300.0}, "mixed_bfloat16": None}}


def test_a_run_that_never_got_there_counts_as_the_slowest() -> None:
    runs = [run_of("spec", seconds, number) for number, seconds in enumerate([None, 30.0, 10.0])]
    seconds = summarize(runs, [PEAK] * 3)["contestants"]["spec"]["seconds"]
    assert seconds == {"median": 30.0, "minimum": 10.0, "maximum": None}


def test_how_much_longer_the_others_take_is_a_ratio_of_medians() -> None:
    summary = summarize([run_of("fast", 20.0), run_of("spec", 170.0)], [PEAK])["contestants"]
    assert summary["spec"]["times_as_long_as_fast"] == 8.5
    assert summary["fast"]["times_as_long_as_fast"] == 1


def test_the_share_of_the_peak_counts_three_forward_passes_in_the_precision_of_the_run() -> None:
    assert share_of_peak(run_of("fast", 20.0), PEAK) == pytest.approx(0.5)
    both = {"gflop_per_second": {"float32": {"median": 300.0}, "mixed_bfloat16": {"median": 600.0}}}
    assert share_of_peak(run_of("fast", 20.0, precision="mixed_bfloat16"), both) == pytest.approx(0.25)


def test_the_table_says_who_is_left_out_and_that_bfloat16_is_missing() -> None:
    report = summarize([run_of("fast", 20.0)], [PEAK]) | {
        "left_out": {"pytorch-cnn": "not installed"},
        "protocol": {"target": 0.99, "threads": 2, "looks_per_epoch": 8},
        "dataset": {"name": "mnist", "notice": None, "sizes": {"train": 55000, "validation": 5000}},
        "machine": "some processor",
    }
    table = render(report)
    assert "Left out: pytorch-cnn: not installed" in table
    assert "no bfloat16 units" in table
    assert "| fast | float32 | 1 of 1 | 20.0 | 19.0 | 1.00 | 1,000 | 50% | 1.0 × |" in table


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


@pytest.mark.parametrize("looks_per_epoch", [1, 4])
def test_looks_see_what_the_training_itself_measures_and_change_nothing(
    sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks_per_epoch: int
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
    unwatched = training.train(small, TINY, folder=tmp_path, progress=Silence(), seed=0, threads=THREADS)
    assert [row["val_loss"] for row in rows] == [row["val_loss"] for row in unwatched.history]
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

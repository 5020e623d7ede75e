"""The command line as a shell sees it: what goes where, and which exit status."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from shell import call

from digits.data import Dataset
from digits.training.export.export import Exported

DIGITS = Path(sys.executable).with_name("digits")


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = call(*arguments, cwd=cwd)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="module")
def small_npz(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 + 60 digits as an npz file with Keras's keys."""
    path = tmp_path_factory.mktemp("data") / "small.npz"
    np.savez(
        path,
        x_train=sample.train.images[:300],
        y_train=sample.train.labels[:300].astype(np.uint8),
        x_test=sample.test.images[:60],
        y_test=sample.test.labels[:60].astype(np.uint8),
    )
    return path


def test_version_and_help_go_to_stdout(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path).stdout.startswith("digits ")
    shown = run("--help", cwd=tmp_path).stdout
    assert all(verb in shown for verb in ("train", "evaluate", "export", "data"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["train", "--epochs", "0"],
        ["train", "--recipe", "slow"],
        ["train", "--seeds", "a"],
        ["export"],
        ["export", "--format", "pickle"],
        ["train", "--seeds", "1", "--resume"],
    ],
)
def test_wrong_use_exits_2(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert not done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--resume"], "there is none"),
        (["train", "--data", "absent.npz"], "absent.npz"),
        (["evaluate", "absent"], "nothing is there"),
        (["train", "--out", "/dev/null"], "/dev/null is not a folder"),
    ],
)
def test_a_failure_exits_1_with_one_sentence_on_stderr(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


@pytest.mark.slow
def test_train_prints_json_on_stdout_and_a_line_an_epoch_on_stderr(tmp_path: Path, small_npz: Path) -> None:
    done = run("train", "--data", small_npz, "--epochs", 2, "--name", "a", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["test_n"] == 60
    assert [line.split()[1] for line in done.stderr.splitlines() if line.startswith("epoch")] == ["1/2", "2/2"]
    assert (tmp_path / "runs" / "a" / "CNN_mnist.h5").exists()
    evaluated = run("evaluate", "runs/latest", "--data", small_npz, "--json", cwd=tmp_path)
    assert json.loads(evaluated.stdout)["accuracy"] == json.loads(done.stdout)["int8_test_accuracy"]


def run_alone(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run it in a process of its own: weights are the same only where TensorFlow starts with the same settings."""
    return subprocess.run([DIGITS, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def options(small_npz: Path) -> list[str]:
    return ["--data", str(small_npz), "--epochs", "12", "--seed", "1", "--name", "a"]


@pytest.fixture(scope="module")
def whole(options: list[str], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The network of a run that nobody killed."""
    folder = tmp_path_factory.mktemp("whole")
    done = run_alone("train", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    return (folder / "runs" / "a" / "model" / "model.onnx").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_killed_while_training_resumes_to_the_same_model(
    tmp_path: Path, small_npz: Path, options: list[str], whole: bytes, how: int
) -> None:
    process = subprocess.Popen(
        [DIGITS, "train", *options], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    checkpoint = tmp_path / "runs" / "a.partial" / "checkpoint.npz"
    deadline = time.monotonic() + 120
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert ("--resume" in err) == (how == signal.SIGINT)
    assert not (tmp_path / "runs" / "a").exists()
    resumed = run_alone("train", "--resume", "--data", small_npz, cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert "resuming after epoch" in resumed.stderr
    is_same = (tmp_path / "runs" / "a" / "model" / "model.onnx").read_bytes() == whole
    assert is_same  # pytest would compare the bytes for hours


def test_a_new_training_points_at_an_interrupted_run_unless_that_is_at_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from digits.cli.terminal.interrupted import point_at_interrupted
    from digits.training.resuming.run_folder import begin_run, hold

    point_at_interrupted(tmp_path / "absent")
    partial = begin_run(tmp_path, "a", {"seed": 1})
    with hold(partial):
        module = "digits.cli.terminal.interrupted"
        point = f"import sys, pathlib, {module} as t; t.point_at_interrupted(pathlib.Path(sys.argv[1]))"
        done = subprocess.run([sys.executable, "-c", point, tmp_path], check=True, capture_output=True)
        assert not done.stderr
    point_at_interrupted(tmp_path)
    shown = " ".join(capsys.readouterr().err.split())
    assert "a was interrupted" in shown
    assert "--resume" in shown
    assert shown.endswith("--name a")
    begin_run(tmp_path, "b", {"dataset": {"source": "MNIST", "mixed_in": {"name": "pen strokes"}}})
    point_at_interrupted(tmp_path)
    assert "--name b, and the same --pen-strokes" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tflite", "litert"),
        ("TFLite", "litert"),
        ("saved_model", "savedmodel"),
        ("SavedModel", "savedmodel"),
        ("tensorflow", "savedmodel"),
        ("hdf5", "h5"),
        (".h5", "h5"),
        ("ONNX", "onnx"),
    ],
)
def test_a_format_is_known_by_the_names_that_people_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, meant: str
) -> None:
    asked: list[str] = []

    def export(_folder: object, format_name: str, *_: object, **__: object) -> Exported:
        asked.append(format_name)
        return Exported(tmp_path / "file", format_name, 0.0, 1)

    monkeypatch.setattr("digits.training.export.export.export", export)
    assert run("export", "--format", typed, cwd=tmp_path).returncode == 0
    assert asked == [meant]


@pytest.mark.slow
def test_export_says_how_close_it_is(tmp_path: Path) -> None:
    done = run("export", "--format", "onnx", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["largest_difference"] == 0
    assert (tmp_path / "CNN_mnist.onnx").exists()


def test_the_command_line_offers_exactly_the_recipes_and_formats_there_are() -> None:
    from typing import get_args, get_type_hints

    from digits.cli.export import export
    from digits.cli.train import train
    from digits.training.export.export import FORMATS
    from digits.training.recipe import RECIPES

    recipes = get_type_hints(train)["recipe"]
    assert set(get_args(get_args(recipes)[0])) == set(RECIPES)
    assert set(get_args(get_type_hints(export)["format_name"])) == {*FORMATS, "web"}  # a page, written by serving

"""``--transpose`` and ``--invert``, wherever ``--data`` is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from digits.cli import app
from digits.data import Correction, Dataset
from digits.files import to_json

VERBS = ("train", "evaluate", "report", "inspect", "data")


@pytest.fixture
def transposed(sample: Dataset, tmp_path: Path) -> Path:
    """250 real digits as EMNIST has them, the first of them a 9."""
    path = tmp_path / "turned.npz"
    np.savez(path, images=sample.test.images[::-2].swapaxes(1, 2), labels=sample.test.labels[::-2])
    return path


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("option", ["--transpose", "--invert"])
def test_a_correction_without_data_is_wrong_use(call: Any, verb: str, option: str) -> None:
    done: Result = call(verb, option)
    assert done.exit_code == 2
    assert "need --data" in done.stderr


def test_transposed_digits_are_told_on_standard_error_with_the_option(call: Any, transposed: Path) -> None:
    done = call("evaluate", "--data", transposed, "--json")
    assert "these images look transposed" in done.stderr
    assert "give --transpose." in done.stderr
    assert json.loads(done.stdout)["accuracy"] < 0.4


def test_the_option_mends_what_is_measured(call: Any, transposed: Path) -> None:
    done = call("evaluate", "--data", transposed, "--transpose", "--json")
    assert "TURNED IMAGES" not in done.stderr
    assert json.loads(done.stdout)["accuracy"] > 0.95


def test_data_tells_and_records_what_was_done(call: Any, transposed: Path) -> None:
    as_it_is = call("data", "--data", transposed, "--json")
    assert "give --transpose." in json.loads(as_it_is.stdout)["notice"]
    mended = json.loads(call("data", "--data", transposed, "--transpose", "--json").stdout)
    assert mended["notice"] is None
    assert mended["correction"] == {"transpose": True, "invert": False}
    assert mended["source"].endswith("turned.npz, transposed")


@pytest.mark.slow
def test_report_and_inspect_take_the_options(call: Any, transposed: Path) -> None:
    reported = call("report", "--data", transposed, "--transpose", "--robustness-images", 0, "--json")
    assert json.loads(reported.stdout)["notices"] == []
    upright = json.loads(call("inspect", "--data", transposed, "--transpose", "--json").stdout)
    assert upright["answer"] == 9


class ReachedTheDataError(Exception):
    """Stops a training where it has said what it is to be trained on."""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), Correction(transpose=True)),  # of the run, as recipe and seed are
        (("--transpose",), Correction(transpose=True)),
        (("--invert",), Correction(invert=True)),  # refused later, as other data
    ],
)
def test_resuming_takes_the_correction_of_the_run(
    call: Any, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], expected: Correction
) -> None:
    from digits.experiments.run import Plan
    from digits.training.recipe import RECIPES

    plan = Plan(RECIPES["fast"], seed=0, threads=1)
    folder = Path("runs") / "mine.partial"
    folder.mkdir(parents=True)
    recorded = {"recipe": plan.recipe.to_dict(), "seed": 0, "threads": 1}
    correction = Correction(transpose=True).to_dict()
    (folder / "config.json").write_text(to_json({**recorded, "dataset": {"correction": correction}}))
    asked = []

    def load(*arguments: object) -> None:
        asked.append(arguments)
        raise ReachedTheDataError

    monkeypatch.setattr("digits.data.load_dataset", load)
    call("train", "--resume", "--data", "mine.npz", *given)
    assert asked == [(Path("mine.npz"), expected)]


def test_a_broken_off_training_says_the_options_to_go_on_with(capsys: pytest.CaptureFixture[str]) -> None:
    from digits.cli.parsing.training_data import TrainingData
    from digits.cli.terminal.interrupted import say_how_to_go_on

    own = TrainingData(Path("mine.npz"), Correction(transpose=True), with_mnist=False, pen_strokes=None)
    drawn = TrainingData(None, Correction(), with_mnist=False, pen_strokes=Path("pens.tra.gz"))
    for source, options in ((own, "--data mine.npz --transpose"), (drawn, "--name mine --pen-strokes pens.tra.gz")):
        say_how_to_go_on(Path("runs"), "mine", source.options, is_study=False)
        assert options in capsys.readouterr().err

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import digits
from digits import files
from digits.cli.evaluate import evaluate
from digits.cli.parsing.command import make_command
from digits.evaluation.distortion.robustness import SUBSET_IMAGES
from digits.reading.recognition.predictions import Predictions

app = make_command(evaluate)


class FakeReader:
    """Reads the digit that is written as a grey value into the first pixel; 9 is the most it knows."""

    def __init__(self, dataset: dict[str, Any]) -> None:
        self.info = {"dataset": dataset}

    def classify_frames(self, frames: np.ndarray) -> Predictions:
        values = np.minimum(frames[:, 0, 0], 9).astype(np.int64)
        probabilities = np.full((len(frames), 10), 0.02, np.float32)
        probabilities[np.arange(len(frames)), values] = 0.82
        features = np.zeros((len(frames), 32), np.float32)
        return Predictions(values, probabilities.max(axis=1), probabilities, features)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A test part of 200 digits in which two 3s are read as 8."""
    labels = (np.arange(200) % 10).astype(np.uint8)
    images = np.zeros((200, 28, 28), np.uint8)
    images[:, 0, 0] = labels
    images[[3, 13], 0, 0] = 8
    path = tmp_path_factory.mktemp("data") / "invoices.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=images, y_test=labels)
    return path


@pytest.mark.slow
def test_each_long_task_is_told_when_it_begins(data: Path, tmp_path: Path) -> None:
    told = call(tmp_path, "--data", data, "--robustness", "--robustness-images", 10).stderr.splitlines()
    assert told == ["classifying invoices …", "classifying distorted images …", "drawing the pictures …"]


def call(folder: Path, *arguments: object, trained_on: str = "mnist") -> Any:
    """Run the verb in ``folder``, with a model trained on ``trained_on``; ``asked`` holds the models it loaded."""
    asked: list[object] = []

    def load(path: object) -> FakeReader:
        asked.append(path)
        return FakeReader({"name": trained_on, "notice": None})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digits, "load", load)
        # The shipped model would read these made-up images in eight forms, in vain: tests/data has that.
        patch.setattr("digits.data.remarks.find_other_form", lambda _: None)
        patch.chdir(folder)
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    result.asked = asked  # type: ignore[attr-defined]
    return result


@pytest.fixture
def run(tmp_path):
    """Runs the verb in the folder "here", empty at first."""
    (tmp_path / "here").mkdir()
    return partial(call, tmp_path / "here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where ``plain`` was run."""
    return tmp_path_factory.mktemp("plain")


@pytest.fixture(scope="module")
def plain(folder, data):
    """What the verb answers without any option but the data."""
    return call(folder, "--data", data)


def test_report_tells_accuracy_interval_errors_and_confusions(plain):
    assert "the shipped model on invoices: 200 images" in plain.stdout
    assert "99.00%  95 % interval 96.43% to 99.73%" in plain.stdout
    assert "2 of 200" in plain.stdout
    assert "3 as 8 (2)" in plain.stdout


def test_terms_of_the_field_have_plain_words_beside_them(plain):
    lines = {line.split()[0]: line for line in plain.stdout.splitlines() if line.strip()}
    assert "how surprised the network is by the right answers" in lines["loss"]
    assert "calibration error: mean gap between its confidence and its accuracy" in lines["ECE"]


def test_report_has_a_row_per_digit(plain):
    lines = plain.stdout.splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines if len(line.split()) == 6}
    assert rows["3"] == ["1.0000", "0.9000", "0.9474", "20", "2"]
    assert rows["8"] == ["0.9091", "1.0000", "0.9524", "20", "0"]
    assert {str(digit) for digit in range(10)} <= set(rows)


def test_files_go_to_the_evaluation_folder_and_are_named(plain, folder):
    written = sorted(path.name for path in (folder / "evaluation").iterdir())
    assert written == ["confusion_matrix.png", "metrics.json", "most_wrong.png", "risk_coverage.png"]
    assert all(f"evaluation/{name}" in plain.stdout for name in written)


def test_files_go_where_they_are_asked_to(run, data, tmp_path):
    run("--data", data, "--out", tmp_path / "there")
    assert (tmp_path / "there" / "most_wrong.png").exists()
    assert list((tmp_path / "here").iterdir()) == []


def test_an_evaluation_is_not_replaced_unasked(run, data, tmp_path):
    metrics = tmp_path / "here" / "evaluation" / "metrics.json"
    metrics.parent.mkdir(parents=True)
    metrics.write_bytes(before := b"of another evaluation")
    metrics.with_name("robustness.png").touch()
    refused = run("--data", data)
    assert isinstance(refused.exception, digits.RunError)
    assert "--force" in str(refused.exception)
    assert refused.asked == []  # no model was loaded, nothing was measured
    assert metrics.read_bytes() == before
    assert run("--data", data, "--force").exit_code == 0
    assert metrics.read_bytes() != before
    assert not metrics.with_name("robustness.png").exists()  # it was not of this evaluation


@pytest.mark.parametrize("name", ["robustness.png", "most_wrong.png"])
def test_a_picture_of_one_s_own_is_not_replaced_unasked(run, data, tmp_path, name):
    mine = tmp_path / "pictures" / name
    mine.parent.mkdir()
    mine.write_bytes(b"mine")
    refused = run("--data", data, "--out", mine.parent)
    assert isinstance(refused.exception, digits.RunError)
    assert mine.read_bytes() == b"mine"


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_folder_that_cannot_be_is_refused_before_anything_is_measured(run, data, tmp_path, force):
    (tmp_path / "file").write_text("no folder")
    refused = run("--data", data, "--out", tmp_path / "file" / "below", *force)
    assert isinstance(refused.exception, digits.RunError)
    assert f"{tmp_path / 'file'} is not a folder" in str(refused.exception)
    assert refused.asked == []


def test_a_folder_that_may_not_be_written_to_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="cannot be written"):
        files.require_writable(tmp_path / "new" / "folder")
    assert not (tmp_path / "new").exists()


def test_an_evaluation_as_json_alone_replaces_nothing_and_is_not_refused(plain, folder, data):
    assert plain.exit_code == 0
    before = (folder / "evaluation" / "metrics.json").read_bytes()
    assert call(folder, "--data", data, "--json").exit_code == 0
    assert (folder / "evaluation" / "metrics.json").read_bytes() == before


def test_json_is_all_there_is_on_standard_output_and_writes_no_file(run, data, tmp_path):
    answer = json.loads(run("runs/latest", "--data", data, "--json").stdout)
    assert (answer["model"], answer["dataset"], answer["errors"]) == ("runs/latest", "invoices", 2)
    assert list((tmp_path / "here").iterdir()) == []


def test_json_needs_no_plotting_packages(run, data, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert run("--data", data, "--json").exit_code == 0
    assert isinstance(run("--data", data).exception, digits.MissingExtraError)


def test_without_a_model_the_shipped_one_is_measured(plain):
    assert plain.asked == [None]
    assert "the shipped model" in plain.stdout


def test_doubt_about_the_figure_stands_in_the_report(run, data):
    text = run("--data", data, trained_on="invoices").stdout
    assert "PERHAPS NOT A TEST RESULT" in text
    assert text.index("NOT A TEST RESULT") < text.index("accuracy")


def test_doubt_about_the_figure_stands_in_the_json_and_on_standard_error(run, data):
    result = run("--data", data, "--json", trained_on="invoices")
    assert json.loads(result.stdout)["notices"][0].startswith("PERHAPS NOT A TEST RESULT")
    assert "PERHAPS NOT A TEST RESULT" in result.stderr


def test_mnist_model_on_the_offline_sample_is_told_to_be_no_test(run, sample, monkeypatch):
    monkeypatch.setattr("digits.evaluation.run_data.load_labelled", lambda *_: (sample.name, sample.test))
    result = run("--json")
    assert json.loads(result.stdout)["notices"][0].startswith("NOT A TEST RESULT")


def test_robustness_is_measured_on_request_alone(plain, folder):
    assert "robustness" not in plain.stdout
    assert "robustness" not in json.loads((folder / "evaluation" / "metrics.json").read_text())


@pytest.mark.slow
def test_robustness_adds_a_table_a_picture_and_figures(run, data, tmp_path):
    text = run("--data", data, "--robustness").stdout
    folder = tmp_path / "here" / "evaluation"
    assert "robustness: all 200 images" in text
    assert "evaluation/robustness.png" in text
    assert (folder / "robustness.png").exists()
    saved = json.loads((folder / "metrics.json").read_text())["robustness"]
    rows = {line.split("  ")[0].strip() for line in text.splitlines()}
    for family in saved["families"]:
        assert family["name"] in rows
    # Noise changes the one pixel that this reader looks at, always.
    assert {family["name"]: family["limits"][0]["held"] for family in saved["families"]}["noise"] == 0


def test_robustness_says_how_many_images_it_took(run, data):
    answer = json.loads(run("--data", data, "--robustness", "--robustness-images", 50, "--json").stdout)
    assert answer["robustness"]["sample"].startswith("50 of the 200 images")


def test_robustness_is_in_the_json_and_needs_no_plotting_packages(run, data, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    answer = json.loads(run("--data", data, "--robustness", "--json").stdout)
    assert answer["errors"] == 2
    assert answer["robustness"]["n"] == 200


def test_the_number_of_distorted_images_is_the_room_s_own():
    parameters = {parameter.name: parameter for parameter in app.params}
    assert parameters["robustness_images"].default == SUBSET_IMAGES

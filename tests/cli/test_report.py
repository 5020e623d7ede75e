from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from click.testing import CliRunner

from digits.cli.parsing.command import make_command
from digits.cli.report import report
from digits.data import Dataset
from digits.errors import MissingExtraError, ModelError, RunError
from digits.evaluation.report.measure import ROBUSTNESS_IMAGES
from digits.model.folder import SHIPPED

app = make_command(report)


@pytest.fixture
def data(sample: Dataset, tmp_path: Path) -> Path:
    """100 real digits."""
    path = tmp_path / "few.npz"
    np.savez(path, images=sample.test.images[:100], labels=sample.test.labels[:100])
    return path


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Path) -> Any:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def run(*arguments: object, robustness_images: int = 0) -> Any:
        options = ["--data", data, "--robustness-images", robustness_images]
        return CliRunner().invoke(app, [str(argument) for argument in (*arguments, *options)])

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run = tmp_path / "runs" / "mine"
    shutil.copytree(SHIPPED, run / "model")
    return run


@pytest.fixture
def other(folder: Path) -> Path:
    """The same network in a file of other bytes, as another training would leave."""
    run = folder.with_name("other")
    shutil.copytree(folder, run)
    network = onnx.load(run / "model" / "model.onnx")
    network.doc_string = "another"
    weights = network.SerializeToString()
    (run / "model" / "model.onnx").write_bytes(weights)
    info = json.loads((run / "model" / "model.json").read_text(encoding="utf-8"))
    info["weights"] |= {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}
    (run / "model" / "model.json").write_text(json.dumps(info), encoding="utf-8")
    return run


def test_a_run_s_report_goes_into_its_folder(call, folder, tmp_path):
    result = call(folder)
    assert result.exit_code == 0, result.output
    assert f"file: {folder / 'report.html'}" in result.stdout
    assert "mine on few: 99.00%" in result.stdout or "mine on few: 100.00%" in result.stdout
    assert (folder / "report.html").stat().st_size < 3 * 2**20
    assert list((tmp_path / "here").iterdir()) == []


def test_each_long_task_is_told_when_it_begins(call, folder):
    lines = call(folder, robustness_images=10).stderr.splitlines()
    told = [line for line in lines if not line.startswith("note:")]
    tasks = ("classifying in float32", "classifying in int8", "distorting")
    assert told == ["measuring …", *(f"mine: {task} …" for task in tasks), "writing the page …"]


def test_without_a_run_it_is_about_the_shipped_model_and_stays_here(call, tmp_path):
    assert "the shipped model on few" in call().stdout
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["report.html"]


def test_several_runs_are_compared(call, folder, other, tmp_path):
    result = call(folder, other, "--out", tmp_path / "both.html")
    assert result.exit_code == 0, result.output
    assert "No two of these networks differ" in result.stdout
    assert "2 runs compared" in (tmp_path / "both.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_run_named_twice_is_one_run(call, folder):
    assert "mine on few" in call(folder, folder).stdout
    assert "runs compared" not in (Path("report.html")).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_copied_run_is_left_out_and_that_is_told(call, folder):
    result = call(folder, shutil.copytree(folder, folder.with_name("copy")))
    assert result.exit_code == 0, result.output
    assert "holds the same weights as" in result.stderr
    assert "mine on few" in result.stdout


def test_another_file_is_not_replaced_unless_asked(call, folder, tmp_path):
    mine = tmp_path / "mine.html"
    mine.write_text("my own", encoding="utf-8")
    refused = call(folder, "--out", mine)
    assert isinstance(refused.exception, RunError)
    assert "--force" in str(refused.exception)
    assert mine.read_text(encoding="utf-8") == "my own"
    assert call(folder, "--out", mine, "--force").exit_code == 0
    assert mine.read_text(encoding="utf-8") != "my own"


def test_the_page_that_training_left_is_not_replaced_unless_asked(call, folder):
    (folder / "report.html").write_text("of training", encoding="utf-8")
    assert "--force" in str(call(folder).exception)
    assert (folder / "report.html").read_text(encoding="utf-8") == "of training"
    assert call(folder, "--force").exit_code == 0
    assert (folder / "report.html").read_text(encoding="utf-8") != "of training"


@pytest.mark.slow
def test_json_is_all_there_is_on_standard_output(call, folder):
    answer = json.loads(call(folder, "--json", robustness_images=10).stdout)
    assert answer["report"] == str(folder / "report.html")
    assert answer["n"] == 100
    assert answer["robustness"]["n"] == pytest.approx(10, abs=5)
    assert answer["int8"]["n"] == 100


@pytest.mark.slow
def test_json_of_several_holds_the_pairs(call, folder, other):
    answer = json.loads(call(folder, other, "--json").stdout)
    assert [run["run"] for run in answer["runs"]] == ["mine", "other"]
    assert answer["pairs"][0]["pair"]["p"] == 1
    assert answer["pairs"][0]["is_significant"] is False


def test_a_folder_without_a_model_is_told_before_anything_is_measured(call, folder, tmp_path):
    result = call(folder, tmp_path / "nowhere")
    assert isinstance(result.exception, ModelError)
    assert not (folder / "report.html").exists()


def test_missing_templates_are_told_before_anything_is_measured(call, folder, monkeypatch):
    monkeypatch.setattr("digits.evaluation.report.render.find_spec", lambda _name: None)
    assert isinstance(call(folder).exception, MissingExtraError)


def test_the_number_of_distorted_images_is_the_room_s_own():
    parameters = {parameter.name: parameter for parameter in app.params}
    assert parameters["robustness_images"].default == ROBUSTNESS_IMAGES

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from quick import slow

from digits.cli.inspect import inspect
from digits.cli.parsing.command import make_command
from digits.data import Dataset
from digits.errors import ImageError, ModelError, RunError
from digits.model.folder import SHIPPED

app = make_command(inspect)
HEAVY = ("keras", "tensorflow", "matplotlib", "pandas", "scipy", "sklearn", "seaborn", "mlxtend", "onnx", "jinja2")
PICTURES = {"filters.png", "activations.png", "occlusion.png", "features.png"}


@pytest.fixture
def call(sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the verb on 60 real digits in an empty folder."""
    data = tmp_path / "few.npz"
    np.savez(data, images=sample.test.images[:60], labels=sample.test.labels[:60])
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def run(*arguments: object) -> Any:
        return CliRunner().invoke(app, [str(argument) for argument in (*arguments, "--data", data)])

    return run


@pytest.mark.slow
def test_layers_are_listed_and_four_pictures_drawn(call, tmp_path):
    result = call()
    assert result.exit_code == 0, result.output
    assert "168,106 parameters, 51." in result.stdout
    assert "relu2, pool2, norm2" in result.stdout
    assert "norm and features are batch normalization" in result.stdout
    pictures = tmp_path / "here" / "inspection"
    assert {path.name for path in pictures.iterdir()} == PICTURES
    for path in pictures.iterdir():
        with Image.open(path) as picture:
            assert picture.size[0] == 1_600


@pytest.mark.slow
def test_pictures_that_are_there_are_replaced_when_asked(call, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "filters.png").write_text("mine")
    assert isinstance(call("--out", tmp_path / "there").exception, RunError)
    assert call("--out", tmp_path / "there", "--force").exit_code == 0
    with Image.open(tmp_path / "there" / "filters.png") as picture:
        assert picture.size[0] == 1_600


@pytest.mark.slow
def test_json_has_a_layer_an_entry_whose_times_add_up(call, sample, tmp_path):
    Image.fromarray(255 - sample.test.images[5]).save(tmp_path / "digit.png")
    run = tmp_path / "run"
    shutil.copytree(SHIPPED, run / "model")
    answer = json.loads(call(run, tmp_path / "digit.png", "--out", tmp_path / "there", "--json").stdout)
    assert answer["answer"] == sample.test.labels[5]
    assert sum(layer["time_share"] for layer in answer["layers"]) == pytest.approx(1)
    assert sum(layer["parameters"] for layer in answer["layers"]) == 168_106
    by_name = {layer["name"]: layer for layer in answer["layers"]}
    assert list(by_name) == ["conv1", "conv2", "conv3", "conv4", "dense", "probabilities"]
    assert by_name["conv2"]["shape"] == [14, 14, 64]
    convolution, normalization = 2 * 28 * 28 * 64 * 32 * 9, 2 * 14 * 14 * 64
    assert by_name["conv2"]["mflop"] == pytest.approx((convolution + normalization) / 1e6)
    assert {path.name for path in (tmp_path / "there").iterdir()} == PICTURES


def test_what_is_no_model_or_no_picture_is_told(call, tmp_path):
    assert isinstance(call(tmp_path / "nowhere").exception, ModelError)
    (tmp_path / "no.png").write_text("no picture")
    run = tmp_path / "run"
    shutil.copytree(SHIPPED, run / "model")
    assert isinstance(call(run, tmp_path / "no.png").exception, ImageError)


def test_a_picture_alone_is_looked_at_by_the_shipped_model(call, sample, tmp_path, monkeypatch):
    Image.fromarray(255 - sample.test.images[5]).save(tmp_path / "digit.png")
    asked = []

    def run(model, image, *_, **__):
        asked.append((model, image))
        raise RunError("enough")

    monkeypatch.setattr("digits.evaluation.inspect.make.inspect", run)
    call(tmp_path / "digit.png")
    call("--model", tmp_path / "run", tmp_path / "digit.png")
    call(tmp_path / "run")
    picture = tmp_path / "digit.png"
    assert asked == [(None, picture), (tmp_path / "run", picture), (tmp_path / "run", None)]


LIGHT = f"""
import sys
for name in {HEAVY!r}:
    sys.modules[name] = None  # importing it now raises ImportError, and it cannot be found
from digits.cli import main
main()
"""


@pytest.mark.parametrize("options", [[], slow(["--tsne"]), slow(["--json"])])
def test_without_the_extra_it_needs_one_sentence_says_what_to_install(tmp_path: Path, options: list[str]) -> None:
    command = [sys.executable, "-c", LIGHT, "inspect", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "matplotlib and seaborn" in done.stderr
    assert "pip install '.[train]'" in done.stderr
    assert not done.stdout
    assert list(tmp_path.iterdir()) == []

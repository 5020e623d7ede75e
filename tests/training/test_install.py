"""A spotter gets into a model folder with all that is known about it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from silent_spotter import mute_spotter

from digits.errors import ModelError
from digits.model.folder import SHIPPED, open_model
from digits.training.install import describe, install, main

SHIPPED_SPOTTER = SHIPPED / "spotter.onnx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    return mute_spotter(tmp_path / "silent.onnx")


def test_installing_a_spotter_declares_it(folder: Path, silent: Path) -> None:
    main([str(silent), str(folder)])
    model = open_model(folder)
    assert model.networks["spotter"] == silent.read_bytes()
    assert model.info["networks"]["spotter"]["weights"]["sha256"] == hashlib.sha256(silent.read_bytes()).hexdigest()
    assert model.info["measured"] == open_model().info["measured"]


def test_what_is_no_spotter_is_not_installed(folder: Path) -> None:
    before = (folder / "model.json").read_bytes()
    with pytest.raises(ModelError, match="expected a spotter, a detector or a verifier"):
        install((SHIPPED / "model.onnx").read_bytes(), folder)
    assert (folder / "model.json").read_bytes() == before


def test_the_shipped_spotters_history_is_told_whole_and_says_that_its_beginnings_are_lost() -> None:
    known = open_model().info["networks"]["spotter"]
    assert known == describe(SHIPPED_SPOTTER.read_bytes()) | {"weights": known["weights"]}
    assert known["can_be_rebuilt"] is False


def test_the_command_keeps_what_lies_beside_the_networks(folder: Path, silent: Path) -> None:
    command = [sys.executable, "-m", "digits.training.install", str(silent), str(folder)]
    subprocess.run(command, check=True)
    assert (folder / "README.md").read_bytes() == (SHIPPED / "README.md").read_bytes()
    assert open_model(folder).networks["spotter"] == silent.read_bytes()


def test_the_shipped_detector_says_what_it_was_made_of_and_can_be_rebuilt() -> None:
    known = open_model().info["networks"]["detector"]
    assert known == describe((SHIPPED / "detector.onnx").read_bytes()) | {"weights": known["weights"]}
    assert known["can_be_rebuilt"] is True
    assert len(known["data"]["typefaces"]) >= 60
    assert not {"Kalam", "Vollkorn", "Space Mono"} & set(known["data"]["typefaces"])

"""A spotter gets into a model folder with all that is known about it."""

from __future__ import annotations

import hashlib
import shutil
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
    with pytest.raises(ModelError, match="expected a spotter or a detector"):
        install((SHIPPED / "model.onnx").read_bytes(), folder)
    assert (folder / "model.json").read_bytes() == before


def test_the_shipped_spotters_history_is_told_whole_and_says_that_its_beginnings_are_lost() -> None:
    known = open_model().info["networks"]["spotter"]
    assert known == describe(SHIPPED_SPOTTER.read_bytes()) | {"weights": known["weights"]}
    assert known["can_be_rebuilt"] is False

"""The light install: the wheel alone, in a clean environment, reads digits from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from digits.data import Dataset

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

CLASSIFY = """
import sys
from importlib.util import find_spec
import numpy as np
assert not any(find_spec(name) for name in ("keras", "tensorflow", "matplotlib", "pandas", "onnx"))
import digits
frames = np.load(sys.argv[1])
np.save(sys.argv[2], digits.load().classify_frames(frames).values)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def light(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment's folder of commands, with the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("light")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    commands = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    install = [commands / "python", "-m", "pip", "install", "--quiet", "--constraint", _pins(folder), wheel]
    subprocess.run(install, check=True, capture_output=True)
    return commands


def _pins(folder: Path) -> Path:
    """The locked versions without their hashes, so that the test installs what the lock file says."""
    lines = (ROOT / "requirements" / "train.txt").read_text(encoding="utf-8").splitlines()
    pins = folder / "pins.txt"
    pins.write_text("\n".join(line.rstrip(" \\") for line in lines if "==" in line and "--hash" not in line))
    return pins


def test_the_wheel_holds_the_model_and_the_type_marker(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {"digits/py.typed", "digits/model/shipped/model.onnx", "digits/model/shipped/model.json"} <= set(names)
    assert {f"digits/evaluation/report/templates/{name}" for name in ("report.html", "style.css")} <= set(names)
    assert not any(name.startswith(("tests", "src")) for name in names)


def test_the_light_install_classifies_frames_in_another_folder(light: Path, sample: Dataset, tmp_path: Path) -> None:
    np.save(tmp_path / "frames.npy", sample.test.images)
    command = [light / "python", "-c", CLASSIFY, "frames.npy", "values.npy"]
    subprocess.run(command, check=True, cwd=tmp_path)
    assert np.mean(np.load(tmp_path / "values.npy") == sample.test.labels) > 0.99


def test_the_light_install_says_what_training_needs(light: Path, tmp_path: Path) -> None:
    for verb in (["train"], ["export", "--format", "h5"]):
        done = subprocess.run([light / "digits", *verb], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "digits[train]" in done.stderr
        assert "Traceback" not in done.stderr

"""The light install: the wheel alone, in a clean environment, reads digits from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow

SEVEN, PHOTO = (ROOT / "docs" / "pictures" / name for name in ("seven.png", "photo.png"))

CLASSIFY = """
import sys
from importlib.util import find_spec
import numpy as np
assert not any(find_spec(name) for name in ("keras", "tensorflow", "matplotlib", "pandas", "onnx"))
import digits
frames = np.load(sys.argv[1])
reader = digits.load()
np.save(sys.argv[2], reader.classify_frames(frames).values)
print(reader.classify([sys.argv[3]])[0].value)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def sdist(built: Path) -> Path:
    (path,) = built.glob("*.tar.gz")
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


def test_the_wheel_holds_each_file_of_the_source_tree_and_no_other(wheel: Path) -> None:
    in_tree = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*") if path.is_file()}
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {name for name in in_tree if "__pycache__" not in name}


def test_the_wheel_and_the_source_distribution_hold_the_licences(wheel: Path, sdist: Path) -> None:
    names = {"LICENSE", "NOTICE", "LICENSES/MIT.txt", "LICENSES/CC-BY-SA-3.0.txt", "LICENSES/OFL-1.1.txt"}
    in_wheel = {name.partition("/licenses/")[2] for name in zipfile.ZipFile(wheel).namelist()}
    assert names <= in_wheel
    with tarfile.open(sdist) as archive:
        assert names | {"REUSE.toml"} <= {name.partition("/")[2] for name in archive.getnames()}


def test_the_light_install_classifies_in_another_folder(light: Path, sample: Dataset, tmp_path: Path) -> None:
    np.save(tmp_path / "frames.npy", sample.test.images)
    command = [light / "python", "-c", CLASSIFY, "frames.npy", "values.npy", SEVEN]
    done = subprocess.run(command, check=True, cwd=tmp_path, capture_output=True, text=True)
    assert np.mean(np.load(tmp_path / "values.npy") == sample.test.labels) > 0.99
    assert done.stdout == "7\n"


def test_the_light_install_reads_a_page_as_the_source_tree_does(light: Path, tmp_path: Path) -> None:
    done = subprocess.run([light / "digits", "read", PHOTO], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip("\n") == digits.load().read(PHOTO).text


def test_the_light_install_reads_a_single_digit(light: Path, tmp_path: Path) -> None:
    command = [light / "digits", "read", "--single", SEVEN]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout == "7\n"


def test_the_light_install_says_what_training_needs(light: Path, tmp_path: Path) -> None:
    for verb in (["train"], ["export", "--format", "h5"]):
        done = subprocess.run([light / "digits", *verb], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "pip install '.[train]'" in done.stderr
        assert "Traceback" not in done.stderr

"""A batch runs where nothing of the training side can be imported, and says what to install where it lacks tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("keras", "tensorflow", "matplotlib", "pandas", "scipy", "sklearn", "seaborn", "mlxtend", "onnx")
BATCH = """
import sys

class Absent:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())  # not None in sys.modules, which pyarrow takes for pandas itself
from digits.batch import local
from digits.batch.task import perform

def run(engine, tasks):
    work = engine.setup.open()
    return (perform(task, work, engine.parts) for task in tasks)

local.LocalEngine.run = run  # in this process, where the packages are missing
from digits.cli import main
main()
"""


def batch(folder: Path, *blocked: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BATCH.format(blocked=blocked), "batch", ".", "--single"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_batch_needs_none_of_the_heavy_packages(folder: Path) -> None:
    done = batch(folder, *HEAVY)
    assert done.returncode == 0, done.stderr
    assert "40 inputs read" in done.stderr


@pytest.mark.parametrize("package", ["pyarrow"])
def test_a_package_that_is_missing_is_named_before_anything_is_read(folder: Path, package: str) -> None:
    done = batch(folder, package)
    assert done.returncode == 1
    assert "pip install '.[batch]'" in done.stderr
    assert not (folder / "results.parquet.parts").exists()

"""Where ``digits read`` puts its pictures, and how it prints what an output cannot hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from pages import write_page
from PIL import Image

from digits.data import Dataset


def run(
    *arguments: object, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "digits", "read", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, cwd=cwd, env=env)


@pytest.fixture
def folder(sample: Dataset, tmp_path: Path) -> Path:
    """A document of two pages, and a picture whose name is that of the second."""
    pages = [Image.fromarray(write_page(sample.train, [text])) for text in ("31415", "92653", "24687")]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:2])
    pages[2].save(tmp_path / "scan-page-2.png")
    return tmp_path


@pytest.mark.parametrize("order", [("scan.tif", "scan-page-2.png"), ("scan-page-2.png", "scan.tif")])
def test_no_page_replaces_another_pages_picture(folder: Path, order: tuple[str, str]) -> None:
    done = run(*order, "--overlay", "seen", "--steps", "stages", cwd=folder)
    assert done.returncode == 0, done.stderr
    names = sorted(path.stem for path in (folder / "seen").iterdir())
    assert len(names) == 3
    assert names == sorted(path.name for path in (folder / "stages").iterdir())
    for name in names:
        overlay = cv2.imread(str(folder / "seen" / f"{name}.png"))
        assert overlay is not None


def test_steps_replace_their_like_and_nothing_else(folder: Path) -> None:
    own = folder / "stages" / "scan-page-2" / "1-image.png"
    own.parent.mkdir(parents=True)
    own.write_text("a person's own")
    for _ in range(2):
        assert run("scan-page-2.png", "--steps", "stages", cwd=folder).returncode == 0
    assert own.read_text() == "a person's own"
    assert sorted(path.name for path in (folder / "stages").iterdir()) == ["scan-page-2", "scan-page-2-2"]


def test_a_file_where_the_stages_would_go_stops_nothing(folder: Path) -> None:
    (folder / "scan-page-2.png").rename(folder / "scan")
    done = run("scan", "scan.tif", "--steps", ".", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3
    assert (folder / "scan").is_file()


def test_the_longest_of_names_has_an_overlay(folder: Path) -> None:
    name = "x" * 251 + ".png"
    (folder / "scan-page-2.png").rename(folder / name)
    done = run(name, "scan.tif", "--overlay", "seen", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert len(list((folder / "seen").iterdir())) == 3


def test_a_name_that_the_output_cannot_hold_is_escaped(folder: Path) -> None:
    (folder / "scan-page-2.png").rename(folder / "файл.png")
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = run("файл.png", "scan.tif", cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == b"\\u0444\\u0430\\u0439\\u043b.png\t24687"


@pytest.mark.skipif(sys.platform == "win32", reason="closes standard input with a shell's <&-")
def test_a_closed_standard_input_is_an_error_that_says_so() -> None:
    command = f"{sys.executable} -m digits read - <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: -: expected a picture on standard input; it is closed")


def test_json_says_why_a_page_without_a_line_has_no_value(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((60, 60), 255, np.uint8))
    done = run(tmp_path / "blank.png", "--field", "length=3", "--json")
    assert done.returncode == 4
    assert json.loads(done.stdout)["readings"][0]["reason"] == "no digits found"

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
from quick import slow
from shell import call

import digits
from digits.cli.read import drawings as read_drawings
from digits.cli.read.drawings import Drawings
from digits.cli.read.output import make_output
from digits.cli.read.page import read_source
from digits.data import Dataset


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return call("read", *arguments, cwd=cwd)


@pytest.fixture
def folder(sample: Dataset, tmp_path: Path) -> Path:
    """A document of two pages, and a picture whose name is that of the second."""
    pages = [Image.fromarray(write_page(sample.train, [text])) for text in ("31415", "92653", "24687")]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:2])
    pages[2].save(tmp_path / "scan-page-2.png")
    return tmp_path


def test_one_page_is_read_where_it_is_named(folder: Path) -> None:
    done = run("scan.tif", "--page", "2", "--overlay", "seen", cwd=folder)
    assert (done.returncode, done.stdout) == (0, b"92653\n"), done.stderr
    assert [path.name for path in (folder / "seen").iterdir()] == ["scan-page-2.png"]


def test_the_one_digit_of_a_page_is_read_where_it_is_named(folder: Path) -> None:
    single = run("scan.tif", "--page", "2", "--single", "--jsonl", cwd=folder)
    assert json.loads(single.stdout)["page"] == 2


def test_a_page_that_is_not_there_is_an_error_of_its_document(folder: Path) -> None:
    done = run("scan.tif", "scan-page-2.png", "--page", "2", "--csv", cwd=folder)
    assert done.returncode == 3
    assert done.stdout.decode().splitlines()[1].startswith("scan.tif,2,1,92653,")
    first, _ = done.stderr.decode().splitlines()
    assert first == "error: expected page 2, scan-page-2.png has 1 page; leave the page out"


def test_a_page_before_the_first_is_wrong_use(folder: Path) -> None:
    assert run("scan.tif", "--page", "0", cwd=folder).returncode == 2


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


def test_a_name_that_the_output_cannot_hold_is_escaped(folder: Path) -> None:
    (folder / "scan-page-2.png").rename(folder / "файл.png")
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    command = [sys.executable, "-m", "digits", "read", "файл.png", "scan.tif"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == b"\\u0444\\u0430\\u0439\\u043b.png\t24687"


@pytest.mark.skipif(sys.platform == "win32", reason="closes standard input with a shell's <&-")
def test_a_closed_standard_input_is_an_error_that_says_so() -> None:
    command = f"{sys.executable} -m digits read - <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: expected a picture on standard input; it is closed")


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); from digits.cli import main; main()"


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as Unix does")
@pytest.mark.parametrize(
    ("sources", "option"),
    [
        (("scan-page-2.png",), "--overlay"),
        slow(("scan-page-2.png",), "--steps"),
        slow(("scan.tif", "scan-page-2.png"), "--overlay"),
        (("scan.tif", "scan-page-2.png"), "--steps"),
    ],
)
def test_a_disk_that_fills_up_costs_the_pictures_but_no_text(
    folder: Path, option: str, sources: tuple[str, ...]
) -> None:
    command = [sys.executable, "-c", FULL, "read", *sources, option, "drawn"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    texts = [line.rpartition("\t")[2] for line in done.stdout.splitlines()]
    assert texts == (["24687"] if len(sources) == 1 else ["31415", "92653", "24687"])
    errors = done.stderr.splitlines()
    assert len(errors) == len(texts)
    assert all("is read, but its picture is not written: File too large: drawn" in error for error in errors)
    assert done.returncode == 3
    assert not [path for path in (folder / "drawn").rglob("*") if path.is_file()]


def test_the_text_comes_before_the_picture_is_drawn(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed: list[str] = []
    monkeypatch.setattr(read_drawings, "_write", lambda *_: printed.append(capsys.readouterr().out))
    output = make_output("text", Drawings(folder / "drawn", None, ["a"]))
    for page in read_source(digits.load(), "a", str(folder / "scan-page-2.png")):
        output.add(page)
    output.finish()
    assert printed == ["24687\n"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("kind", [(), ("--json",), slow(("--jsonl",)), ("--csv",)])
def test_a_full_standard_output_is_named(folder: Path, kind: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "digits", "read", "scan-page-2.png", *kind]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: No space left on device: standard output; ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_leaves_ends_the_run_without_a_word(folder: Path) -> None:
    command = [sys.executable, "-m", "digits", "read", *["scan.tif", "scan-page-2.png"]]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_json_says_why_a_page_without_a_line_has_no_value(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((60, 60), 255, np.uint8))
    done = run(tmp_path / "blank.png", "--field", "length=3", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["readings"][0]["reason"] == "no digits found"

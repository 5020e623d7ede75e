"""What ``digits read`` says when it cannot read: each picture is named once, and a name with a dash finds its way.

And with which exit status it leaves where a digit needs a person's eye."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

import cv2
import numpy as np
import pytest
from pages import write_page
from shell import call

from digits.cli.read.verb import _name_once
from digits.data import Dataset


def run(*arguments: object, data: bytes = b"", cwd: Path | None = None) -> CompletedProcess[bytes]:
    return call("read", *arguments, data=data, cwd=cwd)


@pytest.fixture(scope="module")
def page(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one number."""
    path = tmp_path_factory.mktemp("page") / "page.png"
    cv2.imwrite(str(path), write_page(sample.train, ["24687"]))
    return path


@pytest.mark.parametrize("name", ["none.png", "empty.png", "cut.png", "wrong.pdf", "absent.png"])
def test_an_error_names_its_picture_once(page: Path, tmp_path: Path, name: str) -> None:
    contents = {"none.png": b"abc", "empty.png": b"", "cut.png": page.read_bytes()[:300]}
    contents["wrong.pdf"] = b"%PDF-1.4 and no more"
    if name in contents:
        (tmp_path / name).write_bytes(contents[name])
    done = run(tmp_path / name)
    assert done.returncode == 1
    assert done.stderr.decode().count(name) == 1
    assert done.stderr.decode().count("\n") == 1


def test_an_error_on_standard_input_names_it_once() -> None:
    done = run("-", data=b"abc")
    assert done.stderr.startswith(b"error: standard input: expected an image, ")
    assert done.stderr.count(b"standard input") == 1


def test_an_error_that_does_not_name_its_picture_gets_the_name_before_it() -> None:
    assert _name_once("a/b.heic", "expected pi-heif") == "a/b.heic: expected pi-heif"
    assert _name_once("b.heic", "expected an image, a/b.heic is none") == "b.heic: expected an image, a/b.heic is none"


def test_a_missing_list_of_values_is_named_once(page: Path) -> None:
    done = run(page, "--field", "one-of=codes.txt")
    assert done.returncode == 2
    assert done.stderr.count(b"codes.txt") == 1


@pytest.mark.parametrize("name", ["-5.png", "--json.png", "-5"])
def test_a_file_that_begins_with_a_dash_is_read_after_two_and_the_error_says_so(
    page: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(page.read_bytes())
    refused = run(name, cwd=tmp_path)
    assert refused.returncode == 2
    assert f"digits read -- {name}" in refused.stderr.decode()
    assert run("--", name, cwd=tmp_path).stdout == b"24687\n"


def test_an_option_nobody_knows_is_not_taken_for_a_file(page: Path) -> None:
    done = run(page, "--jsno")
    assert done.returncode == 2
    assert b"--json" in done.stderr
    assert b" -- " not in done.stderr


def test_what_needs_a_person_s_eye_fails_only_when_strict(page: Path, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((60, 60), 255, np.uint8))
    asked = ("--single", tmp_path / "blank.png", "--json")
    doubted = run(*asked)
    assert [doubted.returncode, run(*asked, "--strict").returncode] == [0, 4]
    assert json.loads(doubted.stdout)["needs_review"] is True
    assert run(page, "--strict").returncode == 0


def test_a_page_from_which_nothing_was_read_needs_a_person_s_eye_too(page: Path, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((60, 60), 255, np.uint8))
    done = run(page, tmp_path / "blank.png", "--json", "--strict")
    assert done.returncode == 4
    assert json.loads(done.stdout)["needs_review"] is True
    assert run(tmp_path / "blank.png").returncode == 0


def test_single_refuses_a_picture_of_several_digits(page: Path) -> None:
    done = run("--single", page)
    assert done.stdout == b"?\n"
    assert b"page 1: more than one digit: 5 found" in done.stderr


def test_a_picture_that_failed_weighs_more_than_a_doubt(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((60, 60), 255, np.uint8))
    assert run("--single", "--strict", tmp_path / "blank.png", tmp_path / "absent.png").returncode == 3

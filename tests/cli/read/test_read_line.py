"""``digits read --line``: pictures that show one line each, as a shell sees them read."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from pages import write_page
from PIL import Image
from shell import call

from digits.data import Dataset


def run(*arguments: object, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return call("read", "--line", *arguments, data=data)


@pytest.fixture(scope="module")
def amount(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A strip with 314, and 26 right of it and higher: two lines to whom it is not told."""
    left, right = write_page(sample.train, ["314"]), write_page(sample.train, ["26"])
    strip = np.full((240, left.shape[1] + right.shape[1] - 60), 255, np.uint8)
    strip[80:, : left.shape[1]] = left
    strip[:160, left.shape[1] - 60 :] = np.minimum(strip[:160, left.shape[1] - 60 :], right)
    path = tmp_path_factory.mktemp("strips") / "amount.png"
    cv2.imwrite(str(path), strip)
    return path


def test_all_digits_are_one_line_in_text_csv_and_json(amount: Path) -> None:
    assert run(amount).stdout.decode().replace(" ", "") == "31426\n"
    rows = list(csv.DictReader(io.StringIO(run(amount, "--csv").stdout.decode())))
    assert [(row["line"], row["text"].replace(" ", "")) for row in rows] == [("1", "31426")]
    (reading,) = json.loads(run(amount, "--json").stdout)["readings"]
    assert len(reading["lines"]) == 1


def test_a_field_is_the_whole_line(amount: Path) -> None:
    done = run(amount, "--field", "length=5", "--strict")
    assert (done.returncode, done.stdout) == (0, b"31426\n")


def test_standard_input_is_read_and_the_overlay_drawn(amount: Path, tmp_path: Path) -> None:
    done = run("-", "--overlay", tmp_path / "seen.png", data=amount.read_bytes())
    assert done.stdout.decode().replace(" ", "") == "31426\n"
    with Image.open(tmp_path / "seen.png") as drawn:
        assert drawn.format == "PNG"


def test_each_page_of_a_document_is_one_line(sample: Dataset, tmp_path: Path) -> None:
    pages = [Image.fromarray(write_page(sample.train, [text])) for text in ("314", "265")]
    pages[0].save(tmp_path / "two.tiff", save_all=True, append_images=pages[1:])
    lines = [json.loads(line) for line in run("--jsonl", tmp_path / "two.tiff").stdout.splitlines()]
    assert [(line["page"], line["text"]) for line in lines] == [(1, "314"), (2, "265")]
    assert run("--page", "2", tmp_path / "two.tiff").stdout == b"265\n"


@pytest.mark.parametrize(
    ("other", "told"), [("--single", "one digit or one line"), ("--table", "one line has no table")]
)
def test_what_does_not_fit_is_wrong_use(amount: Path, other: str, told: str) -> None:
    done = run(amount, other)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.decode().replace("│", " ").split())

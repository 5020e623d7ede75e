"""``digits read`` as a shell sees it."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from pages import clear_digits, write_page
from PIL import Image
from shell import call

from digits.data import Dataset


def run(*arguments: object, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return call("read", *arguments, data=data)


@pytest.fixture(scope="module")
def folder(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages, one damaged picture, and one blank page in a folder of its own."""
    folder = tmp_path_factory.mktemp("pages")
    for name, lines in (("a", ["31415", "92653"]), ("b", ["24687"])):
        cv2.imwrite(str(folder / f"{name}.png"), write_page(sample.train, lines))
    (folder / "damaged").mkdir()
    (folder / "damaged" / "c.png").write_bytes((folder / "a.png").read_bytes()[:300])
    (folder / "blank").mkdir()
    cv2.imwrite(str(folder / "blank" / "d.png"), np.full((60, 60), 255, np.uint8))
    return folder


def test_one_picture_gives_its_text_alone(folder: Path) -> None:
    done = run(folder / "a.png")
    assert done.stdout.decode() == "31415\n92653\n"
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_canvas_s_data_url_is_read_as_an_argument_and_from_standard_input(folder: Path, tmp_path: Path) -> None:
    url = "data:image/png;base64," + base64.b64encode((folder / "b.png").read_bytes()).decode()
    assert run(url).stdout.decode() == "24687\n"
    assert run("-", data=url.encode()).stdout.decode() == "24687\n"
    both = run(url, folder / "b.png", "data:,", "--overlay", tmp_path)
    assert both.stdout.decode().splitlines() == ["data-url-1\t24687", f"{folder}/b.png\t24687"]
    assert b"data-url-2: expected a picture in the data URL" in both.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.png", "data-url-1.png"]
    assert both.returncode == 3


def test_several_pictures_give_each_line_with_its_source(folder: Path) -> None:
    done = run(folder / "a.png", folder / "b.png")
    assert done.stdout.decode().splitlines() == [
        f"{folder}/a.png\t31415", f"{folder}/a.png\t92653", f"{folder}/b.png\t24687",
    ]  # fmt: skip


def test_standard_input_is_a_dash(folder: Path) -> None:
    done = run("-", data=(folder / "b.png").read_bytes())
    assert done.stdout.decode() == "24687\n"


def test_one_damaged_picture_stops_nothing_and_exits_3(folder: Path) -> None:
    done = run(folder / "damaged" / "c.png", folder / "absent.png", folder / "b.png")
    assert done.stdout.decode().endswith("24687\n")
    assert done.returncode == 3
    assert b"c.png" in done.stderr
    assert b"absent.png" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_pictures_that_failed_are_counted_at_the_end_of_several(folder: Path) -> None:
    done = run(folder / "damaged" / "c.png", folder / "absent.png", folder / "blank" / "d.png")
    assert done.stderr.decode().splitlines()[-1] == "note: 2 of 3 files could not be read"
    assert b"could not be read" not in run(folder / "absent.png").stderr


def test_nothing_readable_exits_1(folder: Path) -> None:
    assert run(folder / "damaged").returncode == 1
    assert run(folder / "damaged" / "c.png", "--json").returncode == 1


def test_several_formats_at_once_are_wrong_use(folder: Path) -> None:
    assert run(folder / "a.png", "--json", "--csv").returncode == 2
    assert run().returncode == 2


def test_a_blank_page_is_read_and_a_note_names_it(folder: Path) -> None:
    done = run(folder / "blank")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode() == f"note: {folder}/blank/d.png, page 1: no digits found\n"


def test_the_note_names_the_blank_page_of_a_document(folder: Path, tmp_path: Path) -> None:
    written, blank = (Image.open(folder / name).convert("RGB") for name in ("b.png", "blank/d.png"))
    written.save(tmp_path / "scan.pdf", save_all=True, append_images=[blank])
    done = run(tmp_path / "scan.pdf")
    assert (done.returncode, done.stdout.decode()) == (0, f"{tmp_path}/scan.pdf\t24687\n{tmp_path}/scan.pdf\t\n")
    assert done.stderr.decode() == f"note: {tmp_path}/scan.pdf, page 2: no digits found\n"


def test_json_of_a_blank_page_says_so_itself(folder: Path) -> None:
    done = run(folder / "blank", "--json")
    assert json.loads(done.stdout)["readings"][0]["lines"] == []
    assert (done.returncode, done.stderr) == (0, b"")


def test_json_is_one_document_with_failures_in_it(folder: Path) -> None:
    document = json.loads(run(folder / "b.png", folder / "damaged", "--json").stdout)
    assert (document["read"], document["failed"]) == (1, 1)
    assert document["readings"][0]["text"] == "24687"
    assert "c.png" in document["readings"][1]["error"]


def test_jsonl_is_one_object_a_page(folder: Path) -> None:
    lines = run(folder, "--jsonl").stdout.decode().splitlines()
    assert [Path(json.loads(line)["source"]).name for line in lines] == ["a.png", "b.png", "d.png", "c.png"]


def test_csv_has_a_row_a_line_with_file_and_confidence(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(folder / "a.png", folder / "damaged", "--csv").stdout.decode())))
    assert [row["text"] for row in rows] == ["31415", "92653", ""]
    assert all(0 < float(row["confidence"]) <= 1 for row in rows[:2])
    assert rows[0]["source"].endswith("a.png")
    assert rows[2]["error"]


def test_single_reads_the_one_digit_and_a_blank_needs_review(sample: Dataset, folder: Path, tmp_path: Path) -> None:
    (image,) = clear_digits(sample.train, "3")
    cv2.imwrite(str(tmp_path / "three.png"), 255 - np.kron(image, np.ones((4, 4), np.uint8)))
    assert run("--single", tmp_path / "three.png").stdout.decode() == "3\n"
    done = run("--single", folder / "blank", "--strict")
    assert (done.returncode, done.stdout) == (4, b"?\n")
    assert done.stderr.decode() == f"note: {folder}/blank/d.png, page 1: blank: no ink found\n"


def test_a_blank_page_has_a_row_without_text(folder: Path) -> None:
    (row,) = csv.DictReader(io.StringIO(run(folder / "blank", "--csv").stdout.decode()))
    assert (row["page"], row["text"], row["reason"], row["error"]) == ("1", "", "no digits found", "")
    assert row["source"].endswith("d.png")


def test_a_blank_page_has_no_value_for_a_field(folder: Path) -> None:
    done = run(folder / "blank", "--field", "length=5", "--strict")
    assert (done.returncode, done.stdout) == (4, b"?\n")
    assert b"page 1: no valid value, no digits found" in done.stderr
    (row,) = csv.DictReader(io.StringIO(run(folder / "blank", "--csv", "--field", "length=5").stdout.decode()))
    assert (row["text"], row["refused"], row["reason"]) == ("?", "1", "no digits found")


def test_single_reads_each_page(sample: Dataset, tmp_path: Path) -> None:
    images = clear_digits(sample.train, "37")
    pages = [Image.fromarray(255 - np.kron(image, np.ones((4, 4), np.uint8))) for image in images]
    pages[0].save(tmp_path / "two.tiff", save_all=True, append_images=pages[1:])
    lines = run("--single", "--jsonl", tmp_path / "two.tiff").stdout.decode().splitlines()
    assert [(json.loads(line)["page"], json.loads(line)["value"]) for line in lines] == [(1, 3), (2, 7)]


def test_overlays_and_steps_are_pictures(folder: Path, tmp_path: Path) -> None:
    run(folder / "a.png", "--overlay", tmp_path / "overlay", "--steps", tmp_path / "steps")
    overlay = cv2.imread(str(tmp_path / "overlay" / "a.png"))
    assert overlay is not None
    assert (overlay[..., 0] != overlay[..., 2]).any()  # something is drawn in colour
    steps = sorted(path.stem for path in (tmp_path / "steps" / "a").iterdir())
    assert steps == ["1-image", "2-ink", "3-without-rules", "4-sightings", "5-frames", "6-reading"]


@pytest.mark.slow
def test_the_first_page_of_a_long_document_is_printed_while_the_rest_is_read(folder: Path, tmp_path: Path) -> None:
    page = Image.open(folder / "b.png").convert("L")
    page.save(tmp_path / "long.tif", save_all=True, append_images=[page] * 14)
    command = [sys.executable, "-m", "digits", "read", str(tmp_path / "long.tif")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{tmp_path}/long.tif\t24687\n"
        assert process.poll() is None
        assert len(process.stdout.readlines()) == 14
    assert process.returncode == 0


def test_a_folder_with_a_loop_of_links_is_read_once(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes((folder / "b.png").read_bytes())
    (tmp_path / "back").symlink_to(tmp_path)
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    done = run(tmp_path, "--jsonl")
    texts = [json.loads(line).get("text") for line in done.stdout.decode().splitlines()]
    assert texts == ["24687", None]
    assert done.returncode == 3


@pytest.mark.slow
def test_a_field_takes_the_most_likely_valid_value(folder: Path, tmp_path: Path) -> None:
    """31415 and 92653 are read; the list holds the first alone."""
    codes = tmp_path / "codes.txt"
    codes.write_text("31415\n10000\n")
    done = run(folder / "a.png", "--field", "length=5", "--field", f"one-of={codes}")
    assert done.stdout.decode() == "31415\n?\n"
    assert done.returncode == 0
    assert "line 2: no valid value, '92653' is read: " in done.stderr.decode()
    assert "line 1" not in done.stderr.decode()
    document = json.loads(run(folder / "a.png", "--json", "--field", f"one-of={codes}").stdout)
    fields = [line["field"] for line in document["readings"][0]["lines"]]
    assert [field["value"] for field in fields] == ["31415", None]
    assert fields[1]["reason"]
    assert document["needs_review"]
    rows = list(csv.DictReader(io.StringIO(run(folder / "a.png", "--csv", "--field", "range=0-50000").stdout.decode())))
    assert [row["text"] for row in rows] == ["31415", "?"]
    assert [bool(row["reason"]) for row in rows] == [False, True]


def test_a_rule_nobody_knows_is_wrong_use(folder: Path) -> None:
    done = run(folder / "a.png", "--field", "size=3")
    assert done.returncode == 2
    assert b"checksum=luhn" in done.stderr


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text there")
def test_a_file_whose_name_is_no_text_is_read_and_named_as_it_is(folder: Path, tmp_path: Path) -> None:
    for name in (b"one\xff.png", b"two.png"):
        (tmp_path / os.fsdecode(name)).write_bytes((folder / "b.png").read_bytes())
    strict = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    command = [sys.executable, "-m", "digits", "read", "."]
    done = subprocess.run(command, cwd=tmp_path, env=strict, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [b"one\xff.png\t24687", b"two.png\t24687"]

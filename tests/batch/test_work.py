"""What a chunk becomes: a row or more for each input, whatever the input is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pages import write_page
from PIL import Image

from digits import Length, Reader
from digits.batch.chunk import Chunk
from digits.batch.work import Work
from digits.data import Dataset


def chunk_of(*places: object) -> Chunk:
    return Chunk("files", names=tuple(map(str, places)), count=len(places))


def rows_of(work: Work, chunk: Chunk, **options: Any) -> list[dict[str, Any]]:
    found = list(work.read(chunk, **options))
    assert [index for index, _ in found] == sorted(index for index, _ in found)
    return [row for _, row in found]


@pytest.mark.parametrize("together", [1, 3, 64])
def test_pictures_of_one_digit_have_a_row_each(
    reader: Reader, folder: Path, truth: Sequence[str], pngs: Mapping[str, bytes], together: int
) -> None:
    names = [folder / ("below" if i % 4 == 0 else "") / name for i, name in enumerate(pngs)]
    rows = rows_of(Work(reader, single=True), chunk_of(*names), together=together)
    assert [row["source"] for row in rows] == [str(name) for name in names]
    assert sum(row["text"] == digit for row, digit in zip(rows, truth, strict=True)) >= 38
    assert all(row["error"] is None and row["line"] == 1 and len(row["digits"]) == 1 for row in rows)
    assert [row["confidence"] for row in rows] == pytest.approx(
        [digit.confidence for digit in reader.classify(names)], abs=1e-5
    )


@pytest.mark.parametrize("together", [1, 64])
def test_a_broken_picture_among_others_is_an_error_in_its_own_row(
    reader: Reader, folder: Path, tmp_path: Path, together: int
) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG broken")
    names = (folder / "01.png", tmp_path / "broken.png", tmp_path / "absent.png", folder / "02.png")
    rows = rows_of(Work(reader, single=True), chunk_of(*names), together=together)
    assert [row["error"] is None for row in rows] == [True, False, False, True]
    assert rows[1]["text"] is rows[1]["digits"] is None
    assert "images[" not in rows[1]["error"] + rows[2]["error"]


def test_each_line_of_each_page_is_a_row(reader: Reader, sample: Dataset, tmp_path: Path) -> None:
    pages = [Image.fromarray(write_page(sample.train, lines)) for lines in (["31415", "92653"], ["24687"])]
    pages.append(Image.fromarray(np.full((60, 60), 255, np.uint8)))
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:])
    rows = rows_of(Work(reader), chunk_of(tmp_path / "scan.tif"))
    found = [(row["page"], row["line"], row["text"]) for row in rows]
    assert found == [(1, 1, "31415"), (1, 2, "92653"), (2, 1, "24687"), (3, None, "")]
    assert rows[3]["reason"] == "no digits found"
    assert {"x", "y", "width", "height"} == set(rows[0]["digits"][0]["box"])


def test_rules_give_the_valid_value_of_each_line(reader: Reader, sample: Dataset, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), write_page(sample.train, ["31415", "926"]))
    rows = rows_of(Work(reader, [Length(5, 5)]), chunk_of(tmp_path / "a.png"))
    assert [(row["text"], row["refused"]) for row in rows] == [("31415", 0), ("?", 1)]
    assert rows[1]["reason"]


def test_each_page_may_be_one_line(reader: Reader, sample: Dataset, tmp_path: Path) -> None:
    page = write_page(sample.train, ["31415", "92653"])
    cv2.imwrite(str(tmp_path / "a.png"), page)
    (row,) = rows_of(Work(reader, line=True), chunk_of(tmp_path / "a.png"))
    assert (row["page"], row["line"], row["text"]) == (1, 1, reader.read_line(page).lines[0].text)


def test_only_some_are_read_and_banned_ones_not_looked_at(reader: Reader, folder: Path) -> None:
    names = [folder / f"{i:02}.png" for i in (1, 2, 3)]
    seen: list[int] = []
    rows = rows_of(
        Work(reader, single=True), chunk_of(*names), only={0, 2}, banned={2: "it kills"}, at=seen.append, together=1
    )
    assert [row["source"] for row in rows] == [str(names[0]), str(names[2])]
    assert rows[1]["error"] == "it kills"
    assert seen == [0]


class Buggy:
    """A reader with a bug."""

    def explain_pages(self, _: object, **__: object) -> Any:
        raise ZeroDivisionError("by zero")


def test_a_bug_that_one_picture_brings_out_is_told_in_its_row(folder: Path) -> None:
    (row,) = rows_of(Work(Buggy()), chunk_of(folder / "01.png"))  # type: ignore[arg-type]
    assert row["error"] == "an unexpected ZeroDivisionError: by zero; please report it with this picture"

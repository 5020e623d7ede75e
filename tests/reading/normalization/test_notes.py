"""A note on a table that fills less than half of the picture is read, whatever the table looks like."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from pages import write_page
from quick import slow

import digits
from digits.data import Dataset
from digits.reading.result import FloatArray

SIDE = 900


def plain() -> FloatArray:
    return np.full((SIDE, SIDE), 0.3, np.float32)


def wood() -> FloatArray:
    grain = np.random.default_rng(1).normal(0.38, 0.07, (SIDE // 14, 4)).astype(np.float32)
    return cv2.resize(grain, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)


def cloth() -> FloatArray:
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    return np.asarray(0.35 + 0.05 * np.sin(rows / 4) + 0.05 * np.sin(columns / 4), np.float32)


TABLES: dict[str, Callable[[], FloatArray]] = {"plain": plain, "wood": wood, "cloth": cloth}


def lay(table: FloatArray, note: FloatArray, x: int, y: int) -> FloatArray:
    photo = table.copy()
    photo[y : y + note.shape[0], x : x + note.shape[1]] = note
    return photo


@pytest.mark.parametrize("lines", [["58213"], ["4027", "9136"]])
@pytest.mark.parametrize("table", ["plain", "wood", slow("cloth")])
def test_a_note_on_a_table_is_read(reader: digits.Reader, sample: Dataset, table: str, lines: list[str]) -> None:
    note = write_page(sample.train, lines, gap_px=9, seed=3).astype(np.float32) / 255
    assert reader.read(lay(TABLES[table](), note * 0.9, 240, 400)).text.replace(" ", "").split("\n") == lines


def test_both_of_two_notes_are_read(reader: digits.Reader, sample: Dataset) -> None:
    photo = wood()
    for k, text in enumerate(("4027", "9136")):
        photo = lay(
            photo, write_page(sample.train, [text], gap_px=9, seed=k).astype(np.float32) / 255, 200, 150 + 350 * k
        )
    assert reader.read(photo).text.replace(" ", "").split("\n") == ["4027", "9136"]


def test_what_is_written_beside_a_bright_field_stays(reader: digits.Reader, sample: Dataset) -> None:
    page = 0.7 * write_page(sample.train, ["58213", "9064"], gap_px=9, seed=3).astype(np.float32) / 255
    field = write_page(sample.train, ["4027"], gap_px=9).astype(np.float32) / 255
    photo = np.full((page.shape[0] + field.shape[0] + 60, 700), 0.7, np.float32)
    photo[: page.shape[0], : page.shape[1]] = page
    photo[-field.shape[0] - 30 : -30, 40 : 40 + field.shape[1]] = field
    assert reader.read(photo).text.replace(" ", "").split("\n")[:2] == ["58213", "9064"]

"""Pictures, paths and frames in tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from digits.batch.inputs.contents import read_contents
from digits.batch.inputs.plan import Sources, plan
from digits.data import Dataset


def inputs(path: Path, column: str | None = None) -> list[tuple[str, Any]]:
    chunks = plan(Sources([str(path)], column, 7))
    return [each for chunk in chunks for each in read_contents(chunk)]


@pytest.mark.parametrize("group", [3, 10, 1000])
def test_a_parquet_column_of_pictures_comes_out_in_order(tmp_path: Path, pngs: Mapping[str, bytes], group: int) -> None:
    table = pa.table({"name": list(pngs), "png": list(pngs.values())})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=group)
    found = inputs(tmp_path / "a.parquet", "png")
    assert found == [(f"{tmp_path}/a.parquet#{i}", content) for i, content in enumerate(pngs.values())]


def test_frames_are_frames_however_they_are_kept(tmp_path: Path, sample: Dataset) -> None:
    frames = sample.test.images[:5]
    rows = [frame.tobytes() for frame in frames]
    kinds = {
        "fixed": pa.array(rows, pa.binary(784)),
        "bytes": pa.array(rows),
        "list": pa.array([list(row) for row in rows], pa.list_(pa.uint8())),
    }
    pq.write_table(pa.table(kinds), tmp_path / "a.parquet")
    for kind in kinds:
        np.testing.assert_array_equal(np.stack([frame for _, frame in inputs(tmp_path / "a.parquet", kind)]), frames)


def test_paths_are_relative_to_their_table(folder: Path) -> None:
    pq.write_table(pa.table({"path": ["01.png", "below/00.png"]}), folder / "a.parquet")
    (folder / "a.csv").write_text("label,path\n7,01.png\n2,below/00.png\n")
    wanted = [str(folder / "01.png"), str(folder / "below/00.png")]
    assert [source for source, _ in inputs(folder / "a.parquet")] == wanted
    assert [source for source, _ in inputs(folder / "a.csv", "path")] == wanted


@pytest.mark.parametrize("column", [None, "image"])
def test_a_column_that_is_not_told_is_asked_for_with_the_names(folder: Path, column: str | None) -> None:
    (folder / "a.csv").write_text("label,path\n7,01.png\n")
    ((_, error),) = inputs(folder / "a.csv", column)
    assert "give --column one of label, path" in str(error)


def test_a_row_without_a_picture_is_an_error_of_its_own(tmp_path: Path, pngs: Mapping[str, bytes]) -> None:
    pq.write_table(pa.table({"png": [pngs["00.png"], None]}), tmp_path / "a.parquet")
    (_, first), (source, second) = inputs(tmp_path / "a.parquet")
    assert first == pngs["00.png"]
    assert source.endswith("a.parquet#1")
    assert "got NoneType" in str(second)

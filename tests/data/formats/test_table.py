from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from digits.data.formats.reader import read_parts
from digits.data.formats.table import read_table
from digits.errors import DataError

from ..conftest import make_examples

EXAMPLES = make_examples(1)
HEADER = ["label", *(f"pixel{index}" for index in range(784))]


def rows_of_examples() -> list[list[int]]:
    return [
        [int(label), *image.ravel().tolist()] for image, label in zip(EXAMPLES.images, EXAMPLES.labels, strict=True)
    ]


def write(path: Path, rows: list[list[object]], **options: object) -> Path:
    with path.open("w", newline="", encoding=str(options.pop("encoding", "utf-8"))) as file:
        csv.writer(file, **options).writerows(rows)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("has_header", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_table_reads_back_as_written(tmp_path: Path, has_header: bool, end: str, quoting: int, encoding: str) -> None:
    rows = [*([HEADER] if has_header else []), *rows_of_examples()]
    parts = read_table(write(tmp_path / "a.csv", rows, lineterminator=end, quoting=quoting, encoding=encoding))
    assert parts.test is None
    assert np.array_equal(parts.train.images, EXAMPLES.images)
    assert np.array_equal(parts.train.labels, EXAMPLES.labels)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.csv.gz"])
def test_a_table_is_read_whatever_stands_between_its_cells_and_however_it_is_packed(
    tmp_path: Path, delimiter: str, name: str
) -> None:
    path = write(tmp_path / "table", [HEADER, *rows_of_examples()], delimiter=delimiter)
    content = path.read_bytes()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert np.array_equal(read_parts(tmp_path / name).train.images, EXAMPLES.images)


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_whole_numbers_written_as_floats_mean_what_they_say(tmp_path: Path, quoting: int) -> None:
    rows = [[f"{cell}.0" for cell in row] for row in rows_of_examples()]
    parts = read_table(write(tmp_path / "a.csv", [HEADER, *rows], quoting=quoting))
    assert np.array_equal(parts.train.images, EXAMPLES.images)
    assert np.array_equal(parts.train.labels, EXAMPLES.labels)


@pytest.mark.parametrize("label", ["10", "255", "10.0"])
def test_a_wrong_label_is_found_where_an_editor_shows_it(tmp_path: Path, label: str) -> None:
    rows: list[list[object]] = [HEADER, *rows_of_examples()]
    rows[4], rows[7] = [label, *rows[4][1:]], ["12", *rows[7][1:]]
    with pytest.raises(DataError, match=r"labels in 0-9; received '\d+' in line 5, column 1 \(2 such labels\)"):
        read_table(write(tmp_path / "a.csv", rows))


@pytest.mark.parametrize("cell", ["256", "-1", "0.5", "", "x", "#", "nan", "1e2"])
def test_cell_that_is_no_pixel_is_refused(tmp_path: Path, cell: str) -> None:
    rows: list[list[object]] = [HEADER, *rows_of_examples()]
    rows[3] = [*rows[3][:-1], cell]
    with pytest.raises(DataError, match=r"a\.csv: expected .*whole numbers in 0-255.*Kaggle's layout"):
        read_table(write(tmp_path / "a.csv", rows))


@pytest.mark.parametrize("has_header", [True, False])
def test_a_bad_cell_is_found_where_an_editor_shows_it(tmp_path: Path, has_header: bool) -> None:
    rows: list[list[object]] = [*([HEADER] if has_header else []), *rows_of_examples()]
    rows[3] = [*rows[3][:6], "many", *rows[3][7:]]
    with pytest.raises(DataError, match="received 'many' in line 4, column 7"):
        read_table(write(tmp_path / "a.csv", rows))


def test_a_row_of_another_length_is_found_without_advice_about_code(tmp_path: Path) -> None:
    rows: list[list[object]] = [HEADER, *rows_of_examples()]
    rows[5] = rows[5][:-1]
    with pytest.raises(DataError, match="received 784 in line 6") as caught:
        read_table(write(tmp_path / "a.csv", rows))
    assert "usecols" not in str(caught.value)


@pytest.mark.parametrize("cell", ["+5", " 7", "007"])
def test_a_cell_that_numpy_takes_is_not_the_fault(tmp_path: Path, cell: str) -> None:
    rows: list[list[object]] = [HEADER, *rows_of_examples()]
    rows[2] = [*rows[2][:6], cell, *rows[2][7:]]
    rows[4] = [*rows[4][:9], "x", *rows[4][10:]]
    with pytest.raises(DataError, match="received 'x' in line 5, column 10"):
        read_table(write(tmp_path / "a.csv", rows))


@pytest.mark.parametrize("cell", ["9" * 5000, "{0}", "\u0667"])
def test_an_odd_cell_is_named(tmp_path: Path, cell: str) -> None:
    rows: list[list[object]] = [HEADER, *rows_of_examples()]
    rows[2] = [*rows[2][:6], cell, *rows[2][7:]]
    with pytest.raises(DataError, match="in line 3, column 7"):
        read_table(write(tmp_path / "a.csv", rows))


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, *rows_of_examples() * 10])
    path.write_text(path.read_text().replace("\n", '\n"', 1))
    with pytest.raises(DataError, match="a quoted cell that begins in line 2 and never ends"):
        read_table(path)


def test_a_label_that_stands_last_is_suspected(tmp_path: Path) -> None:
    rows = [[0, *row[2:], row[0]] for row in rows_of_examples()]
    with pytest.raises(DataError, match="the label seems to be last"):
        read_table(write(tmp_path / "a.csv", rows))
    zeros = read_table(write(tmp_path / "b.csv", [HEADER, *rows]))
    assert set(zeros.train.labels.tolist()) == {0}


def test_label_out_of_range_is_refused(tmp_path: Path) -> None:
    rows = rows_of_examples()
    rows[2][0] = 10
    with pytest.raises(DataError, match=r"a\.csv: expected labels in 0-9; received '10' in line 3, column 1\."):
        read_table(write(tmp_path / "a.csv", rows))


def test_table_cut_within_a_row_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, *rows_of_examples()])
    content = path.read_text()
    path.write_text(content[: len(content) - 300])
    with pytest.raises(DataError, match=r"a\.csv: expected"):
        read_table(path)


def test_kaggles_unlabelled_test_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="785 columns beginning with label; received 784 beginning with 'pixel0'"):
        read_table(write(tmp_path / "test.csv", [HEADER[1:], [0] * 784]))


@pytest.mark.parametrize("content", ["", "\n", ",".join(HEADER), ",".join(HEADER) + "\n\n\n"])
def test_table_without_rows_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=r"a\.csv: expected"):
        read_table(path)


def test_good_header_over_short_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="785 columns in each row; received 3"):
        read_table(write(tmp_path / "a.csv", [HEADER, [1, 2, 3]]))


def test_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(DataError, match=r"a\.csv: expected"):
        read_table(path)

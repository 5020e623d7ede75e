"""The benchmark's arithmetic; what it measures on real pages has thresholds a little below the last measurement."""

from __future__ import annotations

import lines as benchmark
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mnist_pictures import mnist_lines

import digits
from digits.data import Dataset
from digits.reading import line

TEXT = st.text("0123456789", max_size=8)


@given(TEXT, TEXT)
def test_edit_distance_is_symmetric_and_zero_only_for_the_same(one: str, other: str) -> None:
    distance = benchmark.edit_distance(one, other)
    assert distance == benchmark.edit_distance(other, one)
    assert (distance == 0) == (one == other)
    assert abs(len(one) - len(other)) <= distance <= max(len(one), len(other))


def test_edit_distance_of_known_pairs() -> None:
    assert benchmark.edit_distance("kitten", "sitting") == 3
    assert benchmark.edit_distance("123", "") == 3


def test_an_extra_line_does_not_spoil_those_after_it() -> None:
    assert benchmark.matched_lines(["12", "34", "56"], ["12", "7", "34", "56"]) == 3
    assert benchmark.matched_lines(["12"], []) == 0


def test_made_lines_hold_the_digits_they_say_and_the_same_seed_gives_the_same(sample: Dataset) -> None:
    examples = sample.test.images, sample.test.labels
    for gap in (mnist_lines.SPACED, mnist_lines.TOUCHING):
        first, second = (list(mnist_lines.mnist_lines(*examples, count=5, gap=gap)) for _ in range(2))
        for (one, text), (other, _) in zip(first, second, strict=True):
            np.testing.assert_array_equal(one, other)
            assert len(text) == mnist_lines.DIGITS_PER_LINE
            assert one[0, 0] == 255


def test_a_reader_that_is_always_right_measures_as_such(reader: digits.Reader) -> None:
    examples = [(np.zeros((2, 2), np.uint8), "12\n3 4")]
    result = benchmark.measure(reader, examples, read=lambda _: "12\n34")
    assert (result["lines_exact"], result["digits_right"], result["lines"], result["digits"]) == (1, 1, 2, 4)
    assert benchmark.measure(reader, examples, read=lambda _: "12\n35")["digits_right"] == 0.75


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least_exact", "least_digits"),
    [("pages_dev", 0.87, 0.98), ("cheque_amounts_dev", 0.75, 0.92)],
)
def test_real_numbers_are_read_about_as_well_as_measured(
    reader: digits.Reader, name: str, least_exact: float, least_digits: float
) -> None:
    folder = benchmark.data_folder()
    if folder is None or not (folder / name / "labels.csv").is_file():
        pytest.skip(f"needs {name}: set DIGITS_DATA to a folder that holds it")
    examples = benchmark.pages if name == "pages_dev" else benchmark.amounts
    result = benchmark.measure(reader, examples(folder / name))
    assert result["lines_exact"] >= least_exact
    assert result["digits_right"] >= least_digits


@pytest.mark.slow
def test_amounts_are_one_line_each_whether_that_is_said_or_not(
    reader: digits.Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = benchmark.data_folder()
    if folder is None or not (folder / "cheque_amounts_dev" / "labels.csv").is_file():
        pytest.skip("needs cheque_amounts_dev: set DIGITS_DATA to a folder that holds it")
    some = list(benchmark.amounts(folder / "cheque_amounts_dev"))[::4]
    told = benchmark.measure(None, some, lambda picture: reader.read_line(picture).text)
    untold = benchmark.measure(reader, some)
    monkeypatch.setattr(line, "_is_one_line", lambda _: False)
    as_page = benchmark.measure(reader, some)
    assert told["lines_exact"] >= untold["lines_exact"] - 0.02
    assert untold["lines_exact"] >= as_page["lines_exact"] + 0.02


@pytest.mark.slow
def test_lines_of_mnist_digits_are_read_about_as_well_as_measured(reader: digits.Reader, mnist: Dataset) -> None:
    # Validation digits: the test set is for published figures.
    examples = mnist.validation.images, mnist.validation.labels
    for gap, least_exact in ((mnist_lines.SPACED, 0.93), (mnist_lines.TOUCHING, 0.88)):
        lines = mnist_lines.mnist_lines(*examples, count=200, gap=gap, seed=3)
        assert benchmark.measure(reader, lines)["lines_exact"] >= least_exact

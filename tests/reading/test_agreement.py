"""With ``accept="agreed"`` a digit is answered only where two networks name it alike, wherever digits are read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import digits
from digits.data import Dataset
from digits.reading.result import ByteArray, FloatArray

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest.fixture(scope="module")
def agreed() -> digits.Reader:
    return digits.load(accept="agreed", threads=1)


def sure_of(value: int, count: int) -> FloatArray:
    """Return probabilities of a network that takes all for one value."""
    named = np.full((count, 10), 0.001, np.float32)
    named[:, value] = 0.991
    return named


def all_fours(frames: ByteArray, *_: object, **__: object) -> FloatArray:
    return sure_of(4, len(frames))


def require_fours_alone(found: list[digits.Digit]) -> None:
    """All that is answered is a 4; what the other network names otherwise is refused, and both values are told."""
    refused = [digit for digit in found if digit.value is None]
    assert len(refused) > len(found) / 2
    for digit in refused:
        assert str(digit.refusal).startswith("the two networks disagree: ")
        one, other = str(digit.refusal).removeprefix("the two networks disagree: ").split(" or ")
        assert int(one) < int(other)
        assert "4" in (one, other)
    assert {digit.value for digit in found if digit.value is not None} <= {4}


def test_what_both_name_alike_is_answered(agreed: digits.Reader, sample: Dataset) -> None:
    pictures = list(sample.test.images[::25])
    assert [one.value for one in agreed.classify(pictures)] == sample.test.labels[::25].tolist()
    assert agreed.read(PICTURES / "photo.png").text == digits.load(threads=1).read(PICTURES / "photo.png").text


def test_of_single_pictures(agreed: digits.Reader, sample: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.reading.reader.look_twice", all_fours)
    require_fours_alone(agreed.classify(list(sample.test.images[::25])))


def test_of_a_page(agreed: digits.Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.reading.plain_page.look_twice", all_fours)
    reading = agreed.read(PICTURES / "photo.png")
    require_fours_alone([digit for line in reading.lines for digit in line.digits])
    assert reading.needs_review


def test_of_a_table(agreed: digits.Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.reading.ruled_page.look_twice", all_fours)
    reading = agreed.read(PICTURES / "table.png")
    require_fours_alone([digit for line in reading.lines for digit in line.digits])
    assert reading.tables


def test_without_it_what_two_networks_name_otherwise_is_answered(
    reader: digits.Reader, sample: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digits.reading.reader.look_twice", all_fours)
    refusals = {digit.refusal for digit in reader.classify(list(sample.test.images[::25]))}
    assert not any("disagree" in str(refusal) for refusal in refusals)

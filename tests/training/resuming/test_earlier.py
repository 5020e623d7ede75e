"""What a training begins with."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from digits.training.resuming.earlier import add_begin_with, notes_of, sha256_of


def test_the_file_is_read_and_a_missing_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_begin_with(parser := argparse.ArgumentParser())
    (file := tmp_path / "earlier.onnx").write_bytes(b"weights")
    assert parser.parse_args(["--begin-with", str(file)]).begin_with == b"weights"
    assert parser.parse_args([]).begin_with == b""
    with pytest.raises(SystemExit):
        parser.parse_args(["--begin-with", "nowhere.onnx"])
    assert "expected the ONNX file of an earlier training; none is at nowhere.onnx" in capsys.readouterr().err


def test_without_an_earlier_training_there_is_nothing_to_tell() -> None:
    assert sha256_of(b"") == ""
    assert sha256_of(b"weights") == "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
    assert notes_of(b"") == {}

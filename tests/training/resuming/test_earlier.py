"""What a training begins with."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from digits.training.resuming.earlier import add_begin_with


def test_the_file_is_read_and_a_missing_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_begin_with(parser := argparse.ArgumentParser())
    (file := tmp_path / "earlier.onnx").write_bytes(b"weights")
    assert parser.parse_args(["--begin-with", str(file)]).begin_with == b"weights"
    assert parser.parse_args([]).begin_with == b""
    with pytest.raises(SystemExit):
        parser.parse_args(["--begin-with", "nowhere.onnx"])
    assert "expected the ONNX file of an earlier training; none is at nowhere.onnx" in capsys.readouterr().err

"""A file is as it was, or complete."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from digits.files import replacing, write_text


def test_a_complete_file_takes_the_place(tmp_path: Path) -> None:
    write_text(tmp_path / "deep" / "a.txt", "one")
    write_text(tmp_path / "deep" / "a.txt", "zwei – ü")
    assert (tmp_path / "deep" / "a.txt").read_text(encoding="utf-8") == "zwei – ü"


def test_an_error_while_writing_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "one")
    with pytest.raises(TypeError), replacing(tmp_path / "a.txt") as file:
        file.writelines([b"half", 5])  # type: ignore[list-item]
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_is_told_with_the_file_s_name(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")  # as write() raises it: without a name
    with pytest.raises(OSError, match="No space left") as caught, replacing(tmp_path / "a.txt"):
        raise full
    assert caught.value.filename == str(tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []

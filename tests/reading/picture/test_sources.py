"""Which pictures are meant by what a person names."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from digits.reading.picture.sources import find_sources, name_sources


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_folder_gives_its_pictures_in_order_and_nothing_else(tmp_path: Path) -> None:
    touch(
        tmp_path / "b.png",
        tmp_path / "a.JPG",
        tmp_path / "notes.txt",
        tmp_path / ".hidden.png",
        tmp_path / "c/d.tif",
        tmp_path / ".venv/icon.png",
    )
    found = list(find_sources([str(tmp_path)]))
    assert [Path(path).name for path in found] == ["a.JPG", "b.png", "d.tif"]


def test_a_glob_gives_what_it_matches(tmp_path: Path) -> None:
    touch(tmp_path / "1.png", tmp_path / "2.png", tmp_path / "3.jpg")
    found = list(find_sources([str(tmp_path / "*.png")]))
    assert [Path(path).name for path in found] == ["1.png", "2.png"]


def test_each_picture_comes_once(tmp_path: Path) -> None:
    touch(tmp_path / "1.png")
    assert len(list(find_sources([str(tmp_path / "1.png"), str(tmp_path / "1.png"), str(tmp_path)]))) == 1


def test_each_picture_comes_once_however_its_path_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a" / "1.png")
    monkeypatch.chdir(tmp_path)
    assert list(find_sources(["./a/1.png", "a", str(tmp_path / "a" / "1.png"), "a/*.png"])) == ["./a/1.png"]


def test_a_name_with_brackets_that_is_a_file_is_that_file(tmp_path: Path) -> None:
    touch(tmp_path / "page[1].png")
    assert list(find_sources([str(tmp_path / "page[1].png")])) == [str(tmp_path / "page[1].png")]


def test_what_is_not_there_is_given_back_for_the_error_to_name() -> None:
    assert list(find_sources(["absent.png", "-"])) == ["absent.png", "-"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    touch(tmp_path / "a/1.png")
    (tmp_path / "a/back").symlink_to(tmp_path)
    assert len(list(find_sources([str(tmp_path)]))) == 1


def test_a_folder_that_may_not_be_entered_is_given_back_for_the_error_to_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "closed/1.png", tmp_path / "open/2.png")
    scandir = os.scandir

    def deny(path: str) -> object:
        if os.fspath(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", deny)
    found = list(find_sources([str(tmp_path)]))
    assert found == [str(tmp_path / "open/2.png"), str(tmp_path / "closed")]


def test_a_file_in_a_folder_that_may_not_be_entered_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(path: object, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "stat", deny)
    assert list(find_sources(["closed/1.png"])) == ["closed/1.png"]


def test_a_data_url_is_a_source_with_a_short_name() -> None:
    one, two = "data:image/png;base64,iVBORw0KGgo/*a*/" * 90, "DATA:,b"
    assert list(find_sources([one, two, one])) == [one, two]
    assert list(name_sources([one, "a.png", two])) == [("data-url-1", one), ("a.png", "a.png"), ("data-url-2", two)]

"""Every input is in exactly one chunk, in an order that is always the same, whatever people name."""

from __future__ import annotations

import io
import os
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from digits.batch.inputs import listing
from digits.batch.inputs.contents import read_contents
from digits.batch.inputs.plan import Sources, plan
from digits.errors import ImageError

Write = Callable[..., Path]


def inputs(*names: object, size: int = 7, column: str | None = None) -> list[tuple[str, object]]:
    chunks = list(plan(Sources([str(name) for name in names], column, size)))
    assert all(chunk.count <= size for chunk in chunks)
    return [each for chunk in chunks for each in read_contents(chunk)]


def sources(*names: object, **options: object) -> list[str]:
    return [source for source, _ in inputs(*names, **options)]  # type: ignore[arg-type]


def test_a_folder_gives_its_files_then_those_below(folder: Path) -> None:
    found = sources(folder)
    assert len(found) == len(set(found)) == 40
    assert found[30:] == [str(folder / "below" / f"{i:02}.png") for i in range(0, 40, 4)]


def test_a_folder_of_more_names_than_are_sorted_at_once_gives_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sources(folder)
    monkeypatch.setattr(listing, "RUN", 3)
    assert sources(folder) == whole


def test_what_is_no_picture_is_passed_over(folder: Path) -> None:
    for name in ("notes.txt", ".hidden.png", "Thumbs.db"):
        (folder / name).write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "a.png").write_bytes(b"x")
    assert len(sources(folder)) == 40


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("form", ["ustar", "long names"])
def test_a_tar_gives_each_member_and_its_bytes(
    write_tar: Write, pngs: Mapping[str, bytes], mode: str, form: str
) -> None:
    deep = "d" * 150 + "/" if form == "long names" else ""  # needs a header of its own in front
    named = {deep + name: content for name, content in pngs.items()}
    path = write_tar({"readme.txt": b"x", **named, "._00.png": b"x"}, mode=mode)
    chunks = list(plan(Sources([str(path)], size=7)))
    assert len(chunks) == (6 if mode == "w" else 1)
    found = [each for chunk in chunks for each in read_contents(chunk)]
    assert found == [(f"{path}/{name}", content) for name, content in named.items()]


def test_chunks_of_a_tar_can_be_read_in_any_order(write_tar: Write, pngs: Mapping[str, bytes]) -> None:
    chunks = list(plan(Sources([str(write_tar(pngs))], size=7)))
    found = [each for chunk in reversed(chunks) for each in read_contents(chunk)]
    assert dict(found).keys() == {f"{chunks[0].place}/{name}" for name in pngs}


def test_two_members_of_one_name_are_two_inputs(tmp_path: Path, pngs: Mapping[str, bytes]) -> None:
    with tarfile.open(tmp_path / "twice.tar", "w") as archive:
        for content in list(pngs.values())[:2]:
            info = tarfile.TarInfo("same.png")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    found = inputs(tmp_path / "twice.tar")
    assert [content for _, content in found] == list(pngs.values())[:2]


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_what_comes_before_the_end_of_a_truncated_tar_counts(
    write_tar: Write, pngs: Mapping[str, bytes], mode: str
) -> None:
    path = write_tar(pngs, mode=mode)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 4 if mode == "w:gz" else 20 * 1024 + 700])
    found = inputs(path)
    good = [each for each in found if isinstance(each[1], bytes)]
    assert 10 <= len(good) < 40
    assert good == [(f"{path}/{name}", content) for name, content in pngs.items()][: len(good)]
    errors = [str(each) for _, each in found if isinstance(each, ImageError)]
    assert errors
    assert all("ends early or is damaged" in error for error in errors)


def test_a_zip_gives_each_member_and_a_damaged_one_is_an_error(write_zip: Write, pngs: Mapping[str, bytes]) -> None:
    path = write_zip({**pngs, "__MACOSX/._00.png": b"x"})
    content = bytearray(path.read_bytes())
    content[content.index(pngs["03.png"]) + 20] ^= 255
    path.write_bytes(bytes(content))
    found = dict(inputs(path))
    assert isinstance(found.pop(f"{path}/03.png"), ImageError)
    assert found == {f"{path}/{name}": content for name, content in pngs.items() if name != "03.png"}


def test_a_packed_member_of_a_zip_that_is_damaged_is_an_error_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bad.png", bytes(range(256)) * 40)
        archive.writestr("good.png", b"good")
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[37:60] = b"\xff" * 23  # behind the member's header, where its packed bytes begin
    (tmp_path / "a.zip").write_bytes(bytes(content))
    (_, bad), (_, good) = inputs(tmp_path / "a.zip")
    assert isinstance(bad, ImageError)
    assert good == b"good"


@pytest.mark.parametrize("name", ["a.tar", "a.zip", "a.parquet"])
@pytest.mark.parametrize("content", [b"", b"no archive" * 100])
def test_an_unreadable_container_is_one_error_and_stops_nothing(
    tmp_path: Path, folder: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    found = inputs(tmp_path / name, folder, column="x")
    assert len(found) == 41
    assert [source for source, each in found if isinstance(each, ImageError)] == [str(tmp_path / name)]


def test_a_name_twice_or_within_a_folder_is_read_once(folder: Path) -> None:
    assert len(sources(folder, f"{folder}/../in", folder / "01.png", folder / "below")) == 40
    assert len(sources(folder / "01.png", folder / "01.png")) == 1


def test_a_glob_and_a_name_that_is_not_there(folder: Path) -> None:
    assert len(sources(f"{folder}/0*.png")) == 7
    ((source, error),) = inputs(folder / "absent.png")
    assert source == str(folder / "absent.png")
    assert "nothing is there" in str(error)


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux alone")
def test_names_with_newlines_quotes_and_bytes_that_are_no_text_are_read(
    tmp_path: Path, pngs: Mapping[str, bytes]
) -> None:
    names = [b"new\nline.png", b'qu"ote, comma.png', b"no\xfftext.png"]
    (tmp_path / "in").mkdir()
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/" + name)).write_bytes(pngs["00.png"])
    assert sorted(os.fsencode(name).rpartition(b"/")[2] for name in sources(tmp_path / "in")) == sorted(names)


def test_the_same_sources_give_the_same_chunks_and_a_changed_file_another(folder: Path) -> None:
    before = [chunk.id("job") for chunk in plan(Sources([str(folder)], size=7))]
    assert before == [chunk.id("job") for chunk in plan(Sources([str(folder)], size=7))]
    assert not set(before) & {chunk.id("other job") for chunk in plan(Sources([str(folder)], size=7))}
    (folder / "39.png").write_bytes(b"other")
    after = [chunk.id("job") for chunk in plan(Sources([str(folder)], size=7))]
    assert [one == other for one, other in zip(before, after, strict=True)].count(False) == 1


def test_an_address_is_listed_and_fetched(pngs: Mapping[str, bytes]) -> None:
    memory = MemoryFileSystem()
    for name, content in list(pngs.items())[:3]:
        memory.pipe_file(f"/bucket/sub/{name}", content)
    try:
        assert [content for _, content in inputs("memory://bucket")] == list(pngs.values())[:3]
        assert len(sources("memory://bucket/sub/0[01].png")) == 2
        assert sources("memory://bucket/sub/00.png") == ["memory://bucket/sub/00.png"]
        ((_, error),) = inputs("memory://bucket/absent.png")
        assert isinstance(error, ImageError)
    finally:
        memory.rm("/bucket", recursive=True)

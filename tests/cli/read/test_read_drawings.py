"""Where ``digits read`` draws: below the folder named for it, and never over what is there, unless it is forced."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digits.cli import app
from digits.cli.read.drawings import Drawings, name_pictures
from digits.errors import RunError

# What each is called as a file, and which file its pictures are named after.
HOSTILE = {
    "...png": "picture",
    "....png": "picture",
    ". .png": "picture",
    "..png": "picture",
    "x..": "x",
    "../up.png": "up",
    "~.png": "~",
    "-rf.png": "-rf",
    "a\nb.png": "a_b",
    "\x1b[31mred.png": "_[31mred",
    "..\\back.png": "_back",
    "C:drive.png": "C_drive",
    "*?.png": "__",
    "%2e%2e%2f.png": "%2e%2e%2f",
    "$(id).png": "$(id)",
    "ends. .png": "ends",
    "x" * 251 + ".png": "x" * 200,
    "é" * 125 + ".png": "é" * 100,
    os.fsdecode(b"one\xff.png"): "one_",
}

NEEDS_LINKS = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "above" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def blank(path: str | Path) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (24, 24), 255).save(path, "PNG")
    return str(path)


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def read(*arguments: str) -> None:
    result = CliRunner().invoke(app, ["read", *arguments])
    if isinstance(result.exception, Exception):
        raise result.exception
    assert result.exit_code in (0, 4), result.output


@pytest.mark.skipif(os.name == "nt", reason="Windows has no files of such names")
@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_name_leads_nowhere(here: Path, name: str) -> None:
    source = blank(name)
    before = files_below(here.parent)
    read("--single", "--steps", "out/stages", "--", source)
    assert files_below(here.parent) - before == {here / "out" / "stages" / HOSTILE[name] / "5-frames.png"}


def test_pages_are_drawn_below_their_folders_whatever_they_are_called(here: Path) -> None:
    sources = [blank(name) for name in ("...png", "../up.png", "a\nb.png")]
    before = files_below(here.parent)
    read("--overlay", "out/seen", "--steps", "out/stages", "--", *sources)
    drawn = files_below(here.parent) - before
    assert {path.name for path in drawn if path.parent == here / "out" / "seen"} == {"picture.png", "up.png", "a_b.png"}
    assert {path.parent for path in drawn} - {here / "out" / "seen"} == {
        here / "out" / "stages" / name for name in ("picture", "up", "a_b")
    }


@given(st.lists(st.text(st.characters(exclude_characters="\0/"), min_size=1, max_size=300), unique=True, max_size=8))
def test_names_are_plain_and_differ_whatever_the_sources_are(sources: list[str]) -> None:
    names = list(name_pictures(sources).values())
    assert len({name.casefold() for name in names}) == len(sources)
    for name in names:
        assert Path(name).name == name not in (".", "..")
        assert name.isprintable()
        assert not set(name) & set('\\/:*?"<>|')
        assert len(name.encode()) < 220
        assert name == name.strip(" .")


def test_sources_of_one_name_get_numbers() -> None:
    sources = ["a/scan.png", "b/scan.jpg", "c/SCAN.tif", "-", "stdin.png"]
    assert list(name_pictures(sources).values()) == ["scan", "scan-2", "SCAN-3", "stdin", "stdin-2"]


@pytest.mark.parametrize("order", [("scan.tif", "scan-page-2.png"), ("scan-page-2.png", "scan.tif")])
def test_a_picture_called_like_a_page_of_another_gets_a_number(order: tuple[str, str]) -> None:
    first, second = name_pictures(order).values()
    assert first == Path(order[0]).stem
    assert second == f"{Path(order[1]).stem}-2"


def test_pages_that_were_saved_one_by_one_keep_their_names() -> None:
    sources = ["scan-page-1.png", "scan-page-2.png", "scan-page-10.png"]
    assert list(name_pictures(sources).values()) == [Path(source).stem for source in sources]


@pytest.mark.parametrize(("option", "taken"), [("--overlay", "out/a.png"), ("--steps", "out/a")])
def test_what_is_there_stays_unless_it_is_forced(here: Path, option: str, taken: str) -> None:
    source = blank("a.png")
    read(source, option, "out")
    blank("b.png")
    read("b.png", option, "out")  # others are in nobody's way
    own = here / taken if option == "--overlay" else here / taken / "2-ink.png"
    own.write_text("mine")
    with pytest.raises(RunError) as caught:
        read(source, option, "out")
    assert str(caught.value) == (
        f"expected {taken} to be free, but it exists; give another place with {option}, or --force to replace it"
    )
    assert own.read_text() == "mine"
    read(source, option, "out", "--force")
    assert own.read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("here")
def test_it_is_told_before_anything_is_read() -> None:
    blank("out/a.png")
    with pytest.raises(RunError, match=r"out/a\.png to be free"):
        read("a.png", "--overlay", "out", "--model", "nowhere")
    Path("notes").touch()
    with pytest.raises(RunError, match=r"expected to write notes/b\.png; notes is not a folder"):
        read("b.png", "--overlay", "notes", "--model", "nowhere")


@pytest.mark.usefixtures("here")
def test_a_later_page_that_is_there_stays_too() -> None:
    blank("out/a-page-7.png")
    blank("out/a-page-x.png")
    with pytest.raises(RunError, match=r"out/a-page-7\.png to be free"):
        Drawings(Path("out"), None, ["a.tif"])
    Drawings(Path("out"), None, ["a.tif"], page=8)
    with pytest.raises(RunError, match=r"out/a-page-7\.png to be free"):
        Drawings(Path("out"), None, ["a.tif"], page=7)


@pytest.mark.usefixtures("here")
def test_no_force_replaces_a_picture_that_is_read() -> None:
    source = blank("a.png")
    before = Path(source).read_bytes()
    with pytest.raises(RunError, match="it is a picture to read"):
        read(source, "--overlay", ".", "--force")
    assert Path(source).read_bytes() == before


@NEEDS_LINKS
def test_no_force_writes_through_a_link_or_into_a_file(here: Path) -> None:
    source, elsewhere = blank("a.png"), here / "elsewhere"
    elsewhere.mkdir()
    Path("out").mkdir()
    Path("out/a").symlink_to(elsewhere)
    with pytest.raises(RunError, match="out/a to be a folder of stages, but it is a file or a link"):
        read(source, "--steps", "out", "--force")
    assert list(elsewhere.iterdir()) == []
    Path("out/a").unlink()
    Path("out/a").write_text("mine")
    with pytest.raises(RunError, match="out/a to be a folder of stages, but it is a file or a link"):
        read(source, "--steps", "out", "--force")


@NEEDS_LINKS
def test_a_link_where_an_overlay_goes_is_replaced_not_followed(here: Path) -> None:
    source = blank("a.png")
    Path("other.txt").write_text("mine")
    Path("out").mkdir()
    Path("out/a.png").symlink_to(here / "other.txt")
    read(source, "--overlay", "out", "--force")
    assert Path("other.txt").read_text() == "mine"
    assert not Path("out/a.png").is_symlink()

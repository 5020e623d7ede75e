"""An overlay that is named like a picture; what is told of overlays and stages; and that none is read later."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from shell import call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blank(path: str) -> str:
    Image.new("L", (24, 24), 255).save(path)
    return path


def read(*arguments: str) -> str:
    """Read, and return the notes."""
    done = call("read", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stderr.decode()


def refused(*arguments: str) -> str:
    done = call("read", *arguments)
    assert (done.returncode, done.stdout) == (1, b"")
    return done.stderr.decode()


def test_an_overlay_that_ends_in_png_is_the_picture_of_the_only_source(here: Path) -> None:
    read(blank("a.png"), "--overlay", "out/seen.png")
    assert (here / "out" / "seen.png").read_bytes().startswith(b"\x89PNG")
    assert "expected out/seen.png to be free" in refused("a.png", "--overlay", "out/seen.png")


def test_one_overlay_is_not_for_several_sources(here: Path) -> None:
    told = refused(blank("a.png"), blank("b.png"), "--overlay", "seen.png", "--model", "nowhere")
    assert "expected a folder for the overlays of 2 pictures; seen.png is the name of one" in told
    assert not (here / "seen.png").exists()


def test_a_folder_that_ends_in_png_is_a_folder(here: Path) -> None:
    (here / "seen.png").mkdir()
    read(blank("a.png"), "--overlay", "seen.png")
    assert [path.name for path in (here / "seen.png").iterdir()] == ["a.png"]


def test_later_pages_of_one_source_get_the_overlay_s_name_and_their_number(here: Path) -> None:
    page = Image.new("L", (24, 24), 255)
    page.save("a.tif", save_all=True, append_images=[page])
    read("a.tif", "--overlay", "seen.png")
    assert {path.name for path in here.glob("seen*")} == {"seen.png", "seen-page-2.png"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["a.png", "--overlay", "seen"], ["drawn: seen/a.png"]),
        (["a.png", "--overlay", "seen.png"], ["drawn: seen.png"]),
        (["a.png", "b.png", "--overlay", "seen"], ["drawn: 2 pictures in seen"]),
        (["a.png", "--steps", "out"], ["drawn: out/a"]),
        (
            ["a.png", "b.png", "--steps", "out", "--overlay", "seen"],
            ["drawn: 2 pictures in seen", "drawn: 2 folders of stages in out"],
        ),
    ],
)
@pytest.mark.usefixtures("here")
def test_it_is_told_where_pictures_were_drawn(arguments: list[str], told: list[str]) -> None:
    blank("a.png")
    blank("b.png")
    notes = read(*arguments).splitlines()
    assert [note for note in notes if "drawn" in note] == told


@pytest.mark.parametrize("name", [".", "*.png", "seen"])
@pytest.mark.usefixtures("here")
def test_what_digits_drew_is_not_read_again_and_that_is_told(name: str) -> None:
    read(blank("a.png"), "--overlay", "seen")
    read(blank("a.png"), "--overlay", "seen.png")
    done = call("read", name, "--jsonl")
    sources = [Path(json.loads(line)["source"]).name for line in done.stdout.splitlines()]
    assert sources == ([] if name == "seen" else ["a.png"])
    left_out = "2 pictures that digits drew" if name == "." else "png, drawn by digits"
    assert f"{left_out}; name a picture itself to read it" in done.stderr.decode()


@pytest.mark.usefixtures("here")
def test_what_digits_drew_is_read_when_it_is_named() -> None:
    read(blank("a.png"), "--overlay", "seen.png")
    assert json.loads(call("read", "seen.png", "--jsonl").stdout)["source"] == "seen.png"

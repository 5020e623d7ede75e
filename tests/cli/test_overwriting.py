"""One rule for every verb that writes: what is there stays, unless --force, and that is told before any long work."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from digits.cli import app
from digits.errors import RunError
from digits.model.folder import SHIPPED

# The data is nowhere: whoever loads it before looking at what would be replaced says so instead.
VERBS = {
    "evaluate": (["evaluate", "--data", "nowhere"], "evaluation/most_wrong.png", "place with --out"),
    "report": (["report", "--data", "nowhere"], "report.html", "place with --out"),
    "report of a run": (["report", "runs/a", "-o", "a.html", "--data", "nowhere"], "a.html", "place with --out"),
    "inspect": (["inspect", "--data", "nowhere"], "inspection/filters.png", "place with --out"),
    "export": (["export", "--format", "onnx"], "CNN_mnist.onnx", "place with --out"),
    "data": (["data", "--data", "nowhere", "--sheet", "sheet.png"], "sheet.png", "place with --sheet"),
    "train": (["train", "--data", "nowhere", "--name", "a"], "runs/a", "place with --name or --out"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "runs" / "a" / "model")
    (tmp_path / "runs" / "a" / "config.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_there_stays_and_the_way_out_is_told_first(here: Path, verb: str) -> None:
    arguments, taken, another = VERBS[verb]
    if not Path(taken).exists():
        Path(taken).parent.mkdir(parents=True, exist_ok=True)
        Path(taken).write_text("mine")
    before = contents(here)
    error = CliRunner().invoke(app, arguments).exception
    assert isinstance(error, RunError)
    assert str(error) == f"expected {taken} to be free, but it exists; give another {another}, or --force to replace it"
    assert contents(here) == before


@pytest.mark.usefixtures("here")
def test_the_page_that_a_training_wrote_is_pointed_at_before_anything_is_measured() -> None:
    Path("runs/a/report.html").write_text("of training")
    error = CliRunner().invoke(app, ["report", "runs/a", "--data", "nowhere"]).exception
    assert str(error) == (
        "expected no report in runs/a, but there is one: open runs/a/report.html in a browser, "
        "or give --force to measure again and replace it, or --out for another place"
    )
    assert Path("runs/a/report.html").read_text() == "of training"


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in ("export", "train")])
@pytest.mark.usefixtures("here")
def test_with_force_the_work_begins(verb: str) -> None:
    arguments, taken, _ = VERBS[verb]
    Path(taken).parent.mkdir(parents=True, exist_ok=True)
    Path(taken).write_text("mine")
    error = CliRunner().invoke(app, [*arguments, "--force"]).exception
    assert "nowhere" in str(error)
    assert Path(taken).read_text() == "mine"  # and what fails replaces nothing


def test_a_link_that_leads_nowhere_is_there_too(here: Path) -> None:
    Path("sheet.png").symlink_to(here / "gone")
    error = CliRunner().invoke(app, VERBS["data"][0]).exception
    assert "sheet.png to be free, but it exists" in str(error)


@pytest.mark.parametrize("beside", [["--resume"], ["--seeds", "0-1"]])
@pytest.mark.usefixtures("here")
def test_what_keeps_complete_runs_takes_no_force(beside: list[str]) -> None:
    assert CliRunner().invoke(app, ["train", "--force", *beside]).exit_code == 2


def test_a_run_that_is_resumed_and_whose_name_was_taken_meanwhile_is_told_before_it_trains(here: Path) -> None:
    (here / "runs" / "a.partial").mkdir()
    (here / "runs" / "a.partial" / "config.json").write_text("{}")
    error = CliRunner().invoke(app, ["train", "--resume", "--data", "nowhere"]).exception
    assert "move it away" in str(error)

"""A run has its name only when it is complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from digits.errors import RunError
from digits.training.run_folder import begin_run, find_interrupted, publish_run, read_config


def test_a_run_is_published_under_its_name_and_as_latest(tmp_path: Path) -> None:
    for name in ("first", "second"):
        run = publish_run(begin_run(tmp_path, name, {"seed": 1}))
        assert run == tmp_path / name
        assert (tmp_path / "latest").resolve() == run.resolve()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "latest", "second"]
    assert read_config(tmp_path / "latest") == {"seed": 1}


def test_what_killed_writers_left_is_not_published(tmp_path: Path) -> None:
    partial = begin_run(tmp_path, "run", {})
    (partial / ".metrics.json.0.part").touch()
    (partial / ".model-0").mkdir()
    run = publish_run(partial)
    assert [path.name for path in run.iterdir()] == ["config.json"]


def test_an_unpublished_run_does_not_have_its_name(tmp_path: Path) -> None:
    begin_run(tmp_path, "half", {})
    assert not (tmp_path / "half").exists()
    assert not (tmp_path / "latest").exists()


def test_a_taken_name_is_refused_with_a_way_out(tmp_path: Path) -> None:
    begin_run(tmp_path, "half", {})
    with pytest.raises(RunError, match="--resume"):
        begin_run(tmp_path, "half", {})
    publish_run(begin_run(tmp_path, "whole", {}))
    with pytest.raises(RunError, match="exists"):
        begin_run(tmp_path, "whole", {})


@pytest.mark.parametrize("name", ["", "..", "latest", "a/b", "x.partial"])
def test_a_name_that_is_no_plain_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RunError, match="plain folder name"):
        begin_run(tmp_path, name, {})


def test_resuming_finds_the_named_run_or_the_last_one_worked_on(tmp_path: Path) -> None:
    first, second = begin_run(tmp_path, "first", {}), begin_run(tmp_path, "second", {})
    (first / "config.json").touch()
    assert find_interrupted(tmp_path, "second") == second
    assert find_interrupted(tmp_path, None) == first


def test_nothing_to_resume_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is none"):
        find_interrupted(tmp_path, None)
    publish_run(begin_run(tmp_path, "whole", {}))
    with pytest.raises(RunError, match="'whole'"):
        find_interrupted(tmp_path, "whole")


def test_a_real_folder_called_latest_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "mine.txt").touch()
    with pytest.raises(RunError, match="move it away"):
        publish_run(begin_run(tmp_path, "run", {}))
    assert (tmp_path / "latest" / "mine.txt").exists()

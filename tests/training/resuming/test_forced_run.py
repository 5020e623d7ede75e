"""A run may replace another one of its name, once it is complete."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from digits.errors import RunError
from digits.training.resuming.run_folder import begin_run, find_interrupted, hold, publish_run, read_config


def contents(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_forced_run_replaces_the_one_of_its_name_only_when_it_is_complete(tmp_path: Path) -> None:
    publish_run(begin_run(tmp_path, "run", {"seed": 1}))
    (tmp_path / "run" / "old").touch()
    partial = begin_run(tmp_path, "run", {"seed": 2}, force=True)
    (partial / "new").touch()
    assert read_config(tmp_path / "run") == {"seed": 1}
    publish_run(find_interrupted(tmp_path, "run"))
    assert read_config(tmp_path / "latest") == {"seed": 2}
    assert contents(tmp_path / "run") == {"config.json", "new"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "run"]


def test_a_forced_run_begins_where_another_was_interrupted_unless_that_is_at_work(tmp_path: Path) -> None:
    partial = begin_run(tmp_path, "run", {"seed": 1})
    (partial / "checkpoint.npz").touch()
    with hold(partial), pytest.raises(RunError, match="another process"):
        begin_run(tmp_path, "run", {"seed": 2}, force=True)
    assert (partial / "checkpoint.npz").exists()
    begin_run(tmp_path, "run", {"seed": 2}, force=True)
    assert read_config(partial) == {"seed": 2}
    assert not (partial / "checkpoint.npz").exists()


def test_a_kill_between_the_two_names_loses_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_run(begin_run(tmp_path, "run", {"seed": 1}))
    partial = begin_run(tmp_path, "run", {"seed": 2}, force=True)
    renamed = os.replace

    def die(source: Path, target: Path) -> None:
        if source == partial:
            raise KeyboardInterrupt
        renamed(source, target)

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", die)
        with pytest.raises(KeyboardInterrupt):
            publish_run(partial)
    assert read_config(find_interrupted(tmp_path, "run")) == {"seed": 2}
    publish_run(partial)
    assert contents(tmp_path / "run") == {"config.json"}


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine").touch()
    with pytest.raises(RunError, match=r"another (place )?with --name"):
        begin_run(tmp_path, "run", {}, force=force)
    assert contents(tmp_path) == {"run/mine"}

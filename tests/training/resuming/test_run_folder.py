"""A run has its name only when it is complete."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from digits.errors import RunError
from digits.training.resuming import run_folder
from digits.training.resuming.run_folder import begin_run, find_interrupted, hold, publish_run, read_config


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


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        ".latest",
        "latest",
        "a/b",
        "../b",
        "/b",
        "C:b",
        "a\\b",
        "a\nb",
        "a\0b",
        "b.",
        "x.partial",
        "é" * 150,
        "\udc80",
    ],
)
def test_a_name_that_is_no_plain_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RunError, match="plain folder name"):
        begin_run(tmp_path, name, {})


def test_two_begin_at_once_and_one_is_told(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def begin(_: int) -> bool:
        try:
            begin_run(tmp_path, "same", {})
        except RunError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begin, range(40))) == 1


def test_a_run_that_is_being_trained_is_held_against_another_process(tmp_path: Path) -> None:
    partial = begin_run(tmp_path, "run", {})
    code = (
        "import sys; from pathlib import Path; from digits.training.resuming.run_folder import hold\n"
        "with hold(Path(sys.argv[1])): pass"
    )
    with hold(partial):
        done = subprocess.run([sys.executable, "-c", code, partial], capture_output=True, text=True, check=False)
        assert "another process is training it" in done.stderr
    subprocess.run([sys.executable, "-c", code, partial], check=True)


def test_holding_a_run_that_was_just_published_is_an_error(tmp_path: Path) -> None:
    partial = begin_run(tmp_path, "run", {})
    publish_run(partial)
    with pytest.raises(RunError, match="gone"), hold(partial):
        pass


def test_a_kill_while_pointing_latest_leaves_nothing_to_resume(tmp_path: Path) -> None:
    publish_run(begin_run(tmp_path, "good", {}))
    (tmp_path / ".latest.partial").symlink_to("good")
    with pytest.raises(RunError, match="there is none"):
        find_interrupted(tmp_path, None)


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An older run that ``latest`` points to, and a newer one whose process was killed as soon as it had its name."""
    publish_run(begin_run(tmp_path, "older", {}))
    partial = begin_run(tmp_path, "newer", {})
    (partial / "checkpoint.npz").touch()
    with monkeypatch.context() as patched:
        patched.setattr(run_folder, "finish_publishing", lambda _out: None)
        publish_run(partial)
    assert (tmp_path / "latest").resolve().name == "older"
    return tmp_path


def test_the_next_start_does_what_a_kill_left_undone(killed: Path) -> None:
    begin_run(killed, "next", {})
    assert (killed / "latest").resolve().name == "newer"
    assert [path.name for path in (killed / "newer").iterdir()] == ["config.json"]
    assert sorted(path.name for path in killed.iterdir()) == ["latest", "newer", "next.partial", "older"]


def test_so_does_a_resumption_also_of_nothing(killed: Path) -> None:
    with pytest.raises(RunError):
        find_interrupted(killed, None)
    assert (killed / "latest").resolve().name == "newer"


def test_a_run_published_after_a_kill_is_the_latest(killed: Path) -> None:
    publish_run(begin_run(killed, "newest", {}))
    assert (killed / "latest").resolve().name == "newest"


def test_a_kill_before_a_run_has_its_name_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_run(begin_run(tmp_path, "older", {}))
    partial = begin_run(tmp_path, "newer", {})

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", die)
        with pytest.raises(KeyboardInterrupt):
            publish_run(partial)
    assert find_interrupted(tmp_path, None) == partial
    assert (tmp_path / "latest").resolve().name == "older"
    publish_run(partial)
    assert (tmp_path / "latest").resolve().name == "newer"


def test_a_run_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = []
    kept = {"fsync": os.fsync, "replace": os.replace}
    monkeypatch.setattr("os.fsync", lambda file: (events.append(f"sync {os.fstat(file).st_ino}"), kept["fsync"](file)))
    monkeypatch.setattr("os.replace", lambda *names: (events.append(f"name {names[1].name}"), kept["replace"](*names)))
    partial = begin_run(tmp_path, "run", {})
    (partial / "model").mkdir()
    (partial / "model" / "model.onnx").write_bytes(b"weights")
    inside = {f"sync {path.stat().st_ino}" for path in (partial, *partial.rglob("*"))}
    publish_run(partial)
    assert len(inside) == 4
    assert inside <= set(events[: events.index("name run")])
    assert events[-2:] == ["name latest", f"sync {tmp_path.stat().st_ino}"]


def test_a_name_taken_meanwhile_costs_no_epoch(tmp_path: Path) -> None:
    partial = begin_run(tmp_path, "run", {})
    (partial / "checkpoint.npz").touch()
    (tmp_path / "run").mkdir()
    with pytest.raises(RunError, match="move it away"):
        publish_run(partial)
    assert (partial / "checkpoint.npz").exists()
    (tmp_path / "run").rmdir()
    assert not (publish_run(partial) / "checkpoint.npz").exists()


def test_many_runs_may_finish_together(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    partials = [begin_run(tmp_path, f"run{number}", {}) for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(publish_run, partials))
    assert (tmp_path / "latest").resolve() in runs


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


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff", b'{"recipe": 5}', b'{"dataset": [1]}'])
def test_a_damaged_config_is_an_error_that_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(RunError, match="train again"):
        read_config(tmp_path)


def test_a_real_folder_called_latest_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest" / "mine.txt").touch()
    with pytest.raises(RunError, match="move it away"):
        begin_run(tmp_path, "run", {})
    assert (tmp_path / "latest" / "mine.txt").exists()

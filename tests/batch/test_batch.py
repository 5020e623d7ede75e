"""``digits batch`` from sources to results: complete, resumed, refused."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pyarrow.parquet as pq
import pytest
from shell import call

from digits.batch import local
from digits.batch.inputs import plan
from digits.batch.task import Done, Setup, Task, perform


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, read in this process: starting others takes a second."""

    def run(engine: local.LocalEngine, tasks: Iterator[Task]) -> Iterator[Done]:
        work = engine.setup.open()
        return (perform(task, work, engine.parts) for task in tasks)

    monkeypatch.setattr(local.LocalEngine, "run", run)
    monkeypatch.setattr(plan, "SINGLES", 7)


def batch(folder: Path, *arguments: object) -> CompletedProcess[bytes]:
    return call("batch", "in", "--single", *arguments, cwd=folder.parent)


def check(path: Path, pngs: Mapping[str, bytes], truth: Sequence[str]) -> None:
    rows = pq.read_table(path).to_pylist()
    assert sorted(Path(row["source"]).name for row in rows) == list(pngs)
    right = dict(zip(pngs, truth, strict=True))
    assert sum(row["text"] == right[Path(row["source"]).name] for row in rows) >= 38


def test_each_input_comes_out_once(folder: Path, pngs: Mapping[str, bytes], truth: Sequence[str]) -> None:
    done = batch(folder)
    assert (done.returncode, done.stdout) == (0, b""), done.stderr
    assert b"40 inputs read" in done.stderr
    check(folder.parent / "results.parquet", pngs, truth)
    assert not (folder.parent / "results.parquet.parts").exists()


def test_csv_and_json_lines_say_the_same(folder: Path) -> None:
    for name in ("a.parquet", "a.csv", "a.jsonl"):
        assert batch(folder, "-o", name).returncode == 0
    rows = pq.read_table(folder.parent / "a.parquet").to_pylist()
    with (folder.parent / "a.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (folder.parent / "a.jsonl").read_text().splitlines()]
    for row, cells, line in zip(rows, table, lines, strict=True):
        assert row["source"] == cells["source"] == line["source"]
        assert row["text"] == cells["text"] == line["text"]
        assert [digit["value"] for digit in json.loads(cells["digits"])] == [digit["value"] for digit in line["digits"]]
        assert list(row) == list(cells) == list(line)


def test_parquet_tells_the_model_and_the_version(folder: Path) -> None:
    batch(folder)
    about = json.loads(pq.read_schema(folder.parent / "results.parquet").metadata[b"digits.job"])
    assert len(about["model"]) == 64
    assert about["digits"]


def interrupt_after(chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = local.LocalEngine.run

    def run(engine: local.LocalEngine, tasks: Iterator[Task]) -> Iterator[Done]:
        for number, done in enumerate(whole(engine, tasks)):
            if number == chunks:
                raise KeyboardInterrupt
            yield done

    monkeypatch.setattr(local.LocalEngine, "run", run)


def test_an_interrupted_batch_goes_on_and_reads_nothing_twice(
    folder: Path, pngs: Mapping[str, bytes], truth: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as context:
        interrupt_after(3, context)
        done = batch(folder)
    assert done.returncode == 130
    assert b"go on with the same command and --resume" in done.stderr
    assert not (folder.parent / "results.parquet").exists()

    refused = batch(folder)
    assert refused.returncode == 1
    assert b"a batch that writes it is unfinished" in refused.stderr

    again: list[str] = []
    run = local.LocalEngine.run
    monkeypatch.setattr(
        local.LocalEngine, "run", lambda engine, tasks: run(engine, (again.append(t.name) or t for t in tasks))
    )
    resumed = batch(folder, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert b"28 of them before" in resumed.stderr
    assert len(again) == 2
    check(folder.parent / "results.parquet", pngs, truth)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--field", "length=3"], "--field is"), (["--column", "x"], "--column is x, was not given")],
)
def test_another_job_does_not_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    with monkeypatch.context() as context:
        interrupt_after(1, context)
        call("batch", "in", cwd=folder.parent)
    done = call("batch", "in", "--resume", *arguments, cwd=folder.parent)
    assert done.returncode == 1
    assert said.encode() in done.stderr
    assert b"--overwrite" in done.stderr


def test_results_are_replaced_only_when_asked(folder: Path) -> None:
    (folder.parent / "results.parquet").write_bytes(b"mine")
    assert batch(folder).returncode == 1
    assert (folder.parent / "results.parquet").read_bytes() == b"mine"
    assert batch(folder, "--resume").returncode == 1  # they do not say what they were made from
    assert (folder.parent / "results.parquet").read_bytes() == b"mine"
    assert batch(folder, "--overwrite").returncode == 0
    for option in ("--resume", "--retry-errors"):
        again = batch(folder, option)
        assert again.returncode == 0
        assert b"complete already" in again.stderr


def test_what_failed_is_tried_again_and_a_success_outranks_it(
    folder: Path, pngs: Mapping[str, bytes], truth: Sequence[str]
) -> None:
    (folder / "03.png").chmod(0)
    (folder / "05.png").rename(folder.parent / "05.png")
    (folder / "05.png").symlink_to(folder.parent / "later.png")
    done = batch(folder)
    assert done.returncode == 3
    assert b"in/05.png: expected" in done.stderr
    assert b"could not be read" in done.stderr
    rows = {Path(row["source"]).name: row for row in pq.read_table(folder.parent / "results.parquet").to_pylist()}
    assert len(rows) == 40
    assert rows["05.png"]["error"]
    stamp = (folder / "03.png").stat().st_mtime_ns

    (folder / "03.png").chmod(0o644)
    assert (folder / "03.png").stat().st_mtime_ns == stamp  # else its chunk would be another
    (folder / "05.png").unlink()
    shutil.move(folder.parent / "05.png", folder / "05.png")
    again = batch(folder, "--retry-errors")
    assert again.returncode == 0, again.stderr
    check(folder.parent / "results.parquet", pngs, truth)
    assert not (folder.parent / "results.parquet.parts").exists()


def test_names_on_standard_input(folder: Path) -> None:
    names = [b"in/01.png", b"in/02.png", b"in/no\nnewline.png"]
    (folder / "01.png").rename(folder / "no\nnewline.png")
    shutil.copy(folder / "no\nnewline.png", folder / "01.png")
    for data, count in ((b"\n".join(names[:2]), 2), (b"\0".join(names), 3)):
        done = call("batch", "-", "--single", "--overwrite", data=data, cwd=folder.parent)
        assert done.returncode == 0, done.stderr
        assert pq.read_metadata(folder.parent / "results.parquet").num_rows == count


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["in", "--out", "a.xlsx"], 1, "expected --out to end in .parquet, .csv, .jsonl; got a.xlsx"),
        (["in", "--resume", "--overwrite"], 2, "not several"),
        (["in", "--single", "--field", "length=3"], 2, "leave --single out"),
        (["in", "--field", "nonsense"], 2, "--field"),
        (["in", "--resume"], 1, "there is none to go on with"),
        (["empty"], 1, "expected pictures in empty"),
        (["in", "--out", "/proc/results.parquet"], 1, "give another --out"),
        (["-", "in"], 2, "leave the other sources out"),
    ],
)
def test_wrong_use_is_a_sentence(folder: Path, arguments: list[str], status: int, said: str) -> None:
    (folder.parent / "empty").mkdir()
    done = call("batch", *arguments, cwd=folder.parent)
    assert done.returncode == status, done.stderr
    assert said.encode() in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows holds no lock")
def test_what_another_process_is_at_work_on_is_not_overwritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as context:
        interrupt_after(2, context)
        batch(folder)
    parts = folder.parent / "results.parquet.parts"
    before = set(parts.iterdir())
    hold = "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", hold, parts / "lock"], **pipes) as other:
        assert other.stdout
        other.stdout.readline()
        done = batch(folder, "--overwrite")
        other.communicate(b"\n")
    assert done.returncode == 1
    assert b"another process is at work on it" in done.stderr
    assert set(parts.iterdir()) == before


def test_the_output_is_no_input(folder: Path) -> None:
    done = call("batch", ".", "--single", "--column", "source", cwd=folder)
    assert done.returncode == 0
    again = call("batch", ".", "--single", "--column", "source", "--overwrite", cwd=folder)
    assert b"40 inputs read" in again.stderr


def test_the_setup_can_be_sent() -> None:
    import pickle

    assert pickle.loads(pickle.dumps(Setup("runs/a", "hash", ("length=3",)))) == Setup("runs/a", "hash", ("length=3",))

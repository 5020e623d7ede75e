"""The engine of one machine: every chunk is done once, whoever dies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from deadly import Deadly

from digits.batch.deaths import KILLED
from digits.batch.inputs.plan import Sources, plan
from digits.batch.local import LocalEngine
from digits.batch.parts import Parts
from digits.batch.task import Setup, Task
from digits.batch.work import TOGETHER
from digits.errors import BatchError


def run(folder: Path, out: Path, setup: Setup, workers: int = 2) -> dict[str, str]:
    parts = Parts(str(out))
    chunks = list(plan(Sources([str(folder)], size=15)))
    tasks = [Task(chunk, f"{i}.parquet", together=TOGETHER if setup.single else 1) for i, chunk in enumerate(chunks)]
    done = list(LocalEngine(setup, parts, workers).run(tasks))
    assert sorted(each.name for each in done) == [task.name for task in tasks]
    rows = [row for task in tasks for row in parts.read_rows(task.name).to_pylist()]
    assert len(rows) == sum(each.inputs for each in done)
    return {Path(row["source"]).name: row["error"] for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize("single", [False, True])
def test_an_input_that_kills_twice_is_an_error_and_the_others_are_read(
    folder: Path, tmp_path: Path, pngs: Mapping[str, bytes], single: bool
) -> None:
    told = run(folder, tmp_path / "out.parquet", Deadly(None, "", single=single, poison="7.png"))
    assert told == {name: KILLED if name.endswith("7.png") else "read" for name in pngs}


@pytest.mark.slow
def test_workers_that_cannot_begin_end_the_batch_and_say_why(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BatchError, match=r"3 died before they read anything, .* exit status -9; .*fewer --workers"):
        run(folder, tmp_path / "out.parquet", Deadly(None, "", opens=False))


@pytest.mark.slow
def test_a_model_that_was_replaced_meanwhile_ends_the_batch(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="expected the model that the batch began with"):
        run(folder, tmp_path / "out.parquet", Setup(None, "another"), workers=1)

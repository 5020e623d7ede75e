"""An interrupted ensemble and an interrupted training of one network are not taken for each other."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from support import TINY_PLAN, Silence, few

from digits.cli.terminal.interrupted import point_at_interrupted
from digits.data import Dataset
from digits.errors import RunError
from digits.experiments.ensemble import run_ensemble
from digits.experiments.plan import make_plan
from digits.training.resuming.run_folder import begin_run


def watch(_: int) -> AbstractContextManager[Silence]:
    return Silence()


@pytest.fixture
def ensemble(tmp_path: Path) -> Path:
    """Broken off when its members were complete."""
    return begin_run(tmp_path, "both", {**TINY_PLAN.to_dict(), "members": 2})


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    return begin_run(tmp_path, "one", {**TINY_PLAN.to_dict(), "dataset": {"source": "own data from mine.npz"}})


def test_an_ensemble_does_not_go_on_as_one_network(ensemble: Path) -> None:
    with pytest.raises(RunError, match="to average 2; give the call that began it, with --members 2, again"):
        make_plan(ensemble.parent, resume=True)


def test_one_network_does_not_go_on_as_an_ensemble(alone: Path, sample: Dataset) -> None:
    with pytest.raises(RunError, match="it is a training of one network, got --members 2"):
        run_ensemble(few(sample), TINY_PLAN, 2, out=alone.parent, name="one", watch=watch, tell=print)


def test_an_ensemble_does_not_go_on_with_more_members(ensemble: Path, sample: Dataset) -> None:
    with pytest.raises(RunError, match="it is an ensemble of 2, got --members 3"):
        run_ensemble(few(sample), TINY_PLAN, 3, out=ensemble.parent, name="both", watch=watch, tell=print)


def test_the_note_about_an_interrupted_ensemble_names_its_members(
    ensemble: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    point_at_interrupted(ensemble.parent)
    said = " ".join(capsys.readouterr().err.split())
    assert "digits train --members 2" in said
    assert "--resume" not in said


def test_the_note_about_an_interrupted_run_names_its_data(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    point_at_interrupted(alone.parent)
    said = " ".join(capsys.readouterr().err.split())
    assert "--name one, and the same --data: own data from mine.npz" in said

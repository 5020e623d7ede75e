"""TensorBoard and MLflow hold what the run folder holds; without them the error says what to install."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import TINY_PLAN, Silence

from digits.data import Dataset
from digits.errors import MissingExtraError
from digits.experiments.loggers import MLflowLogger, TensorBoardLogger
from digits.experiments.run import Run, run_experiment

LAST_EPOCH = TINY_PLAN.recipe.epochs

pytestmark = pytest.mark.slow  # each needs a whole training


def test_nothing_of_theirs_is_imported_unasked(run_and_imports: tuple[Run, set[str]]) -> None:
    run, imported = run_and_imports
    assert not {name for name in imported if name.split(".")[0] in ("mlflow", "tensorboard")}
    assert json.loads((run.path / "metrics.json").read_text()) == run.metrics


@dataclass(frozen=True)
class Logged:
    """A run that was killed in its last epoch and resumed, as it was and as MLflow and TensorBoard have it."""

    run: Run
    mlflow: Any
    broken: Any  # MLflow's run after the kill
    events: Path


@pytest.fixture(scope="module")
def logged(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logged]:
    mlflow = pytest.importorskip("mlflow", reason="mlflow is an extra")
    pytest.importorskip("tensorboard", reason="tensorboard is an extra")
    out = tmp_path_factory.mktemp("logged")
    before = mlflow.get_tracking_uri()
    with pytest.MonkeyPatch.context() as patch:
        # The files of old stand in for a server; the light mlflow of the tests has no database.
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        mlflow.set_tracking_uri((out / "mlruns").as_uri())

        def train(progress: Silence, *, resume: bool) -> Run:
            loggers = [MLflowLogger(), TensorBoardLogger(out / "events")]
            return run_experiment(
                small, TINY_PLAN, out=out, name="a", resume=resume, progress=progress, loggers=loggers
            )

        with pytest.raises(KeyboardInterrupt):
            train(Silence(stop_in=LAST_EPOCH), resume=False)
        [broken] = mlflow.search_runs(experiment_names=["digits"], output_format="list")
        yield Logged(train(Silence(), resume=True), mlflow, broken, out / "events" / "a")
        mlflow.set_tracking_uri(before)


@pytest.mark.slow
def test_a_resumed_run_is_one_mlflow_run_with_everything(logged: Logged) -> None:
    mlflow = logged.mlflow
    [found] = mlflow.search_runs(experiment_names=["digits"], output_format="list")
    assert found.info.run_id == logged.broken.info.run_id
    assert (logged.broken.info.status, found.info.status) == ("KILLED", "FINISHED")
    assert found.data.params["recipe.augmentation.shift_px"] == str(TINY_PLAN.recipe.augmentation.shift_px)
    assert found.data.metrics["final_test_accuracy"] == pytest.approx(logged.run.metrics["test_accuracy"])
    points = mlflow.MlflowClient().get_metric_history(found.info.run_id, "val_accuracy")
    assert [point.step for point in points] == list(range(1, LAST_EPOCH + 1))
    assert "CNN_mnist.h5" in {file.path for file in mlflow.MlflowClient().list_artifacts(found.info.run_id)}


@pytest.mark.slow
def test_tensorboard_shows_every_epoch_of_history(logged: Logged) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util import tensor_util

    history = list(csv.DictReader((logged.run.path / "history.csv").read_text().splitlines()))
    for part, key in (("train", "accuracy"), ("validation", "val_accuracy")):
        events = EventAccumulator(str(logged.events / part))
        events.Reload()
        shown = [tensor_util.make_ndarray(event.tensor_proto).item() for event in events.Tensors("epoch_accuracy")]
        assert shown == pytest.approx([float(row[key]) for row in history])
        assert len(shown) == LAST_EPOCH
    result = events.Tensors("result/test_accuracy")[0].tensor_proto
    assert tensor_util.make_ndarray(result).item() == pytest.approx(logged.run.metrics["test_accuracy"])


@pytest.mark.parametrize("name", ["mlflow", "tensorboard"])
def test_a_missing_library_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [m for m in sys.modules if m.split(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=rf"pip install '\.\[{name}\]"):
        MLflowLogger() if name == "mlflow" else TensorBoardLogger(Path())

"""TensorBoard and MLflow hold what the run folder holds; without them the error says what to install."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import TINY_PLAN, Silence

from digits.data import Dataset
from digits.errors import MissingExtraError
from digits.experiments.loggers import MLflowLogger, TensorBoardLogger
from digits.experiments.run import run_experiment

LAST_EPOCH = TINY_PLAN.recipe.epochs


@pytest.fixture
def mlflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # The files of old stand in for a server; the light mlflow of the tests has no database.
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    module = pytest.importorskip("mlflow", reason="mlflow is an extra")
    before = module.get_tracking_uri()
    module.set_tracking_uri((tmp_path / "mlruns").as_uri())
    yield module
    module.set_tracking_uri(before)


def test_a_resumed_run_is_one_mlflow_run_with_everything(small: Dataset, tmp_path: Path, mlflow: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_experiment(
            small, TINY_PLAN, out=tmp_path, name="a", progress=Silence(stop_in=LAST_EPOCH), loggers=[MLflowLogger()]
        )
    [broken] = mlflow.search_runs(experiment_names=["digits"], output_format="list")
    assert broken.info.status == "KILLED"
    run = run_experiment(
        small, TINY_PLAN, out=tmp_path, name="a", resume=True, progress=Silence(), loggers=[MLflowLogger()]
    )
    [logged] = mlflow.search_runs(experiment_names=["digits"], output_format="list")
    assert logged.info.run_id == broken.info.run_id
    assert logged.info.status == "FINISHED"
    assert logged.data.params["recipe.augmentation.shift_px"] == str(TINY_PLAN.recipe.augmentation.shift_px)
    assert logged.data.metrics["final_test_accuracy"] == pytest.approx(run.metrics["test_accuracy"])
    points = mlflow.MlflowClient().get_metric_history(logged.info.run_id, "val_accuracy")
    assert [point.step for point in points] == list(range(1, LAST_EPOCH + 1))
    assert "CNN_mnist.h5" in {file.path for file in mlflow.MlflowClient().list_artifacts(logged.info.run_id)}


def test_tensorboard_shows_every_epoch_of_history(small: Dataset, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="tensorboard is an extra")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util import tensor_util

    logger = TensorBoardLogger(tmp_path / "events")
    run = run_experiment(small, TINY_PLAN, out=tmp_path, name="a", progress=Silence(), loggers=[logger])
    history = list(csv.DictReader((run.path / "history.csv").read_text().splitlines()))
    for part, key in (("train", "accuracy"), ("validation", "val_accuracy")):
        events = EventAccumulator(str(tmp_path / "events" / "a" / part))
        events.Reload()
        shown = [tensor_util.make_ndarray(event.tensor_proto).item() for event in events.Tensors("epoch_accuracy")]
        assert shown == pytest.approx([float(row[key]) for row in history])
        assert len(shown) == LAST_EPOCH
    result = events.Tensors("result/test_accuracy")[0].tensor_proto
    assert tensor_util.make_ndarray(result).item() == pytest.approx(run.metrics["test_accuracy"])


@pytest.mark.parametrize("name", ["mlflow", "tensorboard"])
def test_a_missing_library_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [m for m in sys.modules if m.split(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=rf"digits\[{name}\]"):
        MLflowLogger() if name == "mlflow" else TensorBoardLogger(Path())


def test_nothing_of_theirs_is_imported_unasked(small: Dataset, tmp_path: Path) -> None:
    before = {m for m in sys.modules if m.split(".")[0] in ("mlflow", "tensorboard")}
    run = run_experiment(small, TINY_PLAN, out=tmp_path, name="a", progress=Silence())
    assert {m for m in sys.modules if m.split(".")[0] in ("mlflow", "tensorboard")} == before
    assert json.loads((run.path / "metrics.json").read_text()) == run.metrics

"""Sends a run's progress and result to TensorBoard or MLflow as well. Imports neither until asked.

A resumed run continues in the same TensorBoard folder and the same MLflow run.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from digits.errors import MissingExtraError
from digits.files import write_text
from digits.training.resuming.checkpoint import HistoryRow
from digits.training.train import Progress

# Keras's own names, so that its runs and ours lie in one chart; Keras splits training and validation by folder.
TRAINING_SCALARS = {"accuracy": "epoch_accuracy", "loss": "epoch_loss", "learning_rate": "epoch_learning_rate"}
VALIDATION_SCALARS = {"val_accuracy": "epoch_accuracy", "val_loss": "epoch_loss"}
RESULTS = ("test_accuracy", "test_loss", "val_accuracy", "train_accuracy", "ece")
MLFLOW_ID_FILE = "mlflow_run_id.txt"
MLFLOW_EXPERIMENT = "digits"


class Logger(Protocol):
    """Keeps the figures of a run elsewhere."""

    def begin(self, name: str, config: Mapping[str, Any], folder: Path, /) -> None:
        """A run called ``name`` starts or continues in ``folder``; ``config`` is its config.json."""

    def epoch(self, row: HistoryRow) -> None:
        """An epoch is done and safe on disk."""

    def end(self, metrics: Mapping[str, Any], folder: Path, /) -> None:
        """The run is complete but for its publishing; ``metrics`` is its metrics.json."""

    def stop(self) -> None:
        """The run broke off; it may be resumed."""


class TensorBoardLogger:
    """Writes event files to ``folder``/NAME/{train,validation}; look at them with ``tensorboard --logdir``.

    With ``anew``, those of an earlier run of that name are deleted; otherwise its curves would be continued.

    Raises:
        MissingExtraError: tensorboard is not installed.
    """

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        self._module = _require("tensorboard.summary", "tensorboard")
        self._folder, self._anew = folder.absolute(), anew  # a task of Ray has another current folder

    def begin(self, name: str, _config: Mapping[str, Any], _folder: Path) -> None:
        if self._anew:
            shutil.rmtree(self._folder / name, ignore_errors=True)
        parts = ("train", TRAINING_SCALARS), ("validation", VALIDATION_SCALARS)
        self._writers = [(self._module.Writer(str(self._folder / name / part)), tags) for part, tags in parts]

    def epoch(self, row: HistoryRow) -> None:
        for writer, tags in self._writers:
            for key, tag in tags.items():
                writer.add_scalar(tag, row[key], int(row["epoch"]) - 1)  # Keras counts from 0
            writer.flush()

    def end(self, metrics: Mapping[str, Any], _folder: Path) -> None:
        for key in RESULTS:
            self._writers[1][0].add_scalar(f"result/{key}", metrics[key], 0)
        self.stop()

    def stop(self) -> None:
        for writer, _ in self._writers:
            writer.close()


class MLflowLogger:
    """Logs parameters, metrics per epoch and the whole run folder to MLflow's address (MLFLOW_TRACKING_URI).

    Raises:
        MissingExtraError: mlflow is not installed.
    """

    def __init__(self) -> None:
        self._mlflow = _require("mlflow", "mlflow")
        self._uri = self._mlflow.get_tracking_uri()

    def begin(self, name: str, config: Mapping[str, Any], folder: Path) -> None:
        self._mlflow.set_tracking_uri(self._uri)  # perhaps on another node, whose environment has none
        note = folder / MLFLOW_ID_FILE
        if note.exists():
            self._mlflow.start_run(run_id=note.read_text(encoding="utf-8").strip())
            return
        self._mlflow.set_experiment(MLFLOW_EXPERIMENT)
        run = self._mlflow.start_run(run_name=name)
        write_text(note, run.info.run_id + "\n")
        self._mlflow.log_params(dict(_flat(config)))

    def epoch(self, row: HistoryRow) -> None:
        figures = {key: float(row[key]) for key in (*TRAINING_SCALARS, *VALIDATION_SCALARS)}
        self._mlflow.log_metrics(figures, step=int(row["epoch"]))

    def end(self, metrics: Mapping[str, Any], folder: Path) -> None:
        self._mlflow.log_metrics({f"final_{key}": float(metrics[key]) for key in RESULTS})
        self._mlflow.log_artifacts(str(folder))
        self._mlflow.end_run()

    def stop(self) -> None:
        self._mlflow.end_run("KILLED")


class RunProgress(Progress, Protocol):
    """Receives reports on a training and on what follows it until the run is published."""

    def task(self, what: str, done: int = 0, of: int = 1) -> None:
        """``done`` of ``of`` steps of a task after the training are over; ``what`` names it."""


class LoggingProgress:
    """Passes every report on to ``progress``, and every finished epoch to the loggers as well."""

    def __init__(self, progress: RunProgress, loggers: Sequence[Logger]) -> None:
        self._progress, self._loggers = progress, loggers
        self.begin, self.step, self.task = progress.begin, progress.step, progress.task

    def epoch(self, row: HistoryRow) -> None:
        self._progress.epoch(row)
        for logger in self._loggers:
            logger.epoch(row)


@contextmanager
def logged(loggers: Sequence[Logger], name: str, config: Mapping[str, Any], folder: Path) -> Iterator[None]:
    """Begin the run with every logger, and tell them when it breaks off."""
    begun: list[Logger] = []
    try:
        for logger in loggers:
            logger.begin(name, config, folder)
            begun.append(logger)
        yield
    except BaseException:
        for logger in begun:
            logger.stop()
        raise


def _require(module: str, package: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(package, f"logging to {package}", package) from error


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield nested names joined by dots, as MLflow shows them: recipe.augmentation.shift_px."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value

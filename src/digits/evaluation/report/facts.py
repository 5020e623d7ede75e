"""In: a run or model folder. Out: ``RunFacts``, what the folder says about itself. Nothing here runs the network."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digits.errors import RunError
from digits.evaluation.evaluate import METRICS_FILE
from digits.evaluation.plots.curves import HISTORY_COLUMNS
from digits.files import read_object
from digits.model.folder import open_model
from digits.training.resuming.run_folder import CONFIG_FILE, LATEST, PARTIAL_SUFFIX

HISTORY_FILE = "history.csv"
SUMMARY_FILE = "summary.json"


@dataclass(frozen=True)
class RunFacts:
    """What a run's files say; ``config`` and ``metrics`` are empty, ``history`` has no rows, if a file is missing.

    ``model`` is model.json. ``history`` has one row per epoch with floats, NaN where the network diverged.
    """

    name: str
    path: Path | None
    model: Mapping[str, Any]
    config: Mapping[str, Any]
    metrics: Mapping[str, Any]
    history: tuple[Mapping[str, float], ...]

    @property
    def recipe(self) -> Mapping[str, Any]:
        """The recipe's fields in one level, those of its augmentation among them."""
        recipe = dict(self.config.get("recipe") or self.model.get("recipe") or {})
        return recipe | dict(recipe.pop("augmentation", None) or {})

    @property
    def settings(self) -> Mapping[str, Any]:
        """``recipe``, with the most epochs that it comes to on this run's data, if the run recorded them."""
        epochs = self.config.get("epochs")
        recorded = {} if epochs is None else {"most_epochs": epochs}
        return {key: value for key, value in self.recipe.items() if not (key == "epochs" and recorded)} | recorded

    @property
    def seed(self) -> int | None:
        return self.config.get("seed")

    @property
    def seconds(self) -> Mapping[str, float]:
        """How long the parts of the run took; "training" is among them if the run recorded any."""
        return self.metrics.get("seconds") or {}

    @property
    def kept_epoch(self) -> int | None:
        """The epoch whose network was kept, from 1, if the run recorded it."""
        return (self.metrics.get("epochs") or {}).get("kept")

    @property
    def dataset(self) -> Mapping[str, Any]:
        return self.config.get("dataset") or self.model.get("dataset") or {}


def read_facts(path: Path | None) -> RunFacts:
    """Return what the run or model folder ``path`` says; by default the shipped model.

    Raises:
        ModelError: it holds no sound model.
        RunError: a file of the run is damaged.
    """
    model = open_model(path)
    folder = path or model.path
    if path is None:
        return RunFacts("the shipped model", None, model.info, {}, {}, ())
    return RunFacts(
        name=_name(folder),
        path=folder,
        model=model.info,
        config=read_run_file(folder / CONFIG_FILE),
        metrics=read_run_file(folder / METRICS_FILE),
        history=_read_history(folder / HISTORY_FILE),
    )


def find_runs(path: Path) -> list[Path]:
    """Return ``path`` itself, or the runs in it if it is the folder of several seeds (it holds summary.json)."""
    if not (path / SUMMARY_FILE).is_file():
        return [path]
    members = [folder.parent for folder in path.glob(f"*/{CONFIG_FILE}") if folder.parent.name != LATEST]
    complete = [folder for folder in members if not folder.name.endswith(PARTIAL_SUFFIX)]
    return sorted(complete, key=lambda folder: (len(folder.name), folder.name))  # seed-2 before seed-10


def read_run_file(path: Path) -> dict[str, Any]:
    """Return what ``path``, a run's config.json or metrics.json, says; nothing if it is missing.

    Raises:
        RunError: it is damaged.
    """
    try:
        said = read_object(path, "recipe", "recipe.augmentation", "dataset", "dataset.sizes", "versions", "seconds")
        seconds = said.get("seconds") or {"training": 0}
        if "training" not in seconds or not all(isinstance(value, int | float) for value in seconds.values()):
            raise ValueError("its seconds are not all numbers, or training is missing")
        return said
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unreadable(path, error) from error
    except ValueError as error:
        raise _damaged(path, error) from error


def _name(folder: Path) -> str:
    """A run's own name, with that of its study if it is one of several seeds."""
    full = folder.resolve()
    name = full.name.removesuffix(PARTIAL_SUFFIX)
    return f"{full.parent.name}/{name}" if name.startswith("seed-") else name


def _read_history(path: Path) -> tuple[Mapping[str, float], ...]:
    if not path.is_file():
        return ()
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        if missing := set(HISTORY_COLUMNS).difference(reader.fieldnames or ()):
            raise ValueError(f"it has no column {', '.join(sorted(missing))}")
        return tuple({key: float(value) for key, value in row.items()} for row in reader)
    except OSError as error:
        raise _unreadable(path, error) from error
    except (ValueError, TypeError, AttributeError, csv.Error) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, reason: object) -> RunError:
    return RunError(f"expected a sound {path.name} in {path.parent}; {reason}; delete the file or train again")


def _unreadable(path: Path, error: OSError) -> RunError:
    return RunError(
        f"expected a readable {path.name} in {path.parent}; {error.strerror or error}; check its permissions"
    )

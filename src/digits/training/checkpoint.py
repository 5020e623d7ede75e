"""Saves the state of a training after each epoch, in one step: a killed run loses at most the epoch it was in.

Holds every variable of model and optimizer (dropout's random state among them) and the history so far; no pickle.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from digits.errors import RunError
from digits.files import replacing

CHECKPOINT_FILE = "checkpoint.npz"
HistoryRow = dict[str, float]


def save_checkpoint(folder: Path, model: Any, history: list[HistoryRow]) -> None:
    """Write the state after the last row's epoch; an older checkpoint is replaced in one step."""
    arrays = {f"variable_{i}": np.asarray(variable) for i, variable in enumerate(_variables(model))}
    with replacing(folder / CHECKPOINT_FILE) as file:
        np.savez(file, allow_pickle=False, history=np.array(json.dumps(history)), **arrays)


def restore_checkpoint(folder: Path, model: Any) -> list[HistoryRow]:
    """Bring the model back to the last checkpoint in ``folder`` and return its history; empty when there is none.

    Raises:
        RunError: the file is damaged, cannot be read, or belongs to another network or optimizer.
    """
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        return []
    variables = _variables(model)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            values = [arrays[f"variable_{i}"] for i in range(len(arrays.files) - 1)]
            history: list[HistoryRow] = json.loads(str(arrays["history"]))
    except PermissionError as error:
        raise RunError(f"expected a checkpoint in {path}; {error.strerror}; check its permissions") from error
    except (OSError, EOFError, ValueError, TypeError, AttributeError, LookupError, zipfile.BadZipFile) as error:
        raise RunError(f"expected a checkpoint in {path}; {error}; delete the folder and train again") from error
    if [value.shape for value in values] != [tuple(variable.shape) for variable in variables]:
        raise RunError(
            f"expected a checkpoint of this network in {path}, got that of another; delete the folder and train again"
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    return history


def _variables(model: Any) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]

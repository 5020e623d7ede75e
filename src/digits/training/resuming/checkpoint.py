"""Saves the state of a training after each epoch, in one step: a killed run loses at most the epoch it was in.

Holds every variable of model and optimizer (dropout's random state among them) and the history so far; no pickle.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.errors import RunError
from digits.files import replacing

CHECKPOINT_FILE = "checkpoint.npz"
HistoryRow = dict[str, float]


Kept = list[npt.NDArray[Any]]


def save_checkpoint(folder: Path, model: Any, history: list[HistoryRow], kept: Kept | None = None) -> None:
    """Write the state after the last row's epoch, and the weights ``kept`` from the best epoch so far.

    An older checkpoint is replaced in one step.
    """
    arrays = {f"variable_{i}": np.asarray(variable) for i, variable in enumerate(_variables(model))}
    arrays |= {f"kept_{i}": array for i, array in enumerate(kept or ())}
    with replacing(folder / CHECKPOINT_FILE) as file:
        np.savez(file, allow_pickle=False, history=np.array(json.dumps(history)), **arrays)


def restore_checkpoint(folder: Path, model: Any) -> tuple[list[HistoryRow], Kept | None]:
    """Bring the model back to the last checkpoint in ``folder``; return its history and the weights that it kept.

    Without a checkpoint the history is empty.

    Raises:
        RunError: the file is damaged, cannot be read, or belongs to another network or optimizer.
    """
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        return [], None
    variables = _variables(model)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = [name.partition("_")[0] for name in arrays.files]
            values, kept = ([arrays[f"{kind}_{i}"] for i in range(names.count(kind))] for kind in ("variable", "kept"))
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
    return history, kept or None


def _variables(model: Any) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]

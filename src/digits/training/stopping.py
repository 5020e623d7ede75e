"""In: the history of a training. Out: which epoch is worth keeping, and whether more are worth waiting for.

The rule is that of ``keras.callbacks.EarlyStopping(monitor="val_loss", min_delta=..., patience=...,
restore_best_weights=True)``. It is told from the history alone, so a resumed training decides as an uninterrupted one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

MIN_GAIN = 1e-3  # in nats: less is not worth an epoch


def kept_epoch(history: Sequence[Mapping[str, float]], patience: int) -> int:
    """Return the number of the epoch whose weights are kept, from 1: the best one, or without ``patience`` the last."""
    return best_epoch(history) if patience else len(history)


def best_epoch(history: Sequence[Mapping[str, float]]) -> int:
    """Return the last epoch, from 1, that lowered the least validation loss so far by at least ``MIN_GAIN``."""
    best, least = 1, math.inf
    for epoch, row in enumerate(history, start=1):
        if row["val_loss"] < least - MIN_GAIN:  # never true for NaN
            best, least = epoch, row["val_loss"]
    return best


def is_over(history: Sequence[Mapping[str, float]], patience: int) -> bool:
    """Tell whether ``patience`` epochs have gone by since the one worth keeping."""
    return bool(patience) and len(history) - kept_epoch(history, patience) >= patience

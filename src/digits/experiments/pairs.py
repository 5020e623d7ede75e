"""In: metrics of several runs on the same test images. Out: how they differ, and whether by more than chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.evaluation.report.significance import compare_on_same_images, holm


def compare_runs(metrics: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Compare every two runs by McNemar's exact test, p-values corrected for their number by Holm's method.

    Args:
        metrics: by name, the content of metrics.json, of which ``test_n`` and ``test_errors`` are used.

    Returns:
        a dictionary per pair: ``first``, ``second``, first minus second as ``value`` in [-1, 1] with its 95 %
            ``interval``, ``only_first`` and ``only_second`` right, ``p`` and ``p_corrected``.
    """
    names = list(combinations(metrics, 2))
    pairs = [compare_on_same_images(_right(metrics[one]), _right(metrics[other])) for one, other in names]
    corrected = holm([pair.p for pair in pairs])
    return [
        {"first": one, "second": other} | asdict(pair) | {"interval": list(pair.interval), "p_corrected": p}
        for (one, other), pair, p in zip(names, pairs, corrected, strict=True)
    ]


def _right(metrics: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    right = np.ones(metrics["test_n"], bool)
    right[metrics["test_errors"]] = False
    return right

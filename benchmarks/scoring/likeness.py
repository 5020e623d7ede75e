"""What is written and what was read go in; how alike they are comes out."""

from __future__ import annotations

import numpy as np


def matched_lines(expected: list[str], got: list[str]) -> int:
    """Return how many lines are exact, in order (longest common subsequence)."""
    best = np.zeros((len(expected) + 1, len(got) + 1), int)
    for i, one in enumerate(expected):
        for j, two in enumerate(got):
            best[i + 1, j + 1] = best[i, j] + 1 if one == two else max(best[i, j + 1], best[i + 1, j])
    return int(best[-1, -1])


def edit_distance(one: str, other: str) -> int:
    """Return the least number of insertions, deletions and replacements (Levenshtein 1966)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]

"""In: a share. Out: how it is written for people."""

from __future__ import annotations

import math


def floor_percent(share: float) -> str:
    """Return ``share`` in [0, 1] in per cent, rounded down: 99.97 must not be shown as a certain 100."""
    return f"{min(99.9, math.floor(share * 1000) / 10):.1f} %"

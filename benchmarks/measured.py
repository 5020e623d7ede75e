"""What the benchmarks measured, from its files in results/, and shares as tables show them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def load(path: Path) -> dict[str, Any]:
    study: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return study


def percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")

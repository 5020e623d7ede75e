"""What the benchmarks measured, to and from its files in results/, and shares as tables show them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def load(path: Path) -> dict[str, Any]:
    study: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return study


def finish(result: dict[str, Any], out: Path | None) -> None:
    """Print what was measured as one JSON line, and write it to a file where one is named."""
    sys.stdout.write(json.dumps(result) + "\n")
    if out:
        out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")

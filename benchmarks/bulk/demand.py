"""What was measured of one input, and what is assumed, go in; what many inputs need comes out."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

SECONDS_AN_HOUR = 3600


def _assumed(value: float, meaning: str) -> Any:
    return field(default=value, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Assumed:
    """What is not measured here: replace it by what you know of your prices and machines."""

    usd_core_hour: float = _assumed(0.04, "US dollars for a core-hour")
    machine_cores: float = _assumed(16, "cores of a machine")
    machine_gbit: float = _assumed(10, "Gbit/s that a machine receives")
    gets: float = _assumed(5_500, "requests a second that an object store answers for one job")
    usd_million_gets: float = _assumed(0.4, "US dollars for a million requests")
    get_mb: float = _assumed(5, "MB of a large object that one request fetches")
    crop_bytes: float = _assumed(1_024, "bytes of a crop in a tar file: its header, and a PNG of up to 512 bytes")
    page_kb: float = _assumed(375, "kB of a page: A5 at 150 dpi, in JPEG")
    shard_crops: float = _assumed(100_000, "crops in a tar file")
    parquet_gets: float = _assumed(3, "requests for a chunk of a Parquet file: its size, its footer, its rows")


@dataclass(frozen=True)
class Cost:
    """Of one input, read on one core: ``core_s`` seconds that a core is taken, ``busy_s`` of them at work.

    ``size`` is its bytes, ``requests`` how many requests to an object store fetch it, ``rows`` how many it becomes.
    """

    core_s: float
    busy_s: float
    size: float
    requests: float
    rows: float = 1

    @classmethod
    def of(cls, row: dict[str, Any], cores: int, size: float, requests: float, rows: float = 1) -> Cost:
        """Take the times from a row of batch.json, measured on ``cores``."""
        return cls(
            cores * row["seconds"] / row["inputs"], row["processor_seconds"] / row["inputs"], size, requests, rows
        )

    def core_hours(self, count: float) -> float:
        return self.core_s * count / SECONDS_AN_HOUR

    def hours(self, count: float, cores: float) -> float:
        """Return how long ``cores`` take if nothing holds them up."""
        return self.core_hours(count) / cores

    def full_at(self, capacity: float, need: float) -> float:
        """Return how many cores use up ``capacity`` a second, where an input takes ``need`` of it."""
        return capacity / need * self.core_s


def figure(value: float) -> str:
    """Return two digits that count, in plain notation: 1,300, 17, 0.25."""
    if value == 0:
        return "0"
    shown = float(f"{value:.2g}")
    return f"{shown:,.0f}" if shown >= 10 else f"{shown:g}"


def duration(hours: float) -> str:
    """Return a time in the unit that a person would choose."""
    if hours < 1 / 60:
        return f"{figure(hours * SECONDS_AN_HOUR)} s"
    if hours < 1:
        return f"{figure(hours * 60)} min"
    return f"{figure(hours)} h" if hours < 72 else f"{figure(hours / 24)} days"


def table(head: str, rows: list[tuple[str, ...]], note: str) -> str:
    """Return a table in Markdown, with a note below it; ``head`` is its first line between the outer bars."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(["", f"| {head} |", f"|{'---|' * (head.count('|') + 1)}", *lines, "", note, ""]) + "\n"


def assumptions(assumed: Assumed) -> str:
    """Return what is not measured, and how to say otherwise."""
    rows = [
        (each.metadata["meaning"], f"{getattr(assumed, each.name):,g}", f"`--{each.name.replace('_', '-')}`")
        for each in fields(Assumed)
    ]
    note = "With an option, `python benchmarks/scale.py` prints all tables anew for what you know of your machines."
    return table("assumed | | option", rows, note)

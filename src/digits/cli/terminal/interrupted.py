"""Runs that were interrupted: how to go on with one, and that there is one."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def say_how_to_go_on(out: Path, name: str, source: Sequence[str], *, is_study: bool) -> None:
    """Tell a person who stopped a run how to go on; ``source`` are the options that say what it trains on."""
    from digits.cli.terminal.console import print_notice

    command = shlex.join(["digits", "train", "--resume", "--out", str(out), "--name", name, *source])
    print_notice(f"every finished epoch is kept; continue with: {'the same command' if is_study else command}")


def point_at_interrupted(out: Path) -> None:
    """Tell a person who starts a new run which one was interrupted, unless another process is working on it."""
    from digits.cli.terminal.console import print_notice
    from digits.data.pen_strokes import PEN_STROKES
    from digits.errors import RunError
    from digits.training.resuming.run_folder import PARTIAL_SUFFIX, find_interrupted, hold, read_config

    try:
        partial = find_interrupted(out, None)
        with hold(partial):
            name, config = partial.name.removesuffix(PARTIAL_SUFFIX), read_config(partial)
    except (OSError, RunError):
        return
    members = config.get("members")
    way = ["--members", str(members)] if members else ["--resume"]
    command = shlex.join(["digits", "train", *way, "--out", str(out), "--name", name])
    dataset = config.get("dataset") or {}
    source = str(dataset.get("source") or "")
    data = f", and the same --data: {source}" if source.startswith("own data") else ""
    if (dataset.get("mixed_in") or {}).get("name") == PEN_STROKES:
        data = ", and the same --pen-strokes"
    print_notice(f"{name} was interrupted and is kept; this is a new run; continue that one with: {command}{data}")

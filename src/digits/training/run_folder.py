"""One training in one folder: found, begun, resumed and published.

Work happens in ``NAME.partial``; only a complete run is renamed to ``NAME``. Nothing here trains.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digits.errors import RunError
from digits.files import to_json, write_text
from digits.training.checkpoint import CHECKPOINT_FILE

CONFIG_FILE = "config.json"
LATEST = "latest"
PARTIAL_SUFFIX = ".partial"


def begin_run(out: Path, name: str, config: Mapping[str, Any]) -> Path:
    """Make the folder for a new run and note what it is to be.

    Raises:
        RunError: a run of that name exists, complete or not, or the name is no plain folder name.
    """
    if name in ("", ".", "..", LATEST) or "/" in name or "\\" in name or name.endswith(PARTIAL_SUFFIX):
        raise RunError(f"expected a plain folder name for the run, got {name!r}; choose another with --name")
    if (out / name).exists():
        raise RunError(f"expected a new run name, but {out / name} exists; choose another with --name or delete it")
    partial = out / (name + PARTIAL_SUFFIX)
    if (partial / CONFIG_FILE).exists():
        raise RunError(f"expected a new run name, but {partial} was interrupted; add --resume to go on, or delete it")
    partial.mkdir(parents=True, exist_ok=True)
    write_text(partial / CONFIG_FILE, to_json(config))
    return partial


def find_interrupted(out: Path, name: str | None) -> Path:
    """Return the interrupted run called ``name``, or the one last worked on.

    Raises:
        RunError: there is none.
    """
    partials = [path.parent for path in out.glob(f"*{PARTIAL_SUFFIX}/{CONFIG_FILE}")]
    if name is not None:
        partials = [path for path in partials if path.name == name + PARTIAL_SUFFIX]
    if not partials:
        wanted = f"an interrupted run {name!r}" if name else "an interrupted run"
        raise RunError(f"expected {wanted} in {out}; there is none; leave out --resume to start one")
    return max(partials, key=lambda path: max(file.stat().st_mtime for file in path.iterdir()))


def read_config(folder: Path) -> dict[str, Any]:
    """Return what config.json in ``folder`` says.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"expected a run in {folder}; {error}; delete it and train anew") from error
    return config


def publish_run(partial: Path) -> Path:
    """Rename a complete run to its own name, point ``latest`` at it, and return its path."""
    run = partial.with_name(partial.name.removesuffix(PARTIAL_SUFFIX))
    (partial / CHECKPOINT_FILE).unlink(missing_ok=True)
    for leftover in partial.glob(".*"):  # of writers that were killed
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    if run.exists():
        raise RunError(f"expected {run} to be free, but it exists; move it away and resume with --resume")
    os.replace(partial, run)
    _point_latest(run)
    return run


def _point_latest(run: Path) -> None:
    """Make ``latest`` a link to ``run``; where links are not allowed (Windows), a copy."""
    latest = run.parent / LATEST
    temporary = run.parent / f".{LATEST}.partial"
    temporary.unlink(missing_ok=True)
    try:
        temporary.symlink_to(run.name, target_is_directory=True)
    except OSError:
        shutil.rmtree(latest, ignore_errors=True)
        shutil.copytree(run, latest)
        return
    if latest.is_dir() and not latest.is_symlink():
        temporary.unlink()
        raise RunError(f"expected {latest} to be a link to the newest run, but it is a folder; move it away")
    os.replace(temporary, latest)

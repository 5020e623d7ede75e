"""One training in one folder: found, begun, held, resumed and published.

Work happens in ``NAME.partial``, by one process at a time; only a complete run is renamed to ``NAME``. Nothing here
trains.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from digits.errors import RunError
from digits.files import to_json
from digits.training.checkpoint import CHECKPOINT_FILE

CONFIG_FILE = "config.json"
LOCK_FILE = ".lock"
LATEST = "latest"
FINISHING_FOLDER = "finishing_"  # and a number: the checkpoint of one finishing pass
PARTIAL_SUFFIX = ".partial"


def check_name(out: Path, name: str) -> None:
    """Raise RunError unless ``name`` is a plain folder name that is free in ``out``, where ``latest`` can be a link."""
    plain = name not in ("", LATEST) and not name.startswith(".") and not name.endswith(PARTIAL_SUFFIX)
    if not plain or "/" in name or "\\" in name or len(name) > 200:
        raise RunError(f"expected a plain folder name for the run, got {name[:80]!r}; choose another with --name")
    if (out / name / CONFIG_FILE).exists():
        raise RunError(f"expected a new run name, but {out / name} exists; choose another with --name or delete it")
    if (out / LATEST).is_dir() and not (out / LATEST).is_symlink() and sys.platform != "win32":
        raise RunError(f"expected {out / LATEST} to be a link to the newest run, but it is a folder; move it away")


def begin_run(out: Path, name: str, config: Mapping[str, Any]) -> Path:
    """Make the folder for a new run and note what it is to be.

    Raises:
        RunError: a run of that name exists, complete or not, or the name is no plain folder name.
    """
    check_name(out, name)
    partial = out / (name + PARTIAL_SUFFIX)
    partial.mkdir(parents=True, exist_ok=True)
    try:
        with (partial / CONFIG_FILE).open("x", encoding="utf-8") as file:  # of two at once, one fails here
            file.write(to_json(config))
    except FileExistsError as error:
        raise RunError(
            f"expected a new run name, but {partial} was interrupted; add --resume to go on, or delete it"
        ) from error
    return partial


def find_interrupted(out: Path, name: str | None) -> Path:
    """Return the interrupted run called ``name``, or the one last worked on.

    Raises:
        RunError: there is none.
    """
    partials = [path.parent for path in out.glob(f"*{PARTIAL_SUFFIX}/{CONFIG_FILE}")]
    partials = [path for path in partials if not path.is_symlink() and not path.name.startswith(".")]
    if name is not None:
        partials = [path for path in partials if path.name == name + PARTIAL_SUFFIX]
    if not partials:
        wanted = f"an interrupted run {name!r}" if name else "an interrupted run"
        raise RunError(f"expected {wanted} in {out}; there is none; leave out --resume to start one")
    return max(partials, key=lambda path: max(file.stat().st_mtime for file in path.iterdir()))


@contextmanager
def hold(partial: Path) -> Iterator[None]:
    """Keep every other process out of an unpublished run; the lock ends with this process, however it ends.

    Raises:
        RunError: another process is at work on it, or has just published it.
    """
    try:
        file = (partial / LOCK_FILE).open("a", encoding="utf-8")
    except FileNotFoundError as error:
        raise RunError(
            f"expected an unpublished run in {partial}, but it is gone; look for its complete run"
        ) from error
    with file:
        try:
            _lock(file)
        except OSError as error:
            raise RunError(
                f"expected {partial} to be at rest, but another process is training it; wait for it"
            ) from error
        yield


def read_config(folder: Path) -> dict[str, Any]:
    """Return what config.json in ``folder`` says.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"expected a run in {folder}; {error}; delete it and train anew") from error
    if not isinstance(config, dict):
        raise RunError(f"expected a run in {folder}; its config.json holds no object; delete it and train anew")
    return config


def publish_run(partial: Path) -> Path:
    """Rename a complete run to its own name, point ``latest`` at it, and return its path.

    Raises:
        RunError: something else has that name; nothing is lost, and resuming tries again.
    """
    run = partial.with_name(partial.name.removesuffix(PARTIAL_SUFFIX))
    if run.exists():
        raise RunError(f"expected {run} to be free, but it exists; move it away and resume with --resume")
    os.replace(partial, run)
    (run / CHECKPOINT_FILE).unlink(missing_ok=True)
    for part in run.glob(f"{FINISHING_FOLDER}*"):
        shutil.rmtree(part)
    for leftover in run.glob(".*"):  # the lock, and what killed writers left
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    _point_latest(run)
    return run


def _point_latest(run: Path) -> None:
    """Make ``latest`` a link to ``run``; on Windows, where links need a privilege, a copy."""
    latest = run.parent / LATEST
    if sys.platform == "win32":
        shutil.rmtree(latest, ignore_errors=True)
        shutil.copytree(run, latest)
        return
    temporary = run.parent / f".{LATEST}.{uuid.uuid4().hex}.link"
    temporary.symlink_to(run.name, target_is_directory=True)
    os.replace(temporary, latest)


def _lock(file: TextIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

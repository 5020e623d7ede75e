"""One training in one folder: finds, begins, locks, resumes and publishes it.

One process at a time works in ``NAME.partial``; only a complete run is renamed to ``NAME``. Nothing here trains.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from digits.errors import RunError, shorten
from digits.files import read_object, require_free, sync_folder, sync_tree, to_json
from digits.training.resuming.checkpoint import CHECKPOINT_FILE

CONFIG_FILE = "config.json"
LOCK_FILE = ".lock"
LATEST = "latest"
PARTIAL_SUFFIX = ".partial"
# In an unpublished run: it may replace the run of its name; and where that goes until the new one has the name.
FORCE_FILE, REPLACED = ".force", ".replaced"
MOST_BYTES = 200  # of a name: systems allow 255, and unpublished runs and links have longer names


def check_name(out: Path, name: str) -> None:
    """Raise RunError unless ``name`` is a plain folder name that ``out`` can hold, and ``latest`` there can be a link.

    A plain name is printable and has no character with a meaning in paths, so it never leads out of ``out``.
    """
    reserved = name in ("", LATEST) or name.startswith(".") or name.endswith((PARTIAL_SUFFIX, ".", " "))
    if reserved or not name.isprintable() or set(name) & set("/\\:") or len(name.encode()) > MOST_BYTES:
        shown = shorten(repr(name))
        raise RunError(f"expected a plain folder name for the run, got {shown}; choose another with --name")
    if (out / LATEST).is_dir() and not (out / LATEST).is_symlink() and sys.platform != "win32":
        raise RunError(f"expected {out / LATEST} to be a link to the newest run, but it is a folder; move it away")


def require_free_name(out: Path, name: str, *, force: bool = False) -> None:
    """Raise RunError if ``out`` has a run called ``name``, complete or interrupted, unless ``force``.

    Anything else of that name always raises RunError: it is never replaced.
    """
    run, partial = out / name, out / (name + PARTIAL_SUFFIX)
    require_free([run], force=force, option="--name or --out", are_folders=True)
    if os.path.lexists(run) and not (run / CONFIG_FILE).exists():
        raise RunError(
            f"expected {run} to be a run that --force may replace; it is not; give another place with --name or --out"
        )
    if (partial / CONFIG_FILE).exists() and not force:
        raise RunError(
            f"expected {partial} to be free, but a run was interrupted there; add --resume to continue, or --force to "
            "replace it"
        )


def begin_run(out: Path, name: str, config: Mapping[str, Any], *, force: bool = False) -> Path:
    """Make the folder for a new run and record its settings; with ``force``, it will replace the run of that name.

    Raises:
        RunError: a run of that name exists, complete or not, or the name is not a plain folder name.
    """
    check_name(out, name)
    finish_publishing(out)
    require_free_name(out, name, force=force)
    partial = out / (name + PARTIAL_SUFFIX)
    partial.mkdir(parents=True, exist_ok=True)
    if force:
        _clear(partial)
        (partial / FORCE_FILE).touch()
    try:
        with (partial / CONFIG_FILE).open("x", encoding="utf-8") as file:  # of two at once, one fails here
            file.write(to_json(config))
    except FileExistsError as error:
        raise RunError(
            f"expected {partial} to be free, but another process has begun a run there; give another --name"
        ) from error
    return partial


def require_publishable(partial: Path) -> Path:
    """Return the final path of ``partial``; raise RunError if it is taken and must not be replaced."""
    run = partial.with_name(partial.name.removesuffix(PARTIAL_SUFFIX))
    if os.path.lexists(run) and not (partial / FORCE_FILE).exists():
        raise RunError(f"expected {run} to be free, but it exists; move it away and resume with --resume")
    return run


def find_interrupted(out: Path, name: str | None) -> Path:
    """Return the interrupted run called ``name``, or the one last worked on.

    Raises:
        RunError: there is none.
    """
    finish_publishing(out)
    partials = [path.parent for path in out.glob(f"*{PARTIAL_SUFFIX}/{CONFIG_FILE}")]
    partials = [path for path in partials if not path.is_symlink() and not path.name.startswith(".")]
    if name is not None:
        partials = [path for path in partials if path.name == name + PARTIAL_SUFFIX]
    if not partials:
        wanted = f"an interrupted run {shorten(repr(name))}" if name else "an interrupted run"
        raise RunError(f"expected {wanted} in {out}; there is none; leave out --resume to start a new one")
    return max(partials, key=lambda path: max(file.stat().st_mtime for file in path.iterdir()))


@contextmanager
def hold(partial: Path) -> Iterator[None]:
    """Keep every other process out of an unpublished run; the lock ends with this process, however it ends.

    Raises:
        RunError: another process is working on it, or has just published it.
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
                f"expected {partial} to be idle, but another process is training it; wait for it to end"
            ) from error
        yield


def read_config(folder: Path) -> dict[str, Any]:
    """Return what config.json in ``folder`` says.

    Raises:
        RunError: it is missing, damaged or cannot be read.
    """
    try:
        return read_object(folder / CONFIG_FILE, "recipe", "recipe.augmentation", "dataset")
    except OSError as error:
        raise RunError(f"expected a run in {folder}; {error}; check the path and its permissions") from error
    except ValueError as error:
        raise RunError(f"expected a run in {folder}; {error}; delete it and train again") from error


def publish_run(partial: Path) -> Path:
    """Rename a complete run to its own name, point ``latest`` at it, and return its path.

    A power cut leaves either the whole run or ``partial``; the next start finishes what a kill left undone.

    Raises:
        RunError: something else has that name; nothing is lost, and resuming will try again.
    """
    run = require_publishable(partial)
    sync_tree(partial)
    if sys.platform == "win32":  # links need a privilege there: a copy
        _rename(partial, run)
        _tidy(run)
        shutil.rmtree(run.parent / LATEST, ignore_errors=True)
        shutil.copytree(run, run.parent / LATEST)
        return run
    link = run.parent / f".{LATEST}.{run.name}.link"
    link.unlink(missing_ok=True)
    link.symlink_to(run.name, target_is_directory=True)  # before the run has its name, as a note of what is to be done
    _rename(partial, run)
    finish_publishing(run.parent)
    return run


def _rename(partial: Path, run: Path) -> None:
    if run.exists():
        os.replace(run, partial / REPLACED)  # hidden, so that it is tidied away with the rest
    os.replace(partial, run)


def finish_publishing(out: Path) -> None:
    """Tidy the runs in ``out`` that have just been published and point ``latest`` at the newest.

    Several processes may do this at once, also on behalf of each other or of a killed one.
    """
    for link in sorted(out.glob(f".{LATEST}.*.link"), key=_made_ns):
        with suppress(FileNotFoundError):  # another process did it
            run = out / link.readlink()
            if run.with_name(run.name + PARTIAL_SUFFIX).exists():
                continue  # not published yet
            if not (run / CONFIG_FILE).exists():
                link.unlink()  # somebody deleted what was to be published
                continue
            _tidy(run)
            os.replace(link, out / LATEST)
            sync_folder(out)


def _tidy(run: Path) -> None:
    """Delete what only an unfinished run needs: the checkpoint, the lock, and what killed writers left."""
    (run / CHECKPOINT_FILE).unlink(missing_ok=True)
    for leftover in run.glob(".*"):
        shutil.rmtree(leftover, ignore_errors=True) if leftover.is_dir() else leftover.unlink(missing_ok=True)


def _clear(partial: Path) -> None:
    """Delete what an interrupted run left, unless another process is working on it."""
    with hold(partial):
        for entry in partial.iterdir():
            if entry.name != LOCK_FILE:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _made_ns(link: Path) -> int:
    with suppress(FileNotFoundError):
        return link.lstat().st_mtime_ns
    return 0


def _lock(file: TextIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

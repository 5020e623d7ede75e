"""A place for results goes in; a ``RunError`` comes out where something else is there, or nothing can be written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from digits.errors import RunError
from digits.files import require_writable


def require_room(folder: Path, files: Iterable[str], *, force: bool = False) -> None:
    """Raise ``RunError`` unless ``files`` can be written into ``folder``, before the minutes that they take.

    One that is there is in the way unless ``force`` says that it may be replaced.
    """
    require_free([folder / file for file in files], force=force)


def require_free(paths: Iterable[Path], *, force: bool = False, option: str = "--out") -> None:
    """Raise ``RunError`` unless the files ``paths`` can be written, and none is there, or ``force``.

    ``option`` is what a person names them with.
    """
    for path in paths:
        try:
            require_writable(path.parent)
        except OSError as error:
            raise RunError(f"expected to write {path}; {error}; give another place with {option}") from error
        if path.is_dir():
            raise RunError(f"expected {path} to be a file, but it is a folder; give another place with {option}")
        if path.exists() and not force:
            raise RunError(
                f"expected {path} to be free, but it exists; give another place with {option}, or --force to replace it"
            )

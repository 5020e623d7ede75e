"""In: an exception. Out: the sentence that a person reads. Nothing is printed here."""

from __future__ import annotations

import errno
import os
import traceback
from pathlib import Path

from digits.errors import DigitsError, shorten

_PACKAGE = Path(__file__).parents[2]
# A disk that refuses a write does not always say in which file.
_REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM}


def describe(error: Exception) -> str:
    """Return what went wrong and what to do, for a person's input, a file or a bug in digits."""
    if isinstance(error, DigitsError):
        return str(error)
    if isinstance(error, OSError) and _is_about_a_file(error):
        return f"{error.strerror}: {error.filename or 'a file'}; check the path, its permissions and the free space"
    return (
        f"digits itself failed, with {type(error).__name__}: {shorten(error)}{_place(error)}; "
        "this is a bug: run the same command with --debug, and report it with the traceback"
    )


def _is_about_a_file(error: OSError) -> bool:
    """Tell whether the system refused a file that a person can do something about, not one of this package's own."""
    if isinstance(error.filename, str | bytes):
        return error.errno is not None and not Path(os.fsdecode(error.filename)).is_relative_to(_PACKAGE)
    return error.filename is None and error.errno in _REFUSED


def _place(error: Exception) -> str:
    """Return the last line of this package that the error came through, in brackets."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).is_relative_to(_PACKAGE):
            return f" ({Path(frame.filename).relative_to(_PACKAGE)}, line {frame.lineno})"
    return ""

"""``digits`` as a shell calls it, but in this process: arguments go in, both outputs and the exit status come out.

Starting Python and loading the libraries takes a hundred times as long as what most tests look at. Tests of signals,
full disks, closed pipes and encodings start a process of their own.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from subprocess import CompletedProcess
from unittest import mock

from digits.cli import main


def call(*arguments: object, data: bytes = b"", cwd: Path | None = None) -> CompletedProcess[bytes]:
    """Call ``digits`` with these arguments, ``data`` as standard input, in the folder ``cwd``."""
    typed = [str(argument) for argument in arguments]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        mock.patch.object(sys, "argv", ["digits", *typed]),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)), encoding="utf-8")),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        contextlib.chdir(cwd or Path.cwd()),
    ):
        try:
            main()
        except SystemExit as left:
            status = left.code or 0
    assert isinstance(status, int)
    return CompletedProcess(typed, status, *(stream.buffer.getvalue() for stream in (out, err)))  # type: ignore[attr-defined]

"""The weights that a training begins with: what its command takes as ``--begin-with``."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

from digits.training.export.onnx_graph import notes_in


def add_begin_with(parser: argparse.ArgumentParser) -> None:
    """Have ``--begin-with FILE`` parsed to the bytes of that file; to none where it is not given."""
    parser.add_argument(
        "--begin-with",
        type=_read,
        default=b"",
        metavar="FILE",
        help="start from the weights in this file of an earlier training",
    )


def sha256_of(earlier: bytes) -> str:
    """Return the SHA-256 of the weights that come first, in hexadecimal; "" where there are none."""
    return hashlib.sha256(earlier).hexdigest() if earlier else ""


def notes_of(earlier: bytes) -> dict[str, Any]:
    """Return what the notes of a new file say of the earlier one: "earlier", or nothing where there is none."""
    return {"earlier": {"sha256": sha256_of(earlier), **notes_in(earlier)}} if earlier else {}


def _read(name: str) -> bytes:
    path = Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(
            f"expected the ONNX file of an earlier training; none is at {path}; check the path"
        )
    return path.read_bytes()

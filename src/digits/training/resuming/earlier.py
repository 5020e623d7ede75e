"""The weights that a training begins with: what its command takes as ``--begin-with``."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_begin_with(parser: argparse.ArgumentParser) -> None:
    """Have ``--begin-with FILE`` parsed to the bytes of that file; to none where it is not given."""
    parser.add_argument(
        "--begin-with",
        type=_read,
        default=b"",
        metavar="FILE",
        help="start from the weights in this file of an earlier training",
    )


def _read(name: str) -> bytes:
    path = Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(
            f"expected the ONNX file of an earlier training; none is at {path}; check the path"
        )
    return path.read_bytes()

"""IDX, the format MNIST was first published in: raw or gzipped arrays with a big-endian header.

In: a file, or a folder that holds the four files. Out: uint8 arrays or ``Parts``. Other element types than
unsigned bytes are refused, not converted. Format: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from digits.data.dataset import LabelledImages, Parts, mismatch
from digits.reading.result import ByteArray, IntArray

UNSIGNED_BYTE = 0x08
DIMENSIONS_OF = {"images": 3, "labels": 1}
_DOWNLOAD_AGAIN = "The file is damaged or no IDX file; download it again."


def holds_idx(folder: Path) -> bool:
    """Whether any of MNIST's IDX files lies in ``folder``."""
    return any(_find(folder, part, kind) for part in ("train", "t10k") for kind in DIMENSIONS_OF)


def read_idx_folder(folder: Path) -> Parts:
    """``train-*`` and, when there, ``t10k-*``; with a hyphen or a dot before ``idx``, raw before ``.gz``."""
    train = _read_part(folder, "train")
    has_test = any(_find(folder, "t10k", kind) for kind in DIMENSIONS_OF)
    return Parts(train, _read_part(folder, "t10k") if has_test else None)


def read_idx(path: Path, dimensions: int) -> ByteArray:
    """A file's array: uint8 with ``dimensions`` axes. Raises DataError when header and length do not fit."""
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise mismatch(path, "a readable IDX file", str(error) or type(error).__name__, _DOWNLOAD_AGAIN) from error
    return _parse_idx(content, dimensions, path)


def _parse_idx(content: bytes, dimensions: int, path: Path) -> ByteArray:
    magic = bytes((0, 0, UNSIGNED_BYTE, dimensions))
    if content[:4] != magic:
        raise mismatch(
            path,
            f"the first four bytes {magic.hex()} (unsigned bytes, {dimensions} dimensions)",
            content[:4].hex() or "an empty file",
            _DOWNLOAD_AGAIN,
        )
    header_bytes = 4 + 4 * dimensions
    if len(content) < header_bytes:
        raise mismatch(path, f"a header of {header_bytes} bytes", f"{len(content)} bytes", _DOWNLOAD_AGAIN)
    shape = struct.unpack(f">{dimensions}I", content[4:header_bytes])
    length = header_bytes + math.prod(shape)
    if len(content) != length:
        raise mismatch(path, f"{length:,} bytes for shape {shape}", f"{len(content):,} bytes", _DOWNLOAD_AGAIN)
    # A copy, because an array over ``bytes`` cannot be written to.
    return np.frombuffer(content, np.uint8, offset=header_bytes).reshape(shape).copy()


def _read_part(folder: Path, part: str) -> LabelledImages:
    images = read_idx(_require(folder, part, "images"), DIMENSIONS_OF["images"])
    labels: IntArray = read_idx(_require(folder, part, "labels"), DIMENSIONS_OF["labels"]).astype(np.int64)
    return LabelledImages(images, labels, f"{folder} ({part})")


def _find(folder: Path, part: str, kind: str) -> Path | None:
    for suffix in ("", ".gz"):
        for separator in "-.":
            path = folder / f"{part}-{kind}{separator}idx{DIMENSIONS_OF[kind]}-ubyte{suffix}"
            if path.is_file():
                return path
    return None


def _require(folder: Path, part: str, kind: str) -> Path:
    path = _find(folder, part, kind)
    if path is None:
        name = f"{part}-{kind}-idx{DIMENSIONS_OF[kind]}-ubyte"
        raise mismatch(
            folder,
            f"the file {name} (or {name}.gz)",
            "only others of the set",
            "Put the missing file beside them.",
        )
    return path

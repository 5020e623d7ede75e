"""IDX, the format MNIST was first published in: arrays with a big-endian header, raw or gzipped.

In: a file, or a folder that holds two or four of them, with any prefix before ``train-images``. Out: uint8 arrays or
``Parts``. Element types other than unsigned bytes are refused, not converted.
Format: http://yann.lecun.com/exdb/mnist/, "The IDX file format".
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digits.data.dataset import LabelledImages, Parts, mismatch
from digits.data.formats.content import DOWNLOAD_AGAIN, read_unpacked, unwelcome
from digits.data.formats.litter import list_visible
from digits.errors import DataError
from digits.file_type import HEAD_BYTES, IDX_IMAGES, IDX_LABELS, identify
from digits.reading.result import ByteArray, IntArray

UNSIGNED_BYTE = 0x08
DIMENSIONS_OF = {"images": 3, "labels": 1}
PARTS = {"train": "train", "t10k": "test", "test": "test"}


@dataclass(frozen=True)
class _File:
    """A file that is IDX by its name: ``word`` is the name's word for the part, ``prefix`` what stands before it."""

    path: Path
    prefix: str
    word: str
    kind: str

    @property
    def part(self) -> str:
        return PARTS[self.word]


def holds_idx(folder: Path) -> bool:
    """Whether ``folder`` holds any IDX file of images or labels, judging by names."""
    return bool(_list_files(folder))


def read_idx_folder(folder: Path) -> Parts:
    """The training part and, when there, the test part. Raises DataError when a file is missing or of another set."""
    files = _list_files(folder)
    if len({file.prefix for file in files}) > 1:
        names = list({file.prefix: file.path.name for file in files}.values())
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        raise mismatch(
            folder,
            "the IDX files of one set",
            f"several: {', '.join(names[:5])}{more}",
            "Move one set into a folder of its own, and give that.",
        )
    has_test = any(file.part == "test" for file in files)
    return Parts(_read_part(folder, files, "train"), _read_part(folder, files, "test") if has_test else None)


def read_idx(path: Path, dimensions: int) -> ByteArray:
    """A file's array: uint8 with ``dimensions`` axes. Raises DataError when header and length do not match."""
    return _parse_idx(read_unpacked(path), dimensions, path)


def _parse_idx(content: bytes, dimensions: int, path: Path) -> ByteArray:
    magic = bytes((0, 0, UNSIGNED_BYTE, dimensions))
    if content[:4] != magic:
        raise _not_idx(content, dimensions, path)
    header_bytes = 4 + 4 * dimensions
    if len(content) < header_bytes:
        raise mismatch(path, f"a header of {header_bytes} bytes", f"{len(content)} bytes", DOWNLOAD_AGAIN)
    shape = struct.unpack(f">{dimensions}I", content[4:header_bytes])
    length = header_bytes + math.prod(shape)
    if len(content) != length:
        raise mismatch(path, f"{length:,} bytes for shape {shape}", f"{len(content):,} bytes", DOWNLOAD_AGAIN)
    # A copy, because an array over ``bytes`` cannot be written to.
    return np.frombuffer(content, np.uint8, offset=header_bytes).reshape(shape).copy()


def _not_idx(content: bytes, dimensions: int, path: Path) -> DataError:
    what = next((kind for kind, count in DIMENSIONS_OF.items() if count == dimensions), f"{dimensions} dimensions")
    expected = f"an IDX file of {what} in unsigned bytes"
    kind = identify(content[:HEAD_BYTES])
    if kind is None:
        return mismatch(path, expected, f"a file that begins with the bytes {content[:4].hex()}", DOWNLOAD_AGAIN)
    if kind in (IDX_IMAGES, IDX_LABELS):
        remedy = "If the names of the image and label files are swapped, rename them; otherwise download it again."
        return mismatch(path, expected, kind.name, remedy)
    return unwelcome(path, expected, kind, DOWNLOAD_AGAIN)


def _read_part(folder: Path, files: list[_File], part: str) -> LabelledImages:
    images = _read_kind(folder, files, part, "images")
    labels: IntArray = _read_kind(folder, files, part, "labels").astype(np.int64)
    return LabelledImages(images, labels, f"{folder} ({part})")


def _read_kind(folder: Path, files: list[_File], part: str, kind: str) -> ByteArray:
    """The array in all files with this name in some form: raw, packed or downloaded twice, they must hold the same."""
    paths = [file.path for file in files if (file.part, file.kind) == (part, kind)]
    if not paths:
        word = next((file.word for file in files if file.part == part), part)
        name = f"{files[0].prefix}-{word}-{kind}-idx{DIMENSIONS_OF[kind]}-ubyte".lstrip("-")
        remedy = "Put the missing file beside them."
        raise mismatch(folder, f"the file {name} (or {name}.gz)", "only others of the set", remedy)
    contents = {path: read_unpacked(path) for path in paths}
    kept = [path for path in paths if contents[path]] or paths
    if any(contents[path] != contents[kept[0]] for path in kept):
        names = " and ".join(path.name for path in kept)
        raise mismatch(folder, f"one file of {part} {kind}", f"{names}, which differ", "Delete the wrong one.")
    return _parse_idx(contents[kept[0]], DIMENSIONS_OF[kind], kept[0])


def _list_files(folder: Path) -> list[_File]:
    files = (_parse_name(path) for path in list_visible(folder))
    return [file for file in files if file is not None and file.path.is_file()]


def _parse_name(path: Path) -> _File | None:
    """``emnist-digits-t10k-images-idx3-ubyte (1).gz`` has the prefix emnist-digits; no word for a part: training."""
    words = re.split(r"[-_. ]+", re.sub(r" ?\(\d+\)", "", path.name.casefold()))
    kind = next((word for word in words if word in DIMENSIONS_OF), None)
    if kind is None or not any(re.fullmatch(r"ubyte|idx\d", word) for word in words):
        return None
    part = next((word for word in words if word in PARTS), "train")
    rest = [word for word in words if word not in (kind, part) and not re.fullmatch(r"ubyte|idx\d|gz|int|", word)]
    return _File(path, "-".join(rest), part, kind)

"""In: the first bytes of a file. Out: its type in words, whatever its name says.

Nothing here reads a file or decides whether its kind is welcome.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

# This many bytes are enough: an Excel file names its sheets within them, and tar has its mark at 257.
HEAD_BYTES = 8192
GZIP = b"\x1f\x8b"
_SHOWN = 40


@dataclass(frozen=True)
class FileType:
    """``name`` has its article. ``remedy`` is a clause for types that are of no use to any reader, else empty.

    ``is_text`` marks text of no particular type, which may be a table.
    """

    name: str
    remedy: str = ""
    is_text: bool = False


EMPTY = FileType("an empty file", "download or export it again")
ZEROS = FileType("a file of zero bytes", "download or copy it again")
IDX_IMAGES = FileType("an IDX file of images")
IDX_LABELS = FileType("an IDX file of labels")
IDX_OTHER = FileType("an IDX file of numbers other than unsigned bytes, or with other dimensions")
NPZ = FileType("a NumPy .npz archive")
NPY = FileType("a single NumPy array (.npy)")
PICKLE = FileType("a Python pickle")
EXCEL = FileType("an Excel file or another Office document")
JSON = FileType("JSON text")
HTML = FileType("an HTML page, such as an error or login page", "download the file itself, not the page that shows it")
LFS = FileType("a Git LFS pointer, which stands for a file that was not fetched", "run git lfs pull")
UTF16 = FileType("UTF-16 text")
ZIP = FileType("a zip archive", "unpack it and give what is inside")
PACKED = FileType("a gzip file that is damaged at its beginning", "download it again")

# The first one that fits counts. Sources: the formats' own specifications and the file command's magic numbers.
_BEGINNINGS: tuple[tuple[bytes, FileType], ...] = (
    (b"\x00\x00\x08\x03", IDX_IMAGES),
    (b"\x00\x00\x08\x01", IDX_LABELS),
    *((b"\x00\x00" + bytes([element]), IDX_OTHER) for element in (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E)),
    (b"\x93NUMPY", NPY),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", EXCEL),
    *((b"\x80" + bytes([protocol]), PICKLE) for protocol in (2, 3, 4, 5)),
    (b"\xff\xfe", UTF16),
    (b"\xfe\xff", UTF16),
    (b"version https://git-lfs", LFS),
    (b"\x89HDF\r\n\x1a\n", FileType("an HDF5 file, as Keras and MATLAB write them")),
    (b"MATLAB 5.0", FileType("a MATLAB file")),
    (b"PAR1", FileType("a Parquet table")),
    (b"ARROW1", FileType("an Arrow table")),
    (b"SQLite format 3\x00", FileType("an SQLite database")),
    (b"BZh", FileType("a bzip2 archive", ZIP.remedy)),
    (b"\xfd7zXZ\x00", FileType("an xz archive", ZIP.remedy)),
    (b"\x28\xb5\x2f\xfd", FileType("a zstd archive", ZIP.remedy)),
    (b"7z\xbc\xaf\x27\x1c", FileType("a 7z archive", ZIP.remedy)),
    (b"Rar!\x1a\x07", FileType("a RAR archive", ZIP.remedy)),
    (
        b"\x00\x05\x16\x07",
        FileType("a file that macOS keeps beside the real one", "give the file without ._ in its name"),
    ),
    (b"%PDF-", FileType("a PDF document")),
)
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", FileType("a PNG picture")),
    (b"\xff\xd8\xff", FileType("a JPEG picture")),
    (b"GIF8", FileType("a GIF picture")),
    (b"II*\x00", FileType("a TIFF picture")),
    (b"MM\x00*", FileType("a TIFF picture")),
)
PICTURES = frozenset(kind for _, kind in _PICTURES)
_MARKUP = (
    (b"<!doctype html", HTML),
    (b"<html", HTML),
    (b"<head", HTML),
    (b"<body", HTML),
    (b"<svg", FileType("an SVG drawing", "export it as PNG")),
    (b"<?xml", FileType("an XML file")),
)


def identify(head: bytes) -> FileType | None:
    """Return the type of the file that begins with ``head``, its first ``HEAD_BYTES``; None if it is unknown.

    Looks inside gzip: the type is that of the packed file. For unknown text, the name quotes its beginning.
    """
    head = peek(head)
    if not head:
        return EMPTY
    if head.startswith(GZIP):
        return PACKED
    if not head.strip(b"\x00"):
        return ZEROS
    for beginning, kind in (*_BEGINNINGS, *_PICTURES):
        if head.startswith(beginning):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _zip(head)
    if head[4:8] == b"ftyp" and head[8:12] in (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"qt  "):
        return FileType("a video", "save one frame of it as PNG")
    if head[257:262] == b"ustar":
        return FileType("a tar archive", ZIP.remedy)
    return _text(head)


def peek(head: bytes) -> bytes:
    """Return ``head``, unpacked as far as possible if it is gzip; unpacks a file that was packed twice."""
    for _ in range(2):
        if not head.startswith(GZIP):
            break
        unpacker = zlib.decompressobj(wbits=31)
        try:
            unpacked = unpacker.decompress(head, HEAD_BYTES)
        except zlib.error:
            break
        if not unpacked and not unpacker.eof:
            break
        head = unpacked
    return head


def _zip(head: bytes) -> FileType:
    """Tell by its first member's name what a zip archive is."""
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if name.endswith(b".npy"):
        return NPZ
    if name.endswith(b"/data.pkl"):
        return FileType("a PyTorch file")
    is_office = name.startswith((b"[Content_Types].xml", b"docProps/", b"_rels/", b"xl/")) or name == b"mimetype"
    return EXCEL if is_office else ZIP


def _text(head: bytes) -> FileType | None:
    if head[::2][:64].isascii() and not any(head[1::2][:64]) and len(head) > 1:
        return UTF16  # without its mark
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(head) < HEAD_BYTES or error.start < len(head) - 3:  # else the cut went through a character
            return None
        text = head[: error.start].decode("utf-8-sig")
    if any(character < " " and character not in "\t\r\n\f" for character in text):
        return None
    start = text.strip()
    for beginning, kind in _MARKUP:
        if start[:20].lower().encode().startswith(beginning):
            return kind
    if start.startswith(("{", "[")):
        return JSON
    first = start.split("\n", 1)[0].rstrip()
    shown = first[:_SHOWN] + "…" if len(first) > _SHOWN else first
    return FileType(f"text that begins with {shown!r}", is_text=True)

"""PNG bytes go in and come out signed: the same picture, with a note that digits drew it. And: is a file so signed?

A folder that holds pages may hold what was drawn of them, too; nobody wants those read again.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

# The name that PNG gives to "who made this", and who did.
KEYWORD, MAKER = "Software", "digits"
_NOTE = b"tEXt" + KEYWORD.encode() + b"\0" + MAKER.encode()
# PNG's eight bytes, and the header that always comes first; the note stands near it.
_HEADER_BYTES, _NEAR_BYTES = 33, 1024


def sign(png: bytes) -> bytes:
    """Return the PNG file ``png`` with the note behind its header."""
    note = struct.pack(">I", len(_NOTE) - len(b"tEXt")) + _NOTE + struct.pack(">I", zlib.crc32(_NOTE))
    return png[:_HEADER_BYTES] + note + png[_HEADER_BYTES:]


def is_signed(path: str) -> bool:
    """Tell whether digits drew the picture at ``path``; not where it cannot be read."""
    try:
        with Path(path).open("rb") as file:
            return _NOTE in file.read(_NEAR_BYTES).partition(b"IDAT")[0]
    except OSError:
        return False

"""The bytes of a file go in; if they are a small grey PNG with nothing beside its pixels, these come out.

That is what crops of digits mostly are, by the million. Pillow decodes any picture; to find out which kind it has takes
it longer than the pixels of such a crop. Nothing here judges what is another PNG, or damaged: that is Pillow's.
"""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np

from digits.reading.result import ByteArray

# Chunks of PNG (ISO/IEC 15948:2004, section 11): a length, a name, the contents and their checksum. All 33 bytes of the
# signature and the header are fixed but width, height and checksum: 8 bits, grey, not interlaced.
SIGNATURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
GREY = b"\x08\0\0\0\0"
END = b"\0\0\0\0IEND\xaeB`\x82"
HEADER_BYTES = 33
# What is larger does not wait for Pillow, but for its pixels.
MOST_PIXELS = 1 << 14
LAST_FILTER = 4


def decode_small_png(data: bytes) -> ByteArray | None:
    """Return the pixels, uint8 (height, width), or None for whatever Pillow should look at."""
    if not (data.startswith(SIGNATURE) and data[24:29] == GREY and data.endswith(END)):
        return None
    width, height = struct.unpack_from(">II", data, len(SIGNATURE))
    if not 0 < width * height <= MOST_PIXELS:
        return None
    (length,) = struct.unpack_from(">I", data, HEADER_BYTES)
    packed = data[HEADER_BYTES + 8 : -len(END) - 4]
    if len(packed) != length or data[HEADER_BYTES + 4 : HEADER_BYTES + 8] != b"IDAT" or not _is_whole(data, packed):
        return None
    if not _is_picture(packed, width, height):
        return None
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return None if pixels is None else np.asarray(pixels, np.uint8)


def _is_whole(data: bytes, packed: bytes) -> bool:
    """Tell whether the checksums of the header and of the only chunk of pixels are right."""
    told = data[HEADER_BYTES - 4 : HEADER_BYTES] + data[-len(END) - 4 : -len(END)]
    return told == struct.pack(">II", zlib.crc32(data[12 : HEADER_BYTES - 4]), zlib.crc32(packed, zlib.crc32(b"IDAT")))


def _is_picture(packed: bytes, width: int, height: int) -> bool:
    """Tell whether there are rows for the whole picture, each behind the number of a filter that there is."""
    unpacked = zlib.decompressobj()
    try:
        rows = unpacked.decompress(packed, height * (width + 1) + 1)
    except zlib.error:
        return False
    return unpacked.eof and len(rows) == height * (width + 1) and max(rows[:: width + 1]) <= LAST_FILTER

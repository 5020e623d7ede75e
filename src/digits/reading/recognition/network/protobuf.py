"""The bytes of a Protocol Buffers message go in, its fields come out, by number. Knows no kind of message.

It refuses what the encoding allows but no writer of ONNX files uses, so that a reader of the same bytes finds the same
fields: https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def read_fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield number and value of each field, in the order they were written: a whole number, or bytes.

    Raises:
        IndexError, ValueError: ``data`` is no message, or ends within a field.
    """
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        number, kind = key >> 3, key & 7
        if key >= 1 << 32:  # other readers drop the upper bits and see another field
            raise ValueError("a field has a number that is too large")
        if kind == VARINT:
            value, at = read_varint(data, at)
            yield number, value
            continue
        if kind == BYTES:
            size, at = read_varint(data, at)
        elif kind in (FIXED32, FIXED64):
            size = 4 if kind == FIXED32 else 8
        else:
            raise ValueError(f"field {number} is of no known kind")
        if at + size > len(data):
            raise ValueError(f"field {number} ends behind the file")
        yield number, data[at : at + size]
        at += size


def read_varints(data: memoryview) -> Iterator[int]:
    """Yield the whole numbers that stand in ``data`` one behind the other."""
    at = 0
    while at < len(data):
        value, at = read_varint(data, at)
        yield value


def read_varint(data: memoryview, at: int) -> tuple[int, int]:
    """Return the number that begins at ``at``, seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise ValueError("a number takes more than 64 bits")

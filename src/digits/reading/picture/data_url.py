"""A data URL goes in, as a canvas gives it (RFC 2397); the bytes of its file come out.

Nothing here looks at what the file is.
"""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_to_bytes

from digits.errors import ImageError, shorten

SCHEME = b"data:"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def is_data_url(source: str | bytes) -> bool:
    """Tell whether ``source`` begins as a data URL does; a file of such a name is given as a Path, or with "./"."""
    start = source[:64].lstrip()[: len(SCHEME)].lower()
    return start == (SCHEME if isinstance(start, bytes) else SCHEME.decode())


def decode_data_url(url: str | bytes) -> bytes:
    """Return what ``url`` holds: base64, padded or not, URL-safe or not, in one line or many; or percent-encoded.

    Raises:
        ImageError: there is no comma, nothing behind it, or it is not the base64 that it says.
    """
    whole = url.encode(errors="replace") if isinstance(url, str) else url
    header, comma, body = whole.strip().partition(b",")
    if not comma:
        raise ImageError(
            f"expected a data URL, data:image/png;base64,…; got {_quoted(whole)} without a comma; give all of it"
        )
    data = unquote_to_bytes(body)
    if b"base64" in [part.strip().lower() for part in header.split(b";")[1:]]:
        data = _decode_base64(data)
    if not data:  # what a canvas of no width or height gives
        raise ImageError(
            f"expected a picture in the data URL, got {_quoted(whole)} with nothing in it; give the canvas a size"
        )
    return data


def _decode_base64(text: bytes) -> bytes:
    packed = b"".join(text.split()).rstrip(b"=").translate(_URL_SAFE)
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except binascii.Error as error:
        raise ImageError(f"expected base64 in the data URL; {error}; it may be cut off: give all of it") from error


def _quoted(url: bytes) -> str:
    return shorten(url.decode(errors="replace"))

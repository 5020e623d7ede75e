"""A request's body, however it is sent, becomes files in memory, within bounds: nothing is spooled to disk."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import FormParser, parse_options_header
from starlette.requests import Request

from digits import ImageError
from digits.errors import shorten
from digits.reading.picture.data_url import decode_data_url, is_data_url
from digits.serving.errors import ServingError
from digits.serving.settings import Settings

T = TypeVar("T")
# Above this, parsing takes long enough to keep other requests waiting: it goes to a thread.
INLINE_BYTES = 100_000
EXPECTED = 'expected JSON as {"image": "data:image/png;base64,…"}'
_WINDOW_BITS = {"gzip": 31, "deflate": 15}


@dataclass(frozen=True)
class Upload:
    """What was sent: its files, and whether each is to have an answer of its own."""

    files: tuple[bytes, ...]
    are_many: bool = False
    names: tuple[str, ...] = ()


async def receive(request: Request, settings: Settings, take: Callable[[int], None]) -> bytes:
    """Return the whole body.

    Args:
        request: its body is not read yet.
        settings: how long it may be.
        take: is told of each part as it comes, and may raise.

    Raises:
        ServingError: 413 as soon as it is too long, whether its length was told or not; what ``take`` raises.
    """
    told = request.headers.get("content-length", "0")
    if not (told.isascii() and told.isdigit()):
        raise ServingError(400, "expected a whole number as Content-Length, got another value; send the right one")
    if len(told) > 18 or int(told) > settings.max_bytes:
        raise _too_long(settings)
    parts, length = [], 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ServingError(400, "expected the whole body, but the client left; send it again")
        part = message.get("body", b"")
        length += len(part)
        if length > settings.max_bytes:
            raise _too_long(settings)
        take(len(part))
        parts.append(part)
        if not message.get("more_body", False):
            break
    body = parts[0] if len(parts) == 1 else b"".join(parts)
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        return body
    return await off_loop(partial(_unpack, body, encoding, settings), len(body))


async def read_upload(request: Request, body: bytes, settings: Settings) -> Upload:
    """Return the files of a body: an image as it is, multipart, or a data URL in JSON.

    Raises:
        ServingError: 400 for JSON or multipart that is malformed, or holds no file.
    """
    header = request.headers.get("content-type", "")
    kind = header.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await off_loop(partial(_read_multipart, header, body, settings), len(body))
    if kind == "application/json":
        return Upload((await off_loop(partial(_read_json_image, body), len(body)),))
    return Upload((body,))


def read_json(body: bytes | memoryview) -> Any:
    """Return what ``body`` says in JSON; raises ServingError 400."""
    try:
        return json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise ServingError(400, f"expected JSON, got {shorten(error)}; check the body") from error


async def off_loop(function: Callable[[], T], size: int) -> T:
    """Return what ``function`` returns: called at once for few bytes, on a thread for many."""
    return function() if size <= INLINE_BYTES else await asyncio.to_thread(function)


def _unpack(body: bytes, encoding: str, settings: Settings) -> bytes:
    if encoding not in _WINDOW_BITS:
        raise ServingError(
            415, f"expected gzip or deflate as Content-Encoding, got {shorten(encoding)!r}; send it plain"
        )
    unpacker = zlib.decompressobj(_WINDOW_BITS[encoding])
    try:
        whole = unpacker.decompress(body, settings.max_bytes + 1)
    except zlib.error as error:
        raise ServingError(400, f"expected a body in {encoding}, it is damaged; send it again") from error
    if len(whole) > settings.max_bytes:
        raise _too_long(settings)
    if not unpacker.eof:
        raise ServingError(400, f"expected a whole body in {encoding}, it is cut off; send it again")
    return whole


def _read_json_image(body: bytes) -> bytes:
    whole = read_json(body)
    image = whole.get("image") if isinstance(whole, dict) else None
    if not isinstance(image, str) or not is_data_url(image):
        raise ServingError(400, f"{EXPECTED}, got something else; send what canvas.toDataURL() returns")
    try:
        return decode_data_url(image)
    except ImageError as error:
        raise ServingError(400, str(error)) from error


def _read_multipart(header: str, body: bytes, settings: Settings) -> Upload:
    files: list[bytes] = []
    names: list[str] = []
    fields = 0

    def keep_file(file: Any) -> None:
        if len(files) == settings.max_files:
            raise ServingError(
                413, f"expected at most {settings.max_files} files, got more; send them in several requests"
            )
        file.file_object.seek(0)
        files.append(file.file_object.read())
        names.append(shorten((file.file_name or b"").decode("utf-8", "replace")))

    def count_field(_field: Any) -> None:
        nonlocal fields
        fields += 1
        if fields > settings.max_files:
            raise ServingError(413, f"expected at most {settings.max_files} fields, got more; leave them out")

    in_memory = {"MAX_MEMORY_FILE_SIZE": settings.max_bytes + 1, "MAX_BODY_SIZE": float("inf")}
    try:
        _, options = parse_options_header(header)
        parser = FormParser(
            "multipart/form-data", count_field, keep_file, boundary=options.get(b"boundary"), config=in_memory
        )
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError, UnicodeError) as error:
        raise ServingError(
            400, f"expected multipart/form-data, got {shorten(error)}; let the client build it"
        ) from error
    if not files:
        raise ServingError(400, "expected at least one file in the multipart body, got none; give it a file name")
    return Upload(tuple(files), len(files) > 1, tuple(names))


def _too_long(settings: Settings) -> ServingError:
    return ServingError(
        413,
        f"expected a body of at most {settings.max_bytes:,} bytes, got more; "
        "send a smaller picture, or start the server with a larger --max-bytes",
    )

"""Asks a Gradio app as its own client does: post the data for a number, then listen for the answer under it."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web_load.client import Load, Result


async def ask_for_ever(load: Load, bodies: list[bytes], number: int, result: Result) -> None:
    """Ask again and again, with the bodies in turn."""
    while not result.is_over:
        began = time.perf_counter()
        try:
            told = await _exchange(load.port, b"POST", load.path, bodies[number % len(bodies)])
            event = json.loads(told)["event_id"]
            answer = await _exchange(load.port, b"GET", f"{load.path}/{event}", b"")
            result.note(time.perf_counter() - began, is_good=b"event: complete" in answer)
        except (OSError, ValueError, KeyError):
            result.note(0, is_good=False)
        number += 1


async def _exchange(port: int, method: bytes, path: str, body: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = b"%s %s HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" % (method, path.encode())
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return (await reader.read()).partition(b"\r\n\r\n")[2]
    finally:
        writer.close()

"""Loads one server: so many connections, each of which asks again as soon as it is answered.

Usage: python -m web_load.client, with the fields of ``Load`` as JSON on standard input; prints its result as JSON.

It runs in a process of its own and does little for a request, some 30 µs: what it takes of the machine is taken from
the server.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

RETRY_AFTER_S = 1


@dataclass(frozen=True)
class Load:
    """What to ask, how often at once, and for how long; bodies are in base64 and take turns.

    ``gradio`` asks in Gradio's two steps: a first request for a number, a second one for the answer under it.
    """

    port: int
    path: str
    bodies: list[str]
    connections: int
    seconds: float
    headers: dict[str, str]
    gradio: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class Connection(asyncio.Protocol):
    """One connection; remembers when each answer came, and those that were none."""

    def __init__(self, requests: list[bytes], first: int, result: Result) -> None:
        self._requests = requests
        self._next = first
        self._result = result
        self._answer = b""
        self._length = -1
        self._asked = 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._result.is_over:
            self._result.errors += 1

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if self._length < 0:
            head, end, _ = self._answer.partition(b"\r\n\r\n")
            if not end:
                return
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._length = len(head) + 4 + int(length)
        if len(self._answer) >= self._length:
            if self._answer[9:12] == b"429":  # the queue is full: ask again when the server says
                self._result.refused += 1
                asyncio.get_running_loop().call_later(RETRY_AFTER_S, self._ask)
                return
            self._result.note(time.perf_counter() - self._asked, is_good=self._answer[9:12] == b"200")
            self._ask()

    def _ask(self) -> None:
        if self._result.is_over:
            return
        self._answer, self._length = b"", -1
        self._asked = time.perf_counter()
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1


class Result:
    """What came of a load, after a fifth of the time to warm up."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.errors = 0
        self.refused = 0  # answered 429
        self.is_counting = self.is_over = False

    def note(self, seconds: float, *, is_good: bool) -> None:
        self.errors += not is_good
        if self.is_counting and is_good:
            self.seconds.append(seconds)

    def to_dict(self, lasted_s: float) -> dict[str, Any]:
        p50, p99 = np.percentile(self.seconds, (50, 99)).tolist() if self.seconds else (None, None)
        answers = len(self.seconds)
        told = {
            "answers": answers,
            "errors": self.errors,
            "refused": self.refused,
            "per_second": round(answers / lasted_s, 1),
        }
        return told | {name: value and round(value * 1e3, 3) for name, value in (("p50_ms", p50), ("p99_ms", p99))}


async def measure(load: Load) -> dict[str, Any]:
    """Ask for as long as ``load`` says, and return what came of it."""
    result, loop = Result(), asyncio.get_running_loop()
    bodies = [base64.b64decode(body) for body in load.bodies]
    if load.gradio:
        from web_load.two_steps import ask_for_ever

        tasks = [loop.create_task(ask_for_ever(load, bodies, number, result)) for number in range(load.connections)]
    else:
        requests = [_request(load, body) for body in bodies]
        for number in range(load.connections):
            await loop.create_connection(lambda n=number: Connection(requests, n, result), "127.0.0.1", load.port)
        tasks = []
    await asyncio.sleep(load.seconds / 5)
    result.is_counting, began = True, time.perf_counter()
    await asyncio.sleep(load.seconds)
    result.is_counting, lasted = False, time.perf_counter() - began
    result.is_over = True
    for task in tasks:
        task.cancel()
    return result.to_dict(lasted)


def _request(load: Load, body: bytes) -> bytes:
    told = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **load.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"POST {load.path} HTTP/1.1\r\n{head}\r\n".encode() + body


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measure(Load(**json.load(sys.stdin))))) + "\n")

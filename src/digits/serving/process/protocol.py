"""HTTP on a connection, with the bounds that uvicorn lacks.

A request has an absolute deadline from its first byte to its last: uvicorn starts its only timer anew with every byte.
Its head has a limit. A client that leaves cancels its request at once. While the server stops, a request that is on its
way on an idle connection is still answered. Errors here look like all others.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from digits.serving.errors import ServingError, error_body
from digits.serving.security import HEADERS

MAX_HEAD_BYTES = 32_768
# For what is on its way to an idle connection when the server is told to stop.
LINGER_S = 0.2


class Protocol(HttpToolsProtocol):
    """One connection; ``make_protocol`` sets the bounds."""

    receive_s = 30.0
    max_connections = 1000

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answer, self.app = self.app, self._run
        self._task: asyncio.Task[Any] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._answers = 0
        self._head_bytes = 0
        self._is_in_head = True
        self._is_stopping = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            self._refuse(ServingError(503, "expected a free connection, but all are taken; ask again in a second"))
            return
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_deadline()
        super().connection_lost(exc)
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self.pipeline.clear()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._is_in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        # A head that is whole is measured by itself: the bytes of a body may have come with it.
        if self._is_in_head and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._deadline is None:
            self._start_deadline()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > MAX_HEAD_BYTES:
            self._refuse_head()
            return
        if self.transport.is_closing():
            return
        super().on_headers_complete()
        if self._is_stopping:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        if self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._stop_deadline()
        self._is_in_head = True
        self._head_bytes = 0
        if self.cycle is not None:
            super().on_message_complete()
        if not self.pipeline:  # uvicorn may have paused for a long body, and would not notice that the client leaves
            self.flow.resume_reading()

    def shutdown(self) -> None:
        """Let a busy connection finish; close an idle one when nothing more comes."""
        self._is_stopping = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LINGER_S, self._close_if_idle)
        else:
            self.cycle.keep_alive = False

    def send_400_response(self, _msg: str) -> None:
        self._refuse(ServingError(400, "expected an HTTP/1.1 request, got something else; check the client"))

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._answers += 1
        if self.transport.get_write_buffer_size():
            self.loop.call_later(self.receive_s, self._abort_unless_taken, self._answers)

    async def _run(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request in a task that can be cancelled when the client leaves."""
        self._task = asyncio.current_task()
        await self._answer(scope, receive, send)

    def _abort_unless_taken(self, answers: int) -> None:
        """Drop a client that has not taken its answer in all this time."""
        if answers == self._answers and self.transport.get_write_buffer_size():
            self.transport.abort()

    def _should_upgrade(self) -> bool:
        return False

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: whoever asks for a WebSocket gets an ordinary answer."""

    def _close_if_idle(self) -> None:
        if not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(self.receive_s, self._be_late)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _be_late(self) -> None:
        self._deadline = None
        if self.transport.is_closing():
            return
        is_answered = self.cycle is not None and self.cycle.response_started  # and the client still sends
        if is_answered or self.pipeline:
            self.transport.abort()
            return
        self._refuse(
            ServingError(408, f"expected a whole request within {self.receive_s:g} s, got a part; send it faster")
        )

    def _refuse_head(self) -> None:
        self._refuse(
            ServingError(431, f"expected a head of at most {MAX_HEAD_BYTES:,} bytes, got more; send fewer headers")
        )

    def _refuse(self, error: ServingError) -> None:
        """Answer with ``error`` and close."""
        body = error_body(error, "")
        head = [b"HTTP/1.1 %d %s" % (error.status, _reason(error.status)), b"connection: close"]
        head += [b"content-type: application/json", b"content-length: %d" % len(body)]
        head += [name + b": " + value for name, value in HEADERS]
        self.transport.write(b"\r\n".join([*head, b"", body]))
        self.transport.close()


def _reason(status: int) -> bytes:
    from http import HTTPStatus

    return HTTPStatus(status).phrase.encode()


def make_protocol(receive_s: float, max_connections: int) -> type[Protocol]:
    """Return the protocol with these bounds, as uvicorn makes one for each connection."""
    return type("BoundedProtocol", (Protocol,), {"receive_s": receive_s, "max_connections": max_connections})

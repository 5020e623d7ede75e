"""Servers for tests: in this process with a client, or ``digits serve`` in a process of its own."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import numpy as np
import numpy.typing as npt
from PIL import Image

from digits.serving.app import make_app
from digits.serving.service import Service
from digits.serving.settings import Settings

BASE = "http://127.0.0.1"


class Client:
    """Asks an application in this process, one request at a time."""

    def __init__(self, service: Service) -> None:
        self._app: Any = make_app(service)

    def request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        return asyncio.run(self._ask(method, path, rest))

    def get(self, path: str, **rest: Any) -> httpx.Response:
        return self.request("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> httpx.Response:
        return self.request("POST", path, **rest)

    async def _ask(self, method: str, path: str, rest: dict[str, Any]) -> httpx.Response:
        async with self.connect() as client:
            return await client.request(method, path, **rest)

    def connect(self) -> httpx.AsyncClient:
        """Return a client that asks many things at once."""
        transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=BASE, timeout=60)


@contextmanager
def changed(service: Service, **settings: Any) -> Iterator[Client]:
    """Yield a client of the same models under other settings."""
    before = service.settings
    service.settings = Settings(**settings)
    try:
        yield Client(service)
    finally:
        service.settings = before


SERVE = """
import sys
import threading
import time
from digits.serving.process.serve import serve
from digits.serving.settings import Settings

serve(Settings.from_json(sys.argv[1]), lambda url: print(url, flush=True))
"""


class Server:
    """A server in a process of its own, on a free port: ``digits serve`` with arguments, or with these settings."""

    def __init__(self, *arguments: object, **settings: Any) -> None:
        command = [Path(sys.executable).with_name("digits"), "serve", "--port", "0", *map(str, arguments)]
        if settings:
            command = [sys.executable, "-c", SERVE, Settings(port=0, **settings).to_json()]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), self.process.communicate()
        self.host, port = self.url.removeprefix("http://").rsplit(":", 1)
        self.port = int(port)

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=20)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Return status and body of an answer; a connection of its own each time, and little work for this process."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """Return what a route says in JSON."""
        status, body = self.ask("GET", path)
        assert status == 200, body
        return json.loads(body)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; return the exit status and what was said on standard error."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=20)
        return self.process.returncode, err


def png(image: npt.NDArray[np.uint8]) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


class Load:
    """Clients that ask for digits without a pause until they are told to stop."""

    def __init__(self, server: Server, body: bytes, clients: int = 8) -> None:
        self.statuses: list[int] = []
        self.failures: list[Exception] = []  # of requests that had been sent
        self.refused = 0  # connections that were not made
        self._server = server
        self._body = body
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.statuses) < count:
            assert time.monotonic() < deadline, (self.statuses, self.failures)
            time.sleep(0.01)

    def _ask(self) -> None:
        while not self._is_over.is_set():
            try:
                # A connection for each: whether a request on an old one was seen before it was closed, nobody can tell.
                self.statuses.append(self._server.ask("POST", "/v1/classify", self._body)[0])
            except ConnectionRefusedError:
                self.refused += 1
                time.sleep(0.05)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(error)


def metric(server: Server, pattern: str) -> float:
    """Return one of the numbers for Prometheus, 0 where it is not there."""
    found = re.search(rf"^{pattern} (\S+)$", server.ask("GET", "/metrics")[1].decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0

"""One process that serves: it loads, warms up, listens, answers, and stops in good order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import cv2
import uvicorn

from digits.serving.app import make_app
from digits.serving.process.protocol import make_protocol
from digits.serving.service import Service
from digits.serving.settings import GRACE_S, Settings

_log = logging.getLogger(__name__)


def run_worker(settings: Settings, sock: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve on a bound socket until a signal says to stop; call ``on_ready`` when the first request may come."""
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # models that are still being loaded need no second time
    service = Service(settings)
    cv2.setNumThreads(1)  # as many pages are read at a time as there are cores
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # its warnings are about what strangers send
    config = uvicorn.Config(
        make_app(service),
        http=make_protocol(settings.receive_s, settings.max_connections),
        ws="none",
        loop="auto",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    _Server(config, service, on_ready).run([sock])
    if not service.close():
        # Python would wait for the threads, and a thread cannot be stopped while it reads a page.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


class _Server(uvicorn.Server):
    """uvicorn's server, with signals that neither kill nor raise."""

    def __init__(self, config: uvicorn.Config, service: Service, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._service = service
        self._on_ready = on_ready
        self._reloading: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._listen_to_signals()
        await super().startup(sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise them again after it has stopped, as if nothing had been done."""
        yield

    def stop(self) -> None:
        """Stop in good order; at the second time, at once."""
        self.force_exit = self.should_exit
        self.should_exit = True

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        if sys.platform == "win32":
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK):
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.stop))
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload)

    def _reload(self) -> None:
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.get_running_loop().create_task(self._service.reload())
        else:
            _log.warning("models are being loaded already; send the signal again when that is done")

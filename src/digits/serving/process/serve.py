"""Settings go in; a socket is bound, and one process or several serve on it until a signal says to stop."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable

from digits.errors import DigitsError
from digits.serving.settings import Settings

BACKLOG = 2048


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``announce`` is told the address when the first request may come.

    Raises:
        DigitsError: the address is taken or not this machine's; a model cannot be loaded.
    """
    if settings.workers > 1 and sys.platform == "win32":
        raise DigitsError("expected one worker on Windows, got several; leave --workers out")
    with bind(settings) as sock:
        address = _address(sock, settings.host)
        if settings.workers == 1:
            from digits.serving.process.server import run_worker

            run_worker(settings, sock, lambda: announce(address))
        else:
            from digits.serving.process.supervisor import Supervisor

            Supervisor(settings, sock).run(lambda: announce(address))


def bind(settings: Settings) -> socket.socket:
    """Return a socket that is bound and does not listen yet: until the server is ready, connections are refused."""
    try:
        found = socket.getaddrinfo(
            settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, place = found[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _cannot_bind(settings, error) from error
    try:
        if sys.platform != "win32":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(place)
    except OSError as error:
        sock.close()
        raise _cannot_bind(settings, error) from error
    return sock


def _cannot_bind(settings: Settings, error: OSError) -> DigitsError:
    return DigitsError(
        f"expected to listen on {settings.host}, port {settings.port}; {error.strerror or error}; "
        "give another address with --host, or another port with --port"
    )


def _address(sock: socket.socket, host: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{sock.getsockname()[1]}"

"""Who may ask: the outermost layer, before any route.

A page elsewhere must not read pictures through a person's local server. Its requests carry its own Origin, or, when a
name of its own leads to this address (DNS rebinding), its own Host; both are refused. The headers go on every answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import re
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from digits.serving.errors import ServingError, error_body
from digits.serving.metrics import Metrics
from digits.serving.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
]
LOOPBACK = frozenset(("127.0.0.1", "localhost", "[::1]"))
# What is counted for a request whose client did not wait for the answer; nobody is sent it.
CANCELLED = 499
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::[0-9]{1,5})?")
# Whoever asks whether the server is up needs no token, nor does the page itself, which has no picture in it.
NEEDS_TOKEN = re.compile(r"/(v1|v2(?!/health/)|metrics)(/|$)")
_CORS = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"authorization, content-type, inference-header-content-length"),
    (b"access-control-expose-headers", b"inference-header-content-length, retry-after"),
    (b"access-control-allow-private-network", b"true"),
    (b"access-control-max-age", b"600"),
]


class Guard:
    """Lets through who may ask ``app``; adds the headers; counts every request and how long it took."""

    def __init__(self, app: App, settings: Settings, paths: Mapping[Any, str]) -> None:
        self._app = app
        self._paths = paths  # of the endpoints, for the numbers
        self._hosts = Hosts(settings)
        self._origins = frozenset(origin.encode() for origin in settings.allow_origins)
        self._token = _digest(settings.token.encode()) if settings.token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        headers = HEADERS

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        try:
            known = dict(scope["headers"])
            headers = [*HEADERS, *self._check(scope, known)]
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in known:
                await _answer(send_on, 204, [], b"")
            else:
                self._check_token(scope["path"], known)
                await self._app(scope, receive, send_on)
        except ServingError as error:
            await answer_error(send_on, error, scope["path"])
        except asyncio.CancelledError:  # the client is gone, or the server stops and waits no longer
            if not status:
                stops = ServingError(503, "expected a server that runs, but it stops; ask again", {"Retry-After": "1"})
                await answer_error(send, stops, scope["path"])
                status = CANCELLED
        finally:
            route = self._paths.get(scope.get("endpoint"), "other")
            Metrics.current().count_request(route, scope["method"], status, time.perf_counter() - started)

    def _check(self, scope: Scope, known: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """Return the headers for a page of another origin that may ask, none for all others; raise for who may not."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        host = self._hosts.check(hosts)
        origin = known.get(b"origin")
        if origin in self._origins:
            allowed = [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
            return [*allowed, *(_CORS if scope["method"] == "OPTIONS" else _CORS[2:3])]
        if origin is not None and not _is_same(origin, host):
            raise _cross_origin(f"one of {origin.decode('latin-1')!r}")
        site = known.get(b"sec-fetch-site", b"none")
        is_link = known.get(b"sec-fetch-mode") == b"navigate" and known.get(b"sec-fetch-dest") == b"document"
        if site not in (b"none", b"same-origin") and not (is_link and scope["method"] in ("GET", "HEAD")):
            raise _cross_origin("one from another site")
        return []

    def _check_token(self, path: str, known: dict[bytes, bytes]) -> None:
        if self._token is None or not NEEDS_TOKEN.match(path):
            return
        scheme, _, token = known.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer" or not hmac.compare_digest(_digest(token.strip()), self._token):
            raise ServingError(
                401,
                "expected the token of this server, got none or another; send the header Authorization: Bearer TOKEN",
                {"WWW-Authenticate": "Bearer"},
            )


class Hosts:
    """The names under which this server may be asked.

    On loopback those of loopback; on an address that address; on all addresses any address, as no attacker's name is
    one; and the names that ``--allow-host`` adds.
    """

    def __init__(self, settings: Settings) -> None:
        host = settings.host.lower()
        own = f"[{host}]" if ":" in host else host
        names = LOOPBACK if settings.is_local else frozenset((own,))
        self._takes_any_address = settings.host in ("0.0.0.0", "::", "")
        if self._takes_any_address:
            names = LOOPBACK | {socket.gethostname().lower()}
        self._names = names | {own} | {name.lower() for name in settings.allow_hosts}

    def check(self, hosts: list[bytes]) -> str:
        """Return the Host header; raise ServingError unless there is exactly one, of these names."""
        text = hosts[0].decode("latin-1").lower() if len(hosts) == 1 else ""
        match = _HOST.fullmatch(text)
        if match is None:
            raise ServingError(400, "expected one Host header with a name or address, got another; send one")
        name = match[1].rstrip(".")
        if name not in self._names and not (self._takes_any_address and _is_address(name)):
            raise ServingError(
                421, f"expected a host that this server is bound to, got {name!r}; start it with --allow-host {name}"
            )
        return text


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _is_same(origin: bytes, host: str) -> bool:
    parts = urlsplit(origin.decode("latin-1").lower())
    return parts.scheme in ("http", "https") and parts.netloc == host


def _cross_origin(what: str) -> ServingError:
    return ServingError(
        403, f"expected a request from this server's own page, got {what}; start the server with --allow-origin"
    )


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()  # of one length, so that comparing takes the same time


async def answer_error(send: Send, error: ServingError, path: str) -> None:
    """Send ``error`` as the answer to a request for ``path``."""
    headers = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    body = error_body(error, path)
    await _answer(send, error.status, [(b"content-type", b"application/json"), *headers], body)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = [] if status == 204 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": body})

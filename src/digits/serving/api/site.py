"""The page and its files, the documentation of the API, and the numbers for Prometheus."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digits.serving.errors import from_status
from digits.serving.metrics import CONTENT_TYPE
from digits.serving.service import Service

_PACKAGE = Path(__file__).parents[1]
PAGE, STATIC = _PACKAGE / "page", _PACKAGE / "static"
INDEX = "index.html"
# What systems disagree about, or do not know.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".bin": "application/octet-stream",
}


@dataclass(frozen=True)
class StaticFile:
    """A file in memory, with what its answer says about it."""

    content: bytes
    kind: str
    tag: str


def load_files(folder: Path) -> dict[str, StaticFile]:
    """Return all files below ``folder`` by their path in it: whatever else is asked for is not there."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc") and not path.name.startswith("."):
            content = path.read_bytes()
            kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            files[path.relative_to(folder).as_posix()] = StaticFile(content, kind, tag)
    return files


class Site:
    """What a browser asks for."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._page = load_files(PAGE)
        self._static = load_files(STATIC)

    async def index(self, request: Request) -> Response:
        """Return the page; where this installation has none, lead to the documentation."""
        if INDEX not in self._page:
            return RedirectResponse("/docs", 307)
        return _answer(request, self._page, INDEX)

    async def page(self, request: Request) -> Response:
        """Return a file of the page."""
        return _answer(request, self._page, request.path_params["path"])

    async def static(self, request: Request) -> Response:
        """Return a file of the documentation."""
        return _answer(request, self._static, request.path_params["path"])

    async def metrics(self, _request: Request) -> Response:
        """Return the numbers in Prometheus's text format."""
        return Response(self._service.metrics.expose(), headers={"content-type": CONTENT_TYPE})


def _answer(request: Request, files: Mapping[str, StaticFile], path: str) -> Response:
    if (file := files.get(path)) is None:
        raise from_status(404, request.url.path, request.method)
    # The browser asks again whether its copy still holds, so that a new release is seen at once.
    headers = {"ETag": file.tag, "Cache-Control": "no-cache"}
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers={**headers, "content-type": file.kind})

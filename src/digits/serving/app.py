"""The application: each path with its endpoint, behind the guard. Starlette answers; FastAPI describes the API.

FastAPI and pydantic are imported when the description is first asked for: a request passes no validation layer, and the
server is ready a third of a second sooner.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from digits import DigitsError, __version__
from digits.serving.api.documentation import render
from digits.serving.api.site import Site
from digits.serving.api.v1 import V1
from digits.serving.api.v2 import V2, VERSION
from digits.serving.errors import as_serving_error, error_body, from_status
from digits.serving.security import Guard
from digits.serving.service import Service
from digits.serving.settings import DEFAULT_NAME

DESCRIPTION = (
    "Reads handwritten digits. /v1 takes pictures; /v2 takes MNIST-style frames by the Open Inference Protocol. "
    "Nothing that is sent is kept, and nothing leaves this machine."
)
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Described:
    """A route that is in the description; ``about`` is its name in openapi.py, where the description stands."""

    method: str
    path: str
    endpoint: Endpoint
    about: str


def make_app(service: Service) -> Guard:
    """Return the application for ``service``, with everything that protects it."""
    site = Site(service)
    described = describe_routes(service, site)
    names = sorted({DEFAULT_NAME, *(model.name for model in service.models)})

    @cache
    def make_document() -> dict[str, Any]:
        from digits.serving.api.openapi import make_document

        return make_document(described, __version__, DESCRIPTION, {"name": names, "version": [VERSION]})

    async def document(_request: Request) -> Response:
        return Response(json.dumps(await asyncio.to_thread(make_document)), media_type="application/json")

    async def docs(_request: Request) -> Response:
        return Response(render(await asyncio.to_thread(make_document)), media_type="text/html")

    pages = [
        ("/", site.index),
        ("/page/{path:path}", site.page),
        ("/static/{path:path}", site.static),
        ("/docs", docs),
        ("/openapi.json", document),
    ]
    routes = [Route(one.path, one.endpoint, methods=[one.method]) for one in described]
    routes += [Route(path, endpoint, methods=["GET"]) for path, endpoint in pages]
    failures = dict.fromkeys((HTTPException, DigitsError, Exception), _answer_error)
    app = Starlette(routes=routes, exception_handlers=failures)
    app.router.redirect_slashes = False
    paths = {route.endpoint: route.path for route in reversed(routes)}
    return Guard(app, service.settings, paths)


def describe_routes(service: Service, site: Site) -> list[Described]:
    """Return the routes of the API, those that are asked most first."""
    v1, v2 = V1(service), V2(service)
    model = "/v2/models/{name}"
    version = f"{model}/versions/{{version}}"
    return [
        Described("POST", "/v1/classify", v1.classify, "classify"),
        Described("POST", "/v1/read", v1.read, "read"),
        Described("POST", f"{model}/infer", v2.infer, "infer"),
        Described("POST", f"{version}/infer", v2.infer, "infer"),
        Described("GET", "/v1/models", v1.models, "models"),
        Described("GET", "/v1/models/{name}/network", v1.network, "network"),
        Described("GET", "/v2", v2.server, "server"),
        Described("GET", "/v2/health/live", v2.live, "live"),
        Described("GET", "/v2/health/ready", v2.ready, "ready"),
        Described("GET", model, v2.model, "model"),
        Described("GET", version, v2.model, "model"),
        Described("GET", f"{model}/ready", v2.model_ready, "model_ready"),
        Described("GET", f"{version}/ready", v2.model_ready, "model_ready"),
        Described("GET", "/metrics", site.metrics, "metrics"),
    ]


async def _answer_error(request: Request, error: Exception) -> Response:
    headers: dict[str, str] = {}
    if isinstance(error, HTTPException):
        headers = dict(error.headers or {})
        told = from_status(error.status_code, request.url.path, request.method)
    else:
        told = as_serving_error(error)
    body = error_body(told, request.url.path)
    return Response(body, told.status, {**headers, **told.headers}, media_type="application/json")

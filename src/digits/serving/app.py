"""The application: each path with its route, behind the guard. No validation layer touches a body on its way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from digits import DigitsError, __version__
from digits.serving.api import openapi
from digits.serving.api.openapi import answers, json_of
from digits.serving.api.schemas import TEXT, an_object, ref
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


def make_app(service: Service) -> Guard:
    """Return the application for ``service``, with everything that protects it."""
    app = FastAPI(title="digits", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.names = sorted({DEFAULT_NAME, *(model.name for model in service.models)})
    _add_v1(app, V1(service))
    _add_v2(app, V2(service))
    _add_site(app, Site(service))
    for error in (HTTPException, DigitsError, Exception):
        app.add_exception_handler(error, _answer_error)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return Guard(app, service.settings)


def _add_v1(app: FastAPI, v1: V1) -> None:
    _post(app, "/v1/read", v1.read, "v1", openapi.read())
    _post(app, "/v1/classify", v1.classify, "v1", openapi.classify())
    _get(app, "/v1/models", v1.models, "v1", answers("The models", json_of(ref("Models"))))
    weights = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    _get(app, "/v1/models/{name}/network", v1.network, "v1", answers("The weights", weights))


def _add_v2(app: FastAPI, v2: V2) -> None:
    def told(description: str, **properties: Any) -> dict[str, Any]:
        return answers(description, json_of(an_object(properties)), 503, schema="ProtocolError")

    flag = {"type": "boolean"}
    _get(app, "/v2", v2.server, "v2", told("The server", name=TEXT, version=TEXT))
    _get(app, "/v2/health/live", v2.live, "v2", told("It runs", live=flag))
    _get(app, "/v2/health/ready", v2.ready, "v2", told("It is ready", ready=flag))
    for path in ("/v2/models/{name}", "/v2/models/{name}/versions/{version}"):
        _get(app, path, v2.model, "v2", told("The model", name=TEXT, platform=TEXT))
        _get(app, f"{path}/ready", v2.model_ready, "v2", told("It is ready", name=TEXT, ready=flag))
        _post(app, f"{path}/infer", v2.infer, "v2", openapi.infer())


def _add_site(app: FastAPI, site: Site) -> None:
    text = {"text/plain": {"schema": {"type": "string"}}}
    _get(app, "/metrics", site.metrics, "operation", answers("Prometheus's text format", text))

    async def document(request: Request) -> Response:
        return Response(openapi_json(request.app), media_type="application/json")

    for path, endpoint in (
        ("/", site.index),
        ("/page/{path:path}", site.page),
        ("/static/{path:path}", site.static),
        ("/docs", site.docs),
        ("/openapi.json", document),
    ):
        app.router.routes.append(Route(path, endpoint, methods=["GET", "HEAD"]))


def openapi_json(app: FastAPI) -> bytes:
    """Return the OpenAPI document."""
    return json.dumps(app.openapi()).encode()


def _get(app: FastAPI, path: str, endpoint: Callable[..., Any], tag: str, extra: dict[str, Any]) -> None:
    _add(app, "GET", path, endpoint, tag, extra)


def _post(app: FastAPI, path: str, endpoint: Callable[..., Any], tag: str, extra: dict[str, Any]) -> None:
    _add(app, "POST", path, endpoint, tag, extra)


def _add(app: FastAPI, method: str, path: str, endpoint: Callable[..., Any], tag: str, extra: dict[str, Any]) -> None:
    known = {"name": {"enum": app.state.names}, "version": {"const": VERSION}}
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": TEXT | known[name]} for name in names]
    extra = extra | {"parameters": [*parameters, *extra.get("parameters", ())]}
    app.add_api_route(path, endpoint, methods=[method], tags=[tag], response_class=Response, openapi_extra=extra)


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
        app.openapi_schema = openapi.complete(made)
    return app.openapi_schema


async def _answer_error(request: Request, error: Exception) -> Response:
    headers: dict[str, str] = {}
    if isinstance(error, HTTPException):
        headers = dict(error.headers or {})
        told = from_status(error.status_code, request.url.path, request.method)
    else:
        told = as_serving_error(error)
    body = error_body(told, request.url.path)
    return Response(body, told.status, {**headers, **told.headers}, media_type="application/json")

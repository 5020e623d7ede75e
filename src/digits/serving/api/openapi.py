"""What the OpenAPI document says about each route beyond its path: parameters, bodies, answers, errors, examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from digits.serving.api.examples import seven_frame, seven_url
from digits.serving.api.schemas import FORM, IMAGE_JSON, INFER, SCHEMAS, TEXT, an_object, ref
from digits.serving.errors import CODES
from digits.serving.security import NEEDS_TOKEN

Extra = dict[str, Any]

MEANINGS = {
    400: "Malformed",
    401: "The token is missing or wrong",
    403: "A page of another origin, which may not ask",
    404: "No such path or model",
    408: "The request took too long to arrive",
    413: "The body is too long",
    415: "Not a picture",
    421: "A host that this server is not bound to",
    422: "A picture that cannot be decoded, or is over the pixel limit",
    429: "The queue is full",
    501: "This format needs an extra that is not installed",
    503: "The server is not ready",
    504: "No answer within the timeout",
}
_PICTURES = ("image/png", "image/jpeg", "image/tiff", "image/webp", "application/pdf", "application/octet-stream")
_MODEL = {
    "name": "model",
    "in": "query",
    "description": "Which model; by default the first.",
    "schema": {"type": "string"},
}
_PAGE = {
    "name": "page",
    "in": "query",
    "description": "Which page of a PDF or TIFF, from 1; by default the first. The answer says how many there are.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
}
_LINE = {
    "name": "line",
    "in": "query",
    "description": "true: each picture shows one line of digits, upright, and all digits are in it.",
    "schema": {"type": "boolean", "default": False},
}
_OVERLAY = {
    "name": "overlay",
    "in": "query",
    "description": "png: add the picture with a box around each digit, as a data URL.",
    "schema": {"enum": ["png"]},
}
_INCLUDE = {
    "name": "include",
    "in": "query",
    "description": "frames: add what the network saw of each digit, 784 bytes as base64. picture: add the upright "
    "picture, in whose pixels the boxes are, as a data URL. Both, with a comma between.",
    "schema": {"enum": ["frames", "picture", "frames,picture"]},
}
_FIELD = {
    "name": "field",
    "in": "query",
    "description": "What every line may contain: length=6, length=4-6, range=1-31, checksum=luhn|mod97|ean13, "
    "one-of=042,117. Several hold together.",
    "schema": {"type": "array", "items": {"type": "string"}, "maxItems": 8},
    "explode": True,
    "examples": {"six": {"summary": "Six digits", "value": ["length=6"]}},
}


def errors(*statuses: int, schema: str = "Error") -> Extra:
    """Return the answers for these errors, and for those that every route has."""
    told = {}
    for status in sorted({400, 401, 403, 404, 421, *statuses}):
        headers = {"Retry-After": {"schema": {"type": "string"}}} if status in (429, 503) else {}
        description = f"{MEANINGS[status]} (code {CODES[status]})"
        told[str(status)] = {"description": description, "content": json_of(ref(schema))} | (
            {"headers": headers} if headers else {}
        )
    return told


def json_of(schema: Extra, **rest: Any) -> Extra:
    return {"application/json": {"schema": schema, **rest}}


def answers(description: str, content: Extra, *statuses: int, schema: str = "Error") -> Extra:
    """Return the part of a route that tells its answers."""
    return {"responses": {"200": {"description": description, "content": content}} | errors(*statuses, schema=schema)}


def _upload(parameters: list[Extra], description: str, content: Extra) -> Extra:
    binary = {"schema": {"type": "string", "format": "binary"}}
    example = {"image": seven_url()}
    body = dict.fromkeys(_PICTURES, binary) | {
        "multipart/form-data": {"schema": FORM},
        "application/json": {"schema": IMAGE_JSON, "example": example},
    }
    told = answers(description, content, 408, 413, 415, 422, 429, 501, 503, 504)
    return {"parameters": parameters, "requestBody": {"required": True, "content": body}} | told


def classify() -> Extra:
    return _upload([_MODEL], "One digit a picture, in their order", json_of(ref("Digits")))


def read() -> Extra:
    both = {"anyOf": [ref("Reading"), ref("Readings")]}
    return _upload(
        [_MODEL, _PAGE, _LINE, _FIELD, _OVERLAY, _INCLUDE],
        "What the page says; of several files, what each says",
        json_of(both),
    )


def infer() -> Extra:
    frames = {"name": "frames", "datatype": "UINT8", "shape": [1, 28, 28], "data": list(seven_frame())}
    binary = {"schema": {"type": "string", "format": "binary"}}
    body = json_of(INFER, example={"inputs": [frames]}) | {"application/octet-stream": binary}
    length = {
        "name": "Inference-Header-Content-Length",
        "in": "header",
        "description": "With binary tensors: how many bytes of the body are JSON.",
        "schema": {"type": "integer", "minimum": 2},
    }
    content = json_of(ref("Inference")) | {"application/octet-stream": binary}
    told = answers("The outputs", content, 408, 413, 415, 429, 503, 504, schema="ProtocolError")
    return {"parameters": [length], "requestBody": {"required": True, "content": body}} | told


def _told(description: str, **properties: Extra) -> Extra:
    return answers(description, json_of(an_object(properties)), 503, schema="ProtocolError")


_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_FLAG = {"type": "boolean"}
ABOUT: dict[str, Callable[[], Extra]] = {
    "classify": classify,
    "read": read,
    "infer": infer,
    "models": lambda: answers("The models", json_of(ref("Models"))),
    "network": lambda: answers("The weights", _BINARY),
    "server": lambda: _told("The server", name=TEXT, version=TEXT),
    "live": lambda: _told("It runs", live=_FLAG),
    "ready": lambda: _told("It is ready", ready=_FLAG),
    "model": lambda: _told("The model", name=TEXT, platform=TEXT),
    "model_ready": lambda: _told("It is ready", name=TEXT, ready=_FLAG),
    "metrics": lambda: answers("Prometheus's text format", {"text/plain": {"schema": TEXT}}),
}


def make_document(routes: Sequence[Any], version: str, description: str, known: Mapping[str, list[str]]) -> Extra:
    """Return the OpenAPI document.

    Args:
        routes: each with ``method``, ``path``, ``endpoint`` and ``about``, a name of ABOUT.
        version: of this package.
        description: of the API as a whole.
        known: what the parameters of paths may be.
    """
    router = APIRouter()
    for route in routes:
        about = ABOUT[route.about]()
        names = re.findall(r"{(\w+)}", route.path)
        parameters = [{"name": n, "in": "path", "required": True, "schema": TEXT | {"enum": known[n]}} for n in names]
        about["parameters"] = [*parameters, *about.get("parameters", ())]
        router.add_api_route(
            route.path,
            route.endpoint,
            methods=[route.method],
            tags=[route.path.split("/")[1]],
            response_class=Response,
            openapi_extra=about,
        )
    document = get_openapi(title="digits", version=version, description=description, routes=router.routes)
    document["components"] = {
        "schemas": SCHEMAS,
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    }
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if "requestBody" not in operation:
                operation["responses"].pop("422", None)  # FastAPI's own validation, which there is none of
            if NEEDS_TOKEN.match(path):
                operation["security"] = [{"token": []}, {}]
    return document

"""What the OpenAPI document says about each route beyond its path: parameters, bodies, answers, errors, examples."""

from __future__ import annotations

from typing import Any

from digits.serving.api.examples import seven_frame, seven_url
from digits.serving.api.schemas import FORM, IMAGE_JSON, INFER, SCHEMAS, ref
from digits.serving.errors import CODES

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
_OVERLAY = {
    "name": "overlay",
    "in": "query",
    "description": "png: add the picture with a box around each digit, as a data URL.",
    "schema": {"enum": ["png"]},
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
        [_MODEL, _PAGE, _FIELD, _OVERLAY], "What the page says; of several files, what each says", json_of(both)
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


def complete(document: Extra) -> Extra:
    """Add the schemas, and the token, to what FastAPI makes of the routes."""
    components = document.setdefault("components", {})
    components["schemas"] = SCHEMAS
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, methods in document["paths"].items():
        needs_token = path.startswith(("/v1", "/v2", "/metrics")) and "/health/" not in path
        for operation in methods.values():
            operation["responses"].pop("422", None) if "requestBody" not in operation else None
            if needs_token:
                operation["security"] = [{"token": []}, {}]
    return document

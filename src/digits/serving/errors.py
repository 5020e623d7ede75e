"""What a client did wrong, or what the server cannot do now: a status, a code and a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from digits.errors import DigitsError, FieldError, ImageError, MissingExtraError

# The code is for programs, the message for people.
CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "cross_origin",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "not_an_image",
    421: "unknown_host",
    422: "unreadable_image",
    429: "busy",
    431: "headers_too_large",
    500: "internal",
    501: "not_installed",
    503: "not_ready",
    504: "timeout",
}


class ServingError(DigitsError):
    """An answer that is an error: ``status`` of CODES, a sentence of three parts, and headers such as Retry-After."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


def as_serving_error(error: Exception) -> ServingError:
    """Return the answer to a request that ended in ``error``; what nobody expected is 500 and says no more."""
    if isinstance(error, ServingError):
        return error
    if isinstance(error, MissingExtraError):
        return ServingError(501, str(error))
    if isinstance(error, FieldError):
        return ServingError(400, str(error))
    if isinstance(error, ImageError):
        return ServingError(422, str(error))
    return ServingError(500, "expected an answer, but the server itself failed; look at its log, and report it")


def error_dict(error: ServingError) -> dict[str, Any]:
    """Return the body of every error outside /v2."""
    return {"error": {"status": error.status, "code": CODES[error.status], "message": str(error)}}


def protocol_error_dict(error: ServingError) -> dict[str, Any]:
    """Return the body of an error under /v2, where the Open Inference Protocol wants a text."""
    return {"error": str(error), "status": error.status, "code": CODES[error.status]}


def error_body(error: ServingError, path: str) -> bytes:
    """Return the JSON that answers a request for ``path`` with ``error``."""
    make = protocol_error_dict if path == "/v2" or path.startswith("/v2/") else error_dict
    return json.dumps(make(error)).encode()


def from_status(status: int, path: str, method: str) -> ServingError:
    """Return the error for what no route takes."""
    if status == 404:
        return ServingError(404, f"expected a path of this API, got {path!r}; GET /docs lists them")
    if status == 405:
        return ServingError(405, f"expected another method, got {method} for {path!r}; GET /docs lists them")
    known = status if status in CODES else 400
    return ServingError(known, f"expected a request of this API, got {HTTPStatus(status).phrase}; see GET /docs")

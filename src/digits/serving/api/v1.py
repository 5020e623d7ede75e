"""``/v1``: pictures in, digits and pages out; and what models there are."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from digits import Digit, DigitsError, OneOf, Rule
from digits.reading.fields.rules import parse_rule
from digits.serving.api.bodies import read_upload, receive
from digits.serving.errors import ServingError, as_serving_error, error_dict
from digits.serving.models import Offered
from digits.serving.pictures import read_page
from digits.serving.service import Service

T = TypeVar("T")
MOST_RULES = 8
_log = logging.getLogger(__name__)


class V1:
    """The routes under ``/v1``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def classify(self, request: Request) -> Response:
        """Tell which digit each picture shows."""
        check_query(request, ("model",))
        service = self._service
        model = service.models.find(request.query_params.get("model"))
        with service.holding() as take, service.no_longer_than():
            body = await receive(request, service.settings, take)
            async with asyncio.timeout(service.settings.timeout_s):
                upload = await read_upload(request, body, service.settings)
                if not upload.are_many:
                    digit = await service.classify(model, upload.files[0])
                    return as_json({"digits": [digit.to_dict()]})
                asked = (service.classify(model, file) for file in upload.files)
                answers = await asyncio.gather(*asked, return_exceptions=True)
        return as_json({"digits": [_tell(answer, Digit.to_dict) for answer in answers]})

    async def read(self, request: Request) -> Response:
        """Read each picture as a page."""
        check_query(request, ("model", "field", "page", "line", "overlay", "include"))
        service = self._service
        model = service.models.find(request.query_params.get("model"))
        rules, page = _rules(request.query_params.getlist("field")), _page(request.query_params.get("page"))
        extras = _extras(request.query_params.get("overlay"), request.query_params.get("include"))
        is_line = _is_line(request.query_params.get("line"))
        with service.holding() as take, service.no_longer_than():
            body = await receive(request, service.settings, take)
            async with asyncio.timeout(service.settings.timeout_s):
                upload = await read_upload(request, body, service.settings)
                asked = (self._read(model, file, page, rules, extras, is_line) for file in upload.files)
                if not upload.are_many:
                    return as_json(await next(asked))
                answers = await asyncio.gather(*asked, return_exceptions=True)
        named = zip(upload.names, answers, strict=True)
        return as_json({"readings": [{"name": name} | _tell(answer, dict) for name, answer in named]})

    async def models(self, request: Request) -> Response:
        """List the models on offer, with what is known about each."""
        check_query(request, ())
        models = self._service.models
        described = [_describe(one, is_default=one is models.default) for one in models]
        return as_json({"default": models.default.name, "models": described})

    async def network(self, request: Request) -> Response:
        """Return the weights for the network in the page."""
        check_query(request, ())
        loaded = self._service.models.find(request.path_params["name"]).loaded
        tag = f'"{loaded.folder.info["weights"]["sha256"]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        network = await asyncio.to_thread(lambda: loaded.network)
        return Response(network, media_type="application/octet-stream", headers=headers)

    async def _read(
        self,
        model: Offered,
        data: bytes,
        page: int | None,
        rules: Sequence[Rule],
        extras: Collection[str],
        is_line: bool,
    ) -> dict[str, Any]:
        service, reader = self._service, model.loaded.reader
        answer = await service.pages.run(read_page, reader, data, page, rules, extras, is_line=is_line)
        digits = [digit for line in answer["lines"] for digit in line["digits"]]
        service.metrics.count_digits(model.name, len(digits), sum(digit["refusal"] is not None for digit in digits))
        return answer


def check_query(request: Request, names: Sequence[str]) -> None:
    """Raise ServingError 400 for a parameter that the route does not know, or one given twice that may be once."""
    for name in request.query_params:
        if name not in names:
            known = f"one of {', '.join(names)}" if names else "none"
            raise ServingError(400, f"expected no query parameter but {known}; got {name!r}; leave it out")
        if name != "field" and len(request.query_params.getlist(name)) > 1:
            raise ServingError(400, f"expected {name!r} once in the query, got it several times; leave the others out")


def as_json(value: Mapping[str, Any]) -> Response:
    """Return the answer that holds ``value``."""
    return Response(json.dumps(value, separators=(",", ":")), media_type="application/json")


def _tell(answer: T | BaseException, to_dict: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """Return what one of several files is told: its answer, or its error."""
    if not isinstance(answer, BaseException):
        return to_dict(answer)
    if not isinstance(answer, Exception):
        raise answer
    if not isinstance(answer, DigitsError):
        _log.error("one of several files could not be answered", exc_info=answer)
    return error_dict(as_serving_error(answer))


def _describe(model: Offered, *, is_default: bool) -> dict[str, Any]:
    loaded = model.loaded
    info = loaded.reader.info
    recipe, dataset = info.get("recipe") or {}, info.get("dataset") or {}
    return {
        "name": model.name,
        "default": is_default,
        "sha256": loaded.sha256,
        "precision": info["precision"],
        "recipe": recipe.get("name"),
        "dataset": dataset.get("name"),
        "versions": info.get("versions"),
        "measured": info.get("measured"),
        "confusion_matrix": loaded.confusion_matrix,
        "card": loaded.card,
        "network": f"/v1/models/{model.name}/network",
    }


def _rules(texts: Sequence[str]) -> list[Rule]:
    """Return the rules that ``texts`` name; a closed list stands in the rule, and names no file of this machine.

    Raises:
        FieldError: one that cannot be understood.
        ServingError: too many.
    """
    if len(texts) > MOST_RULES:
        raise ServingError(400, f"expected at most {MOST_RULES} rules as field, got {len(texts)}; leave some out")
    rules: list[Rule] = []
    for text in texts:
        name, _, values = text.partition("=")
        rules.append(OneOf(values.split(",")) if name.strip() == "one-of" else parse_rule(text, one_of="12,34"))
    return rules


def _page(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1):
        raise ServingError(400, "expected page as a whole number from 1 on, got another value; the first is page=1")
    return int(text)


def _is_line(text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise ServingError(400, "expected line=true or line=false, got another value; leave it out for a page")
    return text == "true"


def _extras(overlay: str | None, include: str | None) -> set[str]:
    """Return what the answer holds beside the reading: overlay, frames, picture."""
    if overlay not in (None, "png"):
        raise ServingError(400, "expected overlay=png, got another value; leave it out for no picture")
    asked = set(include.split(",")) if include is not None else set()
    if not asked <= {"frames", "picture"}:
        raise ServingError(400, "expected include as frames, picture or both with a comma; got another value")
    return asked | ({"overlay"} if overlay else set())

"""``/v2``: the Open Inference Protocol, as KServe, Triton and MLServer speak it."""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from digits import ImageError, __version__
from digits.serving.api.bodies import off_loop, receive
from digits.serving.api.tensors import LENGTH_HEADER, describe_outputs, read_question, write_answer
from digits.serving.api.v1 import as_json, check_query
from digits.serving.errors import ServingError
from digits.serving.models import Offered
from digits.serving.service import Service

VERSION = "1"


class V2:
    """The routes under ``/v2``."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def server(self, request: Request) -> Response:
        """Tell what server this is, and which extensions it knows."""
        check_query(request, ())
        return as_json({"name": "digits", "version": __version__, "extensions": ["binary_tensor_data"]})

    async def live(self, request: Request) -> Response:
        """Tell that the server runs."""
        check_query(request, ())
        return as_json({"live": True})

    async def ready(self, request: Request) -> Response:
        """Tell that all models are loaded and warm."""
        check_query(request, ())
        self._require_ready()
        return as_json({"ready": True})

    async def model(self, request: Request) -> Response:
        """Tell what a model takes and gives."""
        check_query(request, ())
        self._find(request)
        frames = {"name": "frames", "datatype": "UINT8", "shape": [-1, 28, 28]}
        return as_json(
            {
                "name": request.path_params["name"],
                "versions": [VERSION],
                "platform": "onnxruntime_onnx",
                "inputs": [frames],
                "outputs": describe_outputs(),
            }
        )

    async def model_ready(self, request: Request) -> Response:
        """Tell that a model is loaded and warm."""
        check_query(request, ())
        self._find(request)
        self._require_ready()
        return as_json({"name": request.path_params["name"], "ready": True})

    async def infer(self, request: Request) -> Response:
        """Classify frames."""
        check_query(request, ())
        service, model = self._service, self._find(request)
        with service.holding() as take, service.no_longer_than():
            body = await receive(request, service.settings, take)
            async with asyncio.timeout(service.settings.timeout_s):
                length = request.headers.get(LENGTH_HEADER)
                question = await off_loop(partial(read_question, body, length), len(body))
                count = len(question.frames)
                if count > service.settings.waiting:
                    most = service.settings.waiting
                    raise ServingError(
                        413, f"expected at most {most} frames, got {count}; send them in several requests"
                    )
                try:
                    predictions = await model.frames.ask(question.frames, count, question.frames.nbytes)
                except ImageError as error:
                    raise ServingError(400, str(error)) from error
        service.metrics.count_digits(model.name, count, 0)
        answer, headers = write_answer(question, predictions, request.path_params["name"])
        return Response(answer, headers=headers)

    def _find(self, request: Request) -> Offered:
        version = request.path_params.get("version", VERSION)
        if version != VERSION:
            raise ServingError(404, f"expected version {VERSION} of a model, got {version!r}; leave the version out")
        return self._service.models.find(request.path_params["name"])

    def _require_ready(self) -> None:
        if not self._service.is_ready:
            raise ServingError(503, "expected a server that is ready, but it stops; ask another", {"Retry-After": "1"})

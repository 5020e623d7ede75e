"""Triton's own client drives the server, as people who know Triton or KServe would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from servers import Server

import digits

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def triton(server: Server) -> Iterator[Any]:
    http = pytest.importorskip("tritonclient.http", reason="needs tritonclient[http]")
    with http.InferenceServerClient(f"{server.host}:{server.port}") as client:
        yield client


def make_input(frames: npt.NDArray[Any], **how: bool) -> Any:
    from tritonclient.http import InferInput

    made = InferInput("frames", list(frames.shape), "UINT8" if frames.dtype == np.uint8 else "FP32")
    made.set_data_from_numpy(frames, **how)
    return made


def test_it_finds_the_server_and_the_model_ready(triton: Any) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready("digits")
    assert triton.is_model_ready("digits", "1")
    assert not triton.is_model_ready("nobody")
    assert triton.get_server_metadata()["name"] == "digits"
    assert triton.get_model_metadata("digits")["inputs"][0]["name"] == "frames"


@pytest.mark.parametrize("how", [{}, {"binary_data": False}])
@pytest.mark.parametrize("compression", [None, "gzip", "deflate"])
def test_its_frames_are_classified_as_the_reader_does(
    triton: Any, reader: digits.Reader, frames: npt.NDArray[np.uint8], how: dict[str, bool], compression: str | None
) -> None:
    result = triton.infer("digits", [make_input(frames, **how)], request_compression_algorithm=compression)
    expected = reader.classify_frames(frames)
    assert result.as_numpy("values").dtype == np.int64
    assert result.as_numpy("values").tolist() == expected.values.tolist()
    assert result.as_numpy("probabilities").dtype == np.float32
    assert np.allclose(result.as_numpy("probabilities"), expected.probabilities, atol=1e-5)
    assert np.allclose(result.as_numpy("confidence"), expected.confidence, atol=1e-5)


@pytest.mark.parametrize("is_binary", [True, False])
def test_it_gets_the_outputs_it_asks_for(triton: Any, frames: npt.NDArray[np.uint8], is_binary: bool) -> None:
    from tritonclient.http import InferRequestedOutput

    floats = (frames[:3] / np.float32(255))[..., np.newaxis]
    wanted = [InferRequestedOutput("values", binary_data=is_binary)]
    result = triton.infer("digits", [make_input(floats)], outputs=wanted, request_id="mine")
    assert result.as_numpy("values").shape == (3,)
    assert result.as_numpy("confidence") is None
    assert result.get_response()["id"] == "mine"


def test_it_is_told_what_is_wrong(triton: Any) -> None:
    from tritonclient.utils import InferenceServerException

    with pytest.raises(InferenceServerException, match="expected one input: name frames"):
        triton.infer("digits", [make_input(np.zeros((1, 14, 14), np.uint8))])

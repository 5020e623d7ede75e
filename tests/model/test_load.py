"""Where this platform's onnxruntime lacks the operators of int8, the model is read in float32."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import Fail
from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as WithoutKernel

import digits
from digits.errors import ModelError
from digits.model import load
from digits.model.folder import open_model

ABSENT = Fail("[ONNXRuntimeError] : 1 : FAIL : com.microsoft:QLinearConv(-1) is not a registered function/op")
WITHOUT_KERNEL = WithoutKernel("[ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : no implementation of QGemm(1)")


@pytest.fixture(params=[ABSENT, WITHOUT_KERNEL], ids=["absent", "without kernel"])
def _without_int8(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """onnxruntime of a platform whose build has no channels-last operators in 8 bits."""
    int8, open_any = open_model().int8, onnxruntime.InferenceSession

    def open_session(model: bytes, *arguments: Any, **options: Any) -> onnxruntime.InferenceSession:
        if model == int8:
            raise request.param
        return open_any(model, *arguments, **options)

    monkeypatch.setattr("digits.reading.recognition.network.classifier.onnxruntime.InferenceSession", open_session)
    load._say_that_int8_is_missing.cache_clear()
    yield
    load._say_that_int8_is_missing.cache_clear()


@pytest.mark.usefixtures("_without_int8")
def test_float32_is_read_instead_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        first, second = digits.load(threads=1), digits.load(threads=1)
    assert [record.message for record in caplog.records] == [
        "onnxruntime on this platform lacks operators of the int8 model; reading in float32, which is slower"
    ]
    assert first.info["precision"] == second.info["precision"] == "float32"
    frames = np.zeros((3, 28, 28), np.uint8)
    frames[:, 4:24, 13:16] = 255
    same = digits.load(threads=1, precision="float32").classify_frames(frames)
    np.testing.assert_array_equal(first.classify_frames(frames).probabilities, same.probabilities)


@pytest.mark.usefixtures("_without_int8")
def test_int8_asked_for_by_name_is_refused_with_the_way_out() -> None:
    with pytest.raises(ModelError, match=r"every operator of the model.*use precision 'float32'"):
        digits.load(precision="int8")


def test_a_damaged_model_is_not_taken_for_a_missing_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise Fail("Protobuf parsing failed")

    monkeypatch.setattr("digits.reading.recognition.network.classifier.onnxruntime.InferenceSession", fail)
    with pytest.raises(ModelError, match="expected an ONNX model"):
        digits.load()

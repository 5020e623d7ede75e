"""The Open Inference Protocol: what KServe, Triton and MLServer would answer, in JSON and in binary tensors."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from servers import Client, changed

import digits
from digits.serving.service import Service

INFER = "/v2/models/digits/infer"
Frames = npt.NDArray[np.uint8]


def ask(data: object, shape: object = (1, 28, 28), datatype: object = "UINT8", **rest: Any) -> dict[str, Any]:
    """Return the body of a request in JSON."""
    return {"inputs": [{"name": "frames", "datatype": datatype, "shape": shape, "data": data}], **rest}


def outputs_of(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {output["name"]: output for output in answer.json()["outputs"]}


@pytest.mark.parametrize("path", ["/v2/health/live", "/v2/health/ready", "/v2/models/digits/ready", "/v2"])
def test_the_server_says_that_it_is_there(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_server_says_that_it_is_not_ready_while_it_stops(client: Client, service: Service) -> None:
    service.is_ready = False
    try:
        answer = client.get("/v2/health/ready")
        assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
        assert client.get("/v2/health/live").status_code == 200
    finally:
        service.is_ready = True


@pytest.mark.parametrize("path", ["/v2/models/digits", "/v2/models/digits/versions/1"])
def test_a_model_says_what_it_takes_and_gives(client: Client, path: str) -> None:
    told = client.get(path).json()
    assert (told["name"], told["versions"]) == ("digits", ["1"])
    assert told["inputs"] == [{"name": "frames", "datatype": "UINT8", "shape": [-1, 28, 28]}]
    assert [(one["name"], one["datatype"], one["shape"]) for one in told["outputs"]] == [
        ("values", "INT64", [-1]),
        ("confidence", "FP32", [-1]),
        ("probabilities", "FP32", [-1, 10]),
    ]


@pytest.mark.parametrize("path", ["/v2/models/nobody", "/v2/models/digits/versions/2", "/v2/models/nobody/ready"])
def test_an_unknown_model_or_version_is_404_with_a_text_as_the_protocol_has_it(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert isinstance(answer.json()["error"], str)


@pytest.mark.parametrize("shape", [[5, 28, 28], [5, 28, 28, 1]])
@pytest.mark.parametrize("is_nested", [True, False])
@pytest.mark.parametrize("datatype", ["UINT8", "FP32"])
def test_frames_in_json_are_classified_as_the_reader_does(
    client: Client, reader: digits.Reader, frames: Frames, shape: list[int], is_nested: bool, datatype: str
) -> None:
    values = frames[:5] if datatype == "UINT8" else frames[:5] / np.float32(255)
    data = values.reshape(shape).tolist() if is_nested else values.ravel().tolist()
    outputs = outputs_of(client.post(INFER, json=ask(data, shape, datatype)))
    expected = reader.classify_frames(values)
    assert outputs["values"] == {"name": "values", "datatype": "INT64", "shape": [5], "data": expected.values.tolist()}
    assert np.allclose(outputs["confidence"]["data"], expected.confidence, atol=1e-5)
    assert outputs["probabilities"]["shape"] == [5, 10]
    assert np.allclose(np.reshape(outputs["probabilities"]["data"], (5, 10)), expected.probabilities, atol=1e-5)


def test_outputs_come_in_the_order_they_are_asked_for_and_the_id_comes_back(client: Client, frames: Frames) -> None:
    asked = ask(frames[0].ravel().tolist(), outputs=[{"name": "confidence"}, {"name": "values"}], id="four")
    answer = client.post(INFER, json=asked).json()
    assert [output["name"] for output in answer["outputs"]] == ["confidence", "values"]
    assert answer["id"] == "four"


def test_tensors_in_binary_go_in_and_come_out(client: Client, reader: digits.Reader, frames: Frames) -> None:
    told = {"name": "frames", "datatype": "UINT8", "shape": [3, 28, 28], "parameters": {"binary_data_size": 3 * 784}}
    outputs = [{"name": "values", "parameters": {"binary_data": False}}, {"name": "probabilities"}]
    head = json.dumps({"inputs": [told], "outputs": outputs, "parameters": {"binary_data_output": True}}).encode()
    headers = {"Inference-Header-Content-Length": str(len(head))}
    answer = client.post(INFER, content=head + frames[:3].tobytes(), headers=headers)
    assert answer.status_code == 200, answer.text
    length = int(answer.headers["inference-header-content-length"])
    values, probabilities = json.loads(answer.content[:length])["outputs"]
    expected = reader.classify_frames(frames[:3])
    assert values["data"] == expected.values.tolist()
    assert probabilities["parameters"] == {"binary_data_size": 120}
    got = np.frombuffer(answer.content[length:], "<f4").reshape(3, 10)
    assert np.allclose(got, expected.probabilities, atol=1e-5)


ZEROS = [0] * 784


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"inputs": []},
        {"inputs": [{}]},
        {"inputs": [7]},
        ask(ZEROS[1:]),
        ask([]),
        ask(None),
        ask("0" * 784),
        ask([0.5] * 784),
        ask([256] * 784),
        ask([-1] * 784),
        ask([10**30] * 784),
        ask(["0"] * 784),
        ask([True] * 784),
        ask([None] * 784),
        ask([[0] * 28] * 27 + [[0] * 27]),
        ask([2.0] * 784, datatype="FP32"),
        ask(ZEROS, shape=[2, 28, 28]),
        ask([], shape=[0, 28, 28]),
        ask(ZEROS, shape=[1, 784]),
        ask(ZEROS, shape=[784]),
        ask(ZEROS, shape=[-1, 28, 28]),
        ask(ZEROS, shape=[True, 28, 28]),
        ask(ZEROS, shape=[1.0, 28, 28]),
        ask(ZEROS, shape="1,28,28"),
        ask(ZEROS, datatype="INT8"),
        ask(ZEROS, datatype=["UINT8"]),
        ask(ZEROS, id=7),
        ask(ZEROS, parameters=[]),
        ask(ZEROS, parameters={"binary_data_output": "yes"}),
        ask(ZEROS, outputs={"name": "values"}),
        ask(ZEROS, outputs=[{"name": "features"}]),
        ask(ZEROS, outputs=[{"name": "values"}, {"name": "values"}]),
        ask(ZEROS, outputs=["values"]),
        ask(ZEROS, outputs=[{"name": "values", "parameters": {"classification": 3}}]),
        {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 28, 28], "data": ZEROS}]},
        {"inputs": [*ask(ZEROS)["inputs"], *ask(ZEROS)["inputs"]]},
    ],
)
def test_what_does_not_fit_the_protocol_is_400_with_a_text(client: Client, body: object) -> None:
    answer = client.post(INFER, json=body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"].startswith("expected ")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_none_are_400(client: Client, number: str) -> None:
    text = json.dumps(ask([0.5] * 784, datatype="FP32")).replace("0.5", number, 1)
    assert client.post(INFER, content=text).status_code == 400


@pytest.mark.parametrize(
    ("size", "extra", "length"),
    [
        (784, -1, None),
        (784, 1, None),
        (783, 0, None),
        (-1, 0, None),
        ("784", 0, None),
        (784, 0, "x"),
        (784, 0, "99999"),
    ],
)
def test_binary_tensors_that_do_not_fit_are_400(client: Client, size: object, extra: int, length: str | None) -> None:
    told = {"name": "frames", "datatype": "UINT8", "shape": [1, 28, 28], "parameters": {"binary_data_size": size}}
    head = json.dumps({"inputs": [told]}).encode()
    headers = {"Inference-Header-Content-Length": length or str(len(head))}
    answer = client.post(INFER, content=head + bytes(784 + extra), headers=headers)
    assert answer.status_code == 400, answer.text


def test_frames_that_the_reader_refuses_are_400(client: Client) -> None:
    answer = client.post(INFER, json=ask([0, 1] * 392))
    assert answer.status_code == 400
    assert "multiply by 255" in answer.json()["error"]


def test_more_frames_than_may_wait_are_413(service: Service, frames: Frames) -> None:
    with changed(service, waiting=2) as client:
        answer = client.post(INFER, json=ask(frames[:3].ravel().tolist(), [3, 28, 28]))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")

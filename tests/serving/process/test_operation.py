"""The server in operation: new models while it runs, documents from many clients, memory, addresses."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from servers import Load, Server

import digits
from digits.model.folder import SHIPPED
from digits.serving.api.examples import seven_png

pytestmark = pytest.mark.slow

Start = Callable[..., Server]


@pytest.mark.parametrize("arguments", [(), ("--workers", 2)])
def test_a_folder_replaced_on_disk_is_taken_up_on_sighup_without_a_lost_request(
    start: Start, seven: bytes, tmp_path: Path, arguments: tuple[object, ...]
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(SHIPPED, folder)
    server = start("--model", f"mine={folder}", *arguments)

    def accuracies() -> set[float]:
        models = (server.get("/v1/models")["models"][0] for _ in range(10))
        return {model["measured"]["test_accuracy"] for model in models}

    (before,) = accuracies()
    text = (folder / "model.json").read_text()
    with Load(server, seven, clients=4) as load:
        load.wait_for(5)
        (folder / "model.json").write_text(text.replace(str(before), "0.5"))
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while accuracies() != {0.5}:
            assert time.monotonic() < deadline
        (folder / "model.onnx").write_bytes(b"damaged")
        server.process.send_signal(signal.SIGHUP)
        load.wait_for(len(load.statuses) + 20)
    assert set(load.statuses) == {200}
    assert load.failures == []
    assert accuracies() == {0.5}
    _, err = server.stop()
    assert "model mine stays as it was: expected" in err


def test_several_models_are_offered_side_by_side(start: Start, seven: bytes, tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "runs" / "first" / "model")
    server = start("--model", tmp_path / "runs" / "first", "--model", f"other={SHIPPED}")
    told = server.get("/v1/models")
    assert (told["default"], [model["name"] for model in told["models"]]) == ("first", ["first", "other"])
    for name in ("first", "other", "digits"):
        assert server.get(f"/v2/models/{name}/ready")["ready"]
    status, body = server.ask("POST", "/v1/classify?model=other", seven)
    assert (status, json.loads(body)["digits"][0]["value"]) == (200, 7)


def test_pdfs_from_many_clients_at_once_are_each_read_right(
    start: Start, reader: digits.Reader, frames: npt.NDArray[np.uint8]
) -> None:
    """PDFium serves one thread at a time: without a lock it crashes, or gives one client another's page."""
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    documents, expected = [], []
    for frame in frames[::17]:
        page, file = Image.fromarray(255 - frame).resize((112, 112)), io.BytesIO()
        page.save(file, "PDF", resolution=150)
        documents.append(file.getvalue())
        expected.append(reader.read(documents[-1]).text)
    assert len(set(expected)) > 3
    server = start(cores=4)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda document: server.ask("POST", "/v1/read", document), documents * 3))
    assert [json.loads(body)["text"] for _, body in answers] == expected * 3


def test_memory_stays_flat_over_many_requests(start: Start) -> None:
    server = start()

    def memory_mb() -> float:
        text = Path(f"/proc/{server.process.pid}/statm").read_text()
        return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    told = {"name": "frames", "datatype": "UINT8", "shape": [1, 28, 28], "parameters": {"binary_data_size": 784}}
    head = json.dumps({"inputs": [told]}).encode()
    headers = {"Inference-Header-Content-Length": str(len(head))}
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60)

    def ask(count: int) -> None:
        for number in range(count):
            connection.request("POST", "/v2/models/digits/infer", head + bytes(784), headers)
            assert connection.getresponse().read().startswith(b'{"model_name"')
            if number % 20 == 0:
                for body in (seven_png(), seven_png()[:99], b"no picture"):
                    connection.request("POST", "/v1/classify", body)
                    assert connection.getresponse().read()

    ask(300)
    before = memory_mb()
    ask(1200)
    connection.close()
    assert memory_mb() - before < 8


def test_a_port_that_is_taken_is_told_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AssertionError, match="give another address with --host, or another port with --port"):
            Server("--port", taken.getsockname()[1])


def test_bound_to_all_addresses_it_says_what_that_means_without_a_token(start: Start) -> None:
    _, err = start("--host", "0.0.0.0").stop()
    assert "whoever reaches port" in err.replace("\n", " ")
    _, err = start("--host", "0.0.0.0", "--token", "secret").stop()
    assert err == ""

"""The server as an operator meets it: it starts, stops, is killed, gets new models and is asked by many."""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from servers import Server

import digits
from digits.model.folder import SHIPPED
from digits.serving.api.examples import seven_png

pytestmark = pytest.mark.slow

Start = Callable[..., Server]


class Load:
    """Clients that ask for digits without a pause until they are told to stop."""

    def __init__(self, server: Server, body: bytes, clients: int = 8) -> None:
        self.statuses: list[int] = []
        self.failures: list[Exception] = []  # of requests that had been sent
        self.refused = 0  # connections that were not made
        self._server = server
        self._body = body
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 60
        while len(self.statuses) < count:
            assert time.monotonic() < deadline, (self.statuses, self.failures)
            time.sleep(0.01)

    def _ask(self) -> None:
        while not self._is_over.is_set():
            try:
                # A connection for each: whether a request on an old one was seen before it was closed, nobody can tell.
                self.statuses.append(self._server.ask("POST", "/v1/classify", self._body)[0])
            except ConnectionRefusedError:
                self.refused += 1
                time.sleep(0.05)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(error)


def workers_of(server: Server) -> list[int]:
    """Return the processes that a supervisor started."""
    path = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    if not path.exists():
        pytest.skip("needs Linux's list of a process's children")
    return [int(pid) for pid in path.read_text().split()]


def metric(server: Server, pattern: str) -> float:
    found = re.search(rf"^{pattern} (\S+)$", server.ask("GET", "/metrics")[1].decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [(), ("--workers", 2)])
def test_a_signal_stops_the_server_in_good_order(start: Start, number: int, arguments: tuple[object, ...]) -> None:
    server = start(*arguments)
    assert server.get("/v2/health/ready") == {"ready": True}
    began = time.monotonic()
    status, err = server.stop(number)
    assert (status, err) == (0, "")
    assert time.monotonic() - began < 5


def test_it_is_ready_within_a_second_and_a_half_of_processor_time(start: Start) -> None:
    """On a quiet machine that is the time of the clock; a busy one may take twice as much for the same."""
    spent = []
    for _ in range(3):
        server = start()
        fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
        spent.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
        assert server.get("/v2/health/ready") == {"ready": True}
        server.stop()
    assert min(spent) < 1.5


@pytest.mark.parametrize("arguments", [(), ("--workers", 2)])
def test_told_to_stop_under_load_it_answers_what_it_has_taken(
    start: Start, seven: bytes, arguments: tuple[object, ...]
) -> None:
    server = start(*arguments)
    with Load(server, seven) as load:
        load.wait_for(20)
        began = time.monotonic()
        status, _ = server.stop()
        assert time.monotonic() - began < 5
    assert status == 0
    assert set(load.statuses) == {200}
    # What stood in the system's queue of connections was never taken, and is reset.
    assert all(isinstance(failure, ConnectionResetError) for failure in load.failures)
    assert len(load.failures) <= 8


def test_a_request_on_its_way_when_the_server_stops_is_answered(start: Start, photo: bytes) -> None:
    server = start()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.ask, "POST", "/v1/read", photo)
        while not metric(server, r'digits_queue_length\{queue="pages"\}'):
            assert not asked.done()
            time.sleep(0.005)
        assert server.stop()[0] == 0
        status, body = asked.result()
    assert (status, json.loads(body)["text"][:4]) == (200, "3141")


def test_pages_that_take_too_long_do_not_keep_it_from_stopping(start: Start) -> None:
    server = start("--timeout", 60)
    page, file = Image.effect_noise((2400, 2400), 120), io.BytesIO()
    page.save(file, "PNG")
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(server.ask, "POST", "/v1/read", file.getvalue()) for _ in range(6)]
        while metric(server, r'digits_queue_length\{queue="pages"\}') < 6:
            time.sleep(0.02)
        began = time.monotonic()
        assert server.stop()[0] == 0
        assert time.monotonic() - began < 5
        for one in asked:
            assert isinstance(one.exception(), ConnectionResetError) or one.result()[0] in (200, 503)


def test_a_worker_that_is_killed_is_replaced_and_only_its_requests_are_lost(start: Start, seven: bytes) -> None:
    server = start("--workers", 2)
    before = workers_of(server)
    assert len(before) == 2
    with Load(server, seven) as load:
        load.wait_for(20)
        os.kill(before[0], signal.SIGKILL)
        load.wait_for(len(load.statuses) + 20)
        deadline = time.monotonic() + 30
        while len(set(workers_of(server)) - set(before)) == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        load.wait_for(len(load.statuses) + 20)
    assert set(load.statuses) == {200}
    assert load.refused == 0
    assert len(load.failures) <= 8
    assert metric(server, r'digits_requests_total\{method="POST",route="/v1/classify",status="200"\}') >= 60
    status, err = server.stop()
    assert status == 0
    assert "another takes its place" in err


def test_workers_stop_when_their_supervisor_is_killed(start: Start) -> None:
    server = start("--workers", 2)
    workers = workers_of(server)
    server.process.kill()
    server.process.communicate()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_workers_that_cannot_start_are_not_started_for_ever(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="expected"):
        Server("--workers", 2, "--model", tmp_path / "nothing")


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

    ask(400)
    before = memory_mb()
    ask(2000)
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

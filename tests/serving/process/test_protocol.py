"""Clients that are slow, leave, or speak no HTTP, against a server in a process of its own."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from servers import Server

pytestmark = pytest.mark.slow

HEAD = b"POST /v1/classify HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BOUND_S = 0.6


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that waits a moment for a request, takes short ones, and few connections."""
    one = Server(receive_s=BOUND_S, max_bytes=500_000, max_connections=50)
    yield one
    one.stop()


def everything(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def one_answer(connection: socket.socket) -> bytes:
    """Return what comes until the end of one answer of known length."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(1)
    length = re.search(rb"content-length: (\d+)", answer)
    assert length
    return answer + connection.recv(int(length[1]), socket.MSG_WAITALL)


def status_of(answer: bytes) -> int:
    """Return the status of an answer, which has the headers that all have."""
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    assert found, answer
    assert b"content-security-policy: default-src 'self'" in answer
    assert b'"error"' in answer or found[1] in (b"200", b"204", b"304")
    return int(found[1])


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"POST /v1/class",
        HEAD,
        HEAD + b"Content-Length: 1000\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
    ids=["nothing", "half a line", "half a head", "no body", "half a chunk"],
)
def test_a_client_that_stops_sending_is_told_so_in_time(server: Server, beginning: bytes) -> None:
    began = time.monotonic()
    with server.connect() as connection:
        connection.sendall(beginning)
        answer = everything(connection)
    assert status_of(answer) == 408
    assert BOUND_S * 0.9 <= time.monotonic() - began < BOUND_S + 3


def test_a_client_that_sends_a_byte_now_and_then_has_no_longer(server: Server) -> None:
    """The deadline is absolute: a timer that each byte starts anew would never end."""
    began = time.monotonic()
    with server.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        try:
            while time.monotonic() - began < BOUND_S + 3:
                connection.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - began < BOUND_S + 2


def test_an_idle_connection_between_two_requests_is_no_slow_client(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client:
        assert client.get("/v2/health/live").status_code == 200
        time.sleep(BOUND_S + 0.3)
        assert client.get("/v2/health/live").status_code == 200


def test_a_client_that_takes_no_answer_does_not_hold_its_connection(server: Server) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        connection.connect((server.host, server.port))
        request = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        connection.sendall(request * 400)  # answers of 20 kB each, more than the system keeps
        time.sleep(BOUND_S + 1.5)
        assert not everything(connection).endswith(b"}" * 8)
    assert httpx.get(f"{server.url}/v2/health/live").status_code == 200


@pytest.mark.parametrize("sent", [HEAD, HEAD + b"Content-Length: 1000\r\n\r\nabc"])
def test_a_client_that_closes_its_half_in_mid_request_is_let_go_at_once(server: Server, sent: bytes) -> None:
    began = time.monotonic()
    with server.connect() as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        everything(connection)
    assert time.monotonic() - began < BOUND_S


def test_clients_that_leave_in_mid_request_leave_nothing_behind(server: Server, photo: bytes) -> None:
    body = b"POST /v1/read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(photo) + photo
    for _ in range(40):  # the first page is read, the others give their places back
        with server.connect() as connection:
            connection.sendall(body)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        told = httpx.get(f"{server.url}/metrics").text
        waiting = re.search(r'^digits_queue_length\{queue="pages"\} (\S+)$', told, re.MULTILINE)
        if waiting and float(waiting[1]) == 0:
            break
        time.sleep(0.1)
    else:
        pytest.fail("pages that nobody waits for are still held")
    read = re.search(r'^digits_read_total\{model="digits"\} (\S+)$', told, re.MULTILINE)
    assert read is None or float(read[1]) < 20 * 22  # 22 digits on each of 40 pages


def test_more_connections_than_allowed_are_refused_and_the_others_work(server: Server) -> None:
    held = [server.connect() for _ in range(50)]
    time.sleep(0.1)
    with server.connect() as one_more:
        assert status_of(everything(one_more)) == 503
    for connection in held:
        connection.close()
    time.sleep(0.1)
    assert httpx.get(f"{server.url}/v2/health/live").status_code == 200


@pytest.mark.parametrize(
    "request_text",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\n Host: 127.0.0.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /v1/classify HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
    ],
)
def test_what_is_no_http_or_two_requests_in_one_is_400(server: Server, request_text: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(request_text)
        answer = everything(connection)
    assert status_of(answer) == 400
    assert answer.count(b"HTTP/1.1 400") == 1


def test_a_header_cannot_be_smuggled_into_an_answer(server: Server) -> None:
    paths = (b"/%0d%0aX-Evil:%201", b"/v2/models/a%0d%0aX-Evil:%201", b"/page/%0aX-Evil:1", b"/?a=%0d%0aX-Evil:1")
    for path in paths:
        with server.connect() as connection:
            connection.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            head = everything(connection).partition(b"\r\n\r\n")[0]
        assert b"x-evil" not in head.lower(), head


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_head_without_end_is_431(server: Server, is_whole: bool) -> None:
    head = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"".join(b"x-%d: %s\r\n" % (i, b"a" * 1000) for i in range(60))
    with server.connect() as connection:
        connection.sendall(head + (b"\r\n" if is_whole else b"x-more: "))
        assert status_of(everything(connection)) == 431


def test_an_absolute_target_cannot_get_around_the_host(server: Server) -> None:
    for host, expected in ((b"evil.example", 421), (b"127.0.0.1", 200)):
        with server.connect() as connection:
            connection.sendall(b"GET http://127.0.0.1/v2 HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
            assert status_of(everything(connection)) == expected


def test_a_body_is_refused_before_it_is_sent(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 500001\r\nExpect: 100-continue\r\n\r\n")
        assert status_of(one_answer(connection)) == 413


def test_a_body_without_length_is_refused_once_it_is_too_long(server: Server) -> None:
    chunk = b"%x\r\n" % 50_000 + bytes(50_000) + b"\r\n"
    with server.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11)
        assert status_of(one_answer(connection)) == 413


def test_requests_in_a_row_on_one_connection_are_answered_in_order(server: Server) -> None:
    with server.connect() as connection:
        first = b"GET /v2/health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        last = b"GET /v2 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        connection.sendall(first * 3 + last)
        answer = everything(connection)
    assert answer.count(b'{"live":true}') == 3
    assert answer.endswith(b'"extensions":["binary_tensor_data"]}')


def test_a_websocket_is_answered_as_an_ordinary_request(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /v2 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert status_of(one_answer(connection)) == 200

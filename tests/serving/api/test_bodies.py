"""What is sent instead of a picture is refused with its status, within bounds, and with a sentence of three parts."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from servers import Client, changed

from digits.serving.service import Service


def error_of(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["status"] == answer.status_code
    assert error["message"].count(";") >= 1 or ", " in error["message"]
    assert error["message"].startswith("expected ")
    return error["status"], error["code"]


def test_an_empty_body_is_malformed(client: Client) -> None:
    assert error_of(client.post("/v1/classify")) == (400, "malformed")


@pytest.mark.parametrize(
    "data", [b"hello", b"<svg/>", b"%!PS-Adobe-3.0 EPSF", b"\x00\x00\x02\x00" + bytes(14), b"P6 1 1 255 abc"]
)
def test_what_is_no_picture_of_a_named_format_is_415(client: Client, data: bytes) -> None:
    """Among them TGA, PPM and EPS, which Pillow would decode."""
    for route in ("/v1/classify", "/v1/read"):
        assert error_of(client.post(route, content=data)) == (415, "not_an_image")


def test_a_format_that_pillow_would_decode_under_another_name_is_not(client: Client) -> None:
    """Begins as a PNG, goes on as something else: no other decoder gets it."""
    data = b"\x89PNG\r\n\x1a\n" + bytes(100)
    assert error_of(client.post("/v1/classify", content=data)) == (422, "unreadable_image")


@pytest.mark.parametrize("route", ["/v1/classify", "/v1/read"])
def test_a_truncated_picture_is_422(client: Client, seven: bytes, route: str) -> None:
    assert error_of(client.post(route, content=seven[: len(seven) // 2])) == (422, "unreadable_image")


@pytest.mark.parametrize("route", ["/v1/classify", "/v1/read"])
def test_a_picture_over_the_pixel_limit_is_422_before_it_is_decoded(client: Client, route: str) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 30_000, 29_000, 8, 0, 0, 0, 0)  # 870 million pixels
    rest = chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rest
    assert error_of(client.post(route, content=bomb)) == (422, "unreadable_image")


def test_a_body_that_is_too_long_is_refused_by_its_length(service: Service) -> None:
    with changed(service, max_bytes=1000) as client:
        assert error_of(client.post("/v1/read", content=bytes(1001))) == (413, "too_large")


def test_a_body_without_a_length_is_refused_once_it_is_too_long(service: Service) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 600
            yield bytes(600)

    with changed(service, max_bytes=1000) as client:
        assert error_of(client.post("/v1/read", content=chunks())) == (413, "too_large")
    assert sent <= 1800


@pytest.mark.parametrize("length", ["-1", "x", "1_0", "9" * 30, "١"])
def test_a_length_that_is_no_number_or_too_large_is_refused(client: Client, length: str) -> None:
    answer = client.post("/v1/read", content=b"x", headers={"content-length": length.encode("utf-8")})
    assert error_of(answer)[0] in (400, 413)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b'{"image": 7}', b'{"image": "seven.png"}', b"[" * 100_000, b"\xff"]
)
def test_json_without_a_data_url_is_malformed(client: Client, body: bytes) -> None:
    answer = client.post("/v1/classify", content=body, headers={"content-type": "application/json"})
    assert error_of(answer) == (400, "malformed")


@pytest.mark.parametrize("url", ["data:image/png;base64,!!!", "data:image/png;base64,", "data:image/png;base64"])
def test_a_data_url_that_is_damaged_is_malformed(client: Client, url: str) -> None:
    assert error_of(client.post("/v1/classify", json={"image": url})) == (400, "malformed")


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("multipart/form-data; boundary=" + "x" * 300, b""),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nabc\r\n--x--\r\n'),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"a: b\r\n" * 50 + b"\r\n--x--\r\n"),
    ],
)
def test_a_form_that_is_malformed_or_holds_no_file_is_400(client: Client, header: str, body: bytes) -> None:
    assert error_of(client.post("/v1/classify", content=body, headers={"content-type": header})) == (400, "malformed")


def test_a_form_holds_a_bounded_number_of_files(client: Client, service: Service) -> None:
    files = [("file", (f"{number}.png", b"x")) for number in range(service.settings.max_files + 1)]
    assert error_of(client.post("/v1/classify", files=files)) == (413, "too_large")


def test_a_packed_body_is_unpacked_within_the_bound(service: Service, seven: bytes) -> None:
    with changed(service, max_bytes=50_000) as client:
        for encoding, packed in (("gzip", gzip.compress(seven)), ("deflate", zlib.compress(seven))):
            answer = client.post("/v1/classify", content=packed, headers={"content-encoding": encoding})
            assert answer.json()["digits"][0]["value"] == 7
        bomb = gzip.compress(bytes(10_000_000))
        assert error_of(client.post("/v1/classify", content=bomb, headers={"content-encoding": "gzip"}))[0] == 413
        for damaged in (seven, gzip.compress(seven)[:-20]):
            answer = client.post("/v1/classify", content=damaged, headers={"content-encoding": "gzip"})
            assert error_of(answer)[0] == 400
        assert error_of(client.post("/v1/classify", content=seven, headers={"content-encoding": "br"}))[0] == 415


def test_requests_that_hold_too_much_together_are_told_to_wait(service: Service, seven: bytes) -> None:
    with changed(service, held_bytes=len(seven) - 1) as client:
        answer = client.post("/v1/classify", content=seven)
    assert error_of(answer) == (429, "busy")
    assert answer.headers["retry-after"] == "1"
    with changed(service, held_bytes=len(seven)) as client:  # nothing is held any more
        assert client.post("/v1/classify", content=seven).status_code == 200

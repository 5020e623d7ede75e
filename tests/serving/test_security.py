"""Who may ask, and what every answer says to a browser."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from servers import Client, changed

from digits.serving.errors import ServingError
from digits.serving.security import Hosts
from digits.serving.service import Service
from digits.serving.settings import Settings

ALL_PATHS = [
    "/",
    "/docs",
    "/openapi.json",
    "/metrics",
    "/v1/models",
    "/v2",
    "/v2/health/ready",
    "/nope",
    "/page/nope.js",
]


def headers_of(answer: httpx.Response) -> None:
    """Check what every answer must have."""
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ALL_PATHS)
def test_every_answer_has_the_headers(client: Client, path: str) -> None:
    headers_of(client.get(path))


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.org", "192.168.0.7", "localhost.evil"]
)
@pytest.mark.parametrize("path", ["/", "/v1/models", "/v2/health/live", "/nope"])
def test_a_host_that_the_server_is_not_bound_to_is_421_before_any_route(client: Client, host: str, path: str) -> None:
    answer = client.get(path, headers={"host": host})
    assert answer.status_code == 421
    headers_of(answer)


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1:x", "a b", "127.0.0.1/", "a@127.0.0.1", "127.0.0.1:123456", "é", "[::1"]
)
def test_a_host_that_is_none_is_400(client: Client, host: str) -> None:
    assert client.get("/", headers={"host": host.encode("utf-8")}).status_code == 400


def test_two_hosts_are_400(client: Client) -> None:
    answer = client.get("/v1/models", headers=[("host", "127.0.0.1"), ("host", "127.0.0.1")])
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:80", "localhost:9000", "LOCALHOST", "[::1]:8000", "localhost."]
)
def test_the_names_of_loopback_are_let_in_on_any_port(client: Client, host: str) -> None:
    assert client.get("/v1/models", headers={"host": host}).status_code == 200


def may_ask(name: str, **settings: Any) -> bool:
    try:
        Hosts(Settings(**settings)).check([name.encode()])
    except ServingError:
        return False
    return True


def test_bound_to_all_addresses_any_address_is_let_in_and_no_name() -> None:
    assert may_ask("192.168.0.7:8000", host="0.0.0.0")
    assert may_ask("[fe80::1]:8000", host="::")
    assert not may_ask("evil.example", host="0.0.0.0")


def test_bound_to_one_address_only_that_one_is_let_in() -> None:
    assert may_ask("192.168.0.7", host="192.168.0.7")
    assert not may_ask("192.168.0.8", host="192.168.0.7")
    assert not may_ask("localhost", host="192.168.0.7")


def test_another_name_may_be_allowed() -> None:
    assert may_ask("digits.example", allow_hosts=("digits.example",))


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "file://", "http://127.0.0.1.evil"]
)
def test_a_page_of_another_origin_may_neither_send_nor_see(client: Client, seven: bytes, origin: str) -> None:
    answer = client.post("/v1/classify", content=seven, headers={"origin": origin})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_origin")
    assert "access-control-allow-origin" not in answer.headers
    headers_of(answer)


def test_the_servers_own_page_may_send(client: Client, seven: bytes) -> None:
    own = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert client.post("/v1/classify", content=seven, headers=own).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_embeds_is_refused_and_its_links_lead_to_the_page(client: Client, site: str) -> None:
    embedded = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert client.get("/v1/models", headers=embedded).status_code == 403
    link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert client.get("/docs", headers=link).status_code == 200
    assert client.post("/v1/classify", headers=link).status_code == 403
    framed = link | {"sec-fetch-dest": "iframe"}
    assert client.get("/docs", headers=framed).status_code == 403


def test_an_origin_that_is_allowed_may_ask_and_no_other(service: Service, seven: bytes) -> None:
    page = "https://page.example"
    with changed(service, allow_origins=(page,)) as client:
        from_page = {"origin": page, "sec-fetch-site": "cross-site"}
        preflight = client.request(
            "OPTIONS", "/v1/classify", headers=from_page | {"access-control-request-method": "POST"}
        )
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == page
        assert "content-type" in preflight.headers["access-control-allow-headers"]
        answer = client.post("/v1/classify", content=seven, headers=from_page)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, page)
        assert client.post("/v1/classify", content=seven, headers={"origin": "https://else.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/v1/models", "/v2", "/v2/models/digits", "/metrics"])
def test_without_the_token_nothing_is_told(service: Service, path: str) -> None:
    with changed(service, token="secret") as client:
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"authorization": "secret"},
            {"authorization": "Basic secret"},
        ):
            answer = client.get(path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        assert client.get(path, headers={"authorization": "Bearer secret"}).status_code == 200


@pytest.mark.parametrize("path", ["//v1/models", "/v1/../v1/models", "/V1/models", "/v1%2fmodels", "/x/../v1/models"])
def test_no_other_way_to_write_a_path_leads_around_the_token(service: Service, path: str) -> None:
    with changed(service, token="secret") as client:
        assert client.get(path).status_code in (401, 404)


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/v2/health/live", "/v2/health/ready"])
def test_the_page_and_health_need_no_token(service: Service, path: str) -> None:
    with changed(service, token="secret") as client:
        assert client.get(path).status_code == 200


def test_a_fault_of_the_server_says_nothing_about_itself(
    client: Client, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_name: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(service.models, "find", fail)
    answer = client.post("/v1/classify", content=b"x")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert "secret" not in answer.text
    headers_of(answer)

"""What a browser and Prometheus ask for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from servers import Client

from digits.serving.api import site
from digits.serving.api.site import load_files
from digits.serving.service import Service


@pytest.fixture
def with_page(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A client of a server whose page is these few files."""
    folder = tmp_path / "page"
    (folder / "lib").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>digits</title>")
    (folder / "lib" / "app.js").write_text("export {};")
    (folder / "font.woff2").write_bytes(b"font")
    (folder / ".hidden").write_text("no")
    (tmp_path / "secret.txt").write_text("no")
    monkeypatch.setattr(site, "PAGE", folder)
    return Client(service)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/page/index.html", "text/html; charset=utf-8"),
        ("/page/lib/app.js", "text/javascript; charset=utf-8"),
        ("/page/font.woff2", "font/woff2"),
        ("/static/docs.css", "text/css; charset=utf-8"),
    ],
)
def test_files_come_with_their_type(with_page: Client, path: str, kind: str) -> None:
    answer = with_page.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    head = with_page.request("HEAD", path)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(answer.content)))


def test_a_copy_that_still_holds_is_not_sent_again(with_page: Client) -> None:
    first = with_page.get("/page/lib/app.js")
    assert first.headers["cache-control"] == "no-cache"
    again = with_page.get("/page/lib/app.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert with_page.get("/page/lib/app.js", headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/page/../secret.txt",
        "/page/%2e%2e/secret.txt",
        "/page/..%2fsecret.txt",
        "/page/lib/../../secret.txt",
        "/page//etc/passwd",
        "/page/%2fetc/passwd",
        "/page/lib/app.js%00.png",
        "/page/.hidden",
        "/page/",
        "/page/lib",
        "/static/../settings.py",
        "/static/..\\settings.py",
    ],
)
def test_nothing_outside_the_folder_is_there(with_page: Client, path: str) -> None:
    assert with_page.get(path).status_code == 404


def test_no_source_file_is_given_out() -> None:
    assert not [name for name in load_files(site.PAGE) if name.endswith(".py")]


def test_the_documentation_shows_every_route_and_asks_no_other_host(client: Client) -> None:
    answer = client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    for path in json.loads(client.get("/openapi.json").content)["paths"]:
        assert f"<code>{path}</code>" in answer.text
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    for link in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        assert link.startswith("/")
        assert client.get(link).status_code in (200, 307)


def test_the_numbers_tell_requests_digits_batches_and_the_model(client: Client, seven: bytes) -> None:
    def number(name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    asked = 'digits_requests_total{method="POST",route="/v1/classify",status="200"}'
    names = (asked, 'digits_read_total{model="digits"}', 'digits_batch_size_count{queue="classify"}')
    before = [number(name) for name in names]
    client.post("/v1/classify", content=seven)
    assert [number(name) for name in names] == [count + 1 for count in before]
    sha256 = client.get("/v1/models").json()["models"][0]["sha256"]
    assert number(f'digits_model_info{{model="digits",sha256="{sha256}"}}') == 1
    assert number('digits_request_seconds_count{route="/v1/classify"}') >= 1
    refused = number('digits_refused_total{model="digits"}')
    blank = bytes.fromhex("474946383961010001008000000000000000002c00000000010001000002024c01003b")
    assert client.post("/v1/classify", content=blank).json()["digits"][0]["refusal"]
    assert number('digits_refused_total{model="digits"}') == refused + 1


def test_numbers_of_unknown_paths_do_not_grow_without_end(client: Client) -> None:
    for number in range(5):
        client.get(f"/nothing/{number}")
    told = client.get("/metrics").text
    assert 'route="other",status="404"' in told
    assert "/nothing/" not in told

"""The OpenAPI document is true: its examples work, and what schemathesis makes of it is answered as it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers import Client, Server


def document(client: Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/openapi.json").json()
    return told


def test_every_route_of_the_api_is_in_it_with_its_answers(client: Client) -> None:
    told = document(client)
    assert told["openapi"].startswith("3.1")
    paths = told["paths"]
    assert {"/v1/read", "/v1/classify", "/v1/models", "/v2", "/v2/models/{name}/infer", "/metrics"} <= paths.keys()
    for statuses in (paths[path]["post"]["responses"].keys() for path in ("/v1/read", "/v1/classify")):
        assert {"200", "400", "401", "404", "413", "415", "422", "429", "504"} <= statuses


def test_every_example_works(client: Client) -> None:
    tried = 0
    for path, methods in document(client)["paths"].items():
        for method, operation in methods.items():
            for kind, media in operation.get("requestBody", {}).get("content", {}).items():
                if "example" in media:
                    place = path.replace("{name}", "digits").replace("{version}", "1")
                    answer = client.request(method.upper(), place, json=media["example"])
                    assert (answer.status_code, kind) == (200, "application/json"), answer.text
                    tried += 1
    assert tried == 4


@pytest.mark.slow
def test_schemathesis_finds_no_answer_that_the_document_does_not_tell(server: Server, tmp_path: Path) -> None:
    """Every check but one: a schema can say neither that bytes are a picture nor that numbers fit their shape."""
    pytest.importorskip("schemathesis", reason="needs schemathesis")
    command = [Path(sys.executable).with_name("st"), "run", f"{server.url}/openapi.json", "--max-examples", "8"]
    options = ["--exclude-checks", "positive_data_acceptance", "--generation-deterministic", "--continue-on-failure"]
    done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout
    assert " 0 selected" not in done.stdout

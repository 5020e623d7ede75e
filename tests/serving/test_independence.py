"""The server runs where nothing of the training side can be imported, and says what it lacks itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from shell import call

HEAVY = ("keras", "tensorflow", "matplotlib", "pandas", "scipy", "sklearn", "seaborn", "mlxtend", "onnx")

SERVING = f"""
import sys
for name in {HEAVY!r}:
    sys.modules[name] = None  # importing it now raises ImportError
import asyncio, httpx
from digits.serving.app import make_app
from digits.serving.service import Service
from digits.serving.settings import Settings

async def main():
    transport = httpx.ASGITransport(app=make_app(Service(Settings())))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        document = (await client.get("/openapi.json")).json()
        content = document["paths"]["/v1/read"]["post"]["requestBody"]["content"]
        answer = await client.post("/v1/read", json=content["application/json"]["example"])
        assert answer.json()["text"] == "7", answer.text
        assert (await client.get("/docs")).status_code == 200

asyncio.run(main())
"""


@pytest.mark.slow
def test_a_server_needs_none_of_the_heavy_packages() -> None:
    done = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "uvicorn" else found(name))
    done = call("serve")
    assert done.returncode == 1
    assert b"expected uvicorn for digits serve" in done.stderr
    assert b"pip install '.[serve]'" in done.stderr


@pytest.mark.parametrize("model", ["b d=runs", "=runs", "a/b=runs", ".=runs"])
def test_a_model_needs_a_name_that_fits_into_an_address(model: str) -> None:
    done = call("serve", "--model", model)
    assert done.returncode == 2
    assert b"expected a model's name" in done.stderr


def test_two_models_of_one_name_are_wrong_usage(tmp_path: Path) -> None:
    done = call("serve", "--model", f"a={tmp_path}", "--model", f"a={tmp_path}")
    assert done.returncode == 2
    assert b"'a' twice" in done.stderr


def test_a_folder_without_a_model_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = call("serve", "--port", 0, "--model", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: expected")

"""The OpenAPI document goes in, a page for people comes out: plain HTML, without a script and without other hosts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_LONGEST_EXAMPLE = 600


def render(document: Mapping[str, Any]) -> str:
    """Return the page."""
    told = "".join(_operations(document))
    title = f"{document['info']['title']} {document['info']['version']}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/static/docs.css"></head><body><main>'
        f"<h1>{escape(title)}</h1><p>{escape(document['info']['description'])}</p>"
        '<p><a href="/">The page</a> · <a href="/openapi.json">OpenAPI document</a> for tools</p>'
        f"{told}{_schemas(document['components']['schemas'])}</main></body></html>"
    )


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f'<section><h2><span class="method">{method.upper()}</span> <code>{escape(path)}</code></h2>'
            yield f"<p>{escape(operation.get('description') or operation['summary'])}</p>"
            yield _table("Parameters", [_parameter(one) for one in operation.get("parameters", ())])
            body = operation.get("requestBody", {}).get("content", {})
            yield _table("Body", [(kind, _example(media)) for kind, media in body.items()])
            yield _curl(path, method, body)
            yield _table(
                "Answers", [(status, escape(one["description"])) for status, one in operation["responses"].items()]
            )
            yield "</section>"


def _parameter(one: Mapping[str, Any]) -> tuple[str, str]:
    return f"{one['name']} ({one['in']})", escape(one.get("description", ""))


def _example(media: Mapping[str, Any]) -> str:
    if "example" not in media:
        return "the bytes as they are" if media["schema"].get("format") == "binary" else "one or many files"
    text = json.dumps(media["example"])
    shown = text if len(text) <= _LONGEST_EXAMPLE else text[:_LONGEST_EXAMPLE] + "…"
    return f"<pre>{escape(shown)}</pre>"


def _curl(path: str, method: str, body: Mapping[str, Any]) -> str:
    if "image/png" in body:
        command = f"curl --data-binary @seven.png http://127.0.0.1:8000{path}"
    elif method == "get":
        command = f"curl http://127.0.0.1:8000{path}"
    else:
        return ""
    return f"<pre>{escape(command)}</pre>"


def _schemas(schemas: Mapping[str, Any]) -> str:
    shown = (f"<h3>{escape(name)}</h3><pre>{escape(json.dumps(one, indent=1))}</pre>" for name, one in schemas.items())
    return f"<section><h2>Schemas</h2>{''.join(shown)}</section>"


def _table(caption: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    body = "".join(f"<tr><th scope=row><code>{escape(name)}</code></th><td>{told}</td></tr>" for name, told in rows)
    return f"<table><caption>{caption}</caption>{body}</table>"

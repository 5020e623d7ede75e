"""What outsiders import is in ``digits`` itself, with all that its signatures mention."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import inspect
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import digits
import digits.batch

ROOT = Path(__file__).parents[2]
PUBLIC = {name: getattr(digits, name) for name in digits.__all__}
# For those who bring an engine of their own; what its signatures mention is here, or in ``digits`` itself.
BATCH = {name: getattr(digits.batch, name) for name in digits.batch.__all__}
MADE_BY_DIGITS = {"Reader"}  # nobody else calls their constructors


def annotations_of(name: str, value: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield where each annotation stands, its text, and the names known there."""
    if inspect.isfunction(value):
        for parameter, text in value.__annotations__.items():
            yield f"{name}({parameter})", text, value.__globals__
    if not inspect.isclass(value):
        return
    known = vars(sys.modules[value.__module__])
    for field in dataclasses.fields(value) if dataclasses.is_dataclass(value) else ():
        yield f"{name}.{field.name}", str(field.type), known
    for attribute, member in vars(value).items():
        function = getattr(member, "__func__", getattr(member, "fget", getattr(member, "func", member)))
        is_made = attribute == "__init__" and name not in MADE_BY_DIGITS and not dataclasses.is_dataclass(value)
        is_used = is_made or not attribute.startswith("_")
        if is_used and inspect.isfunction(function) and function.__module__.startswith("digits"):
            yield from annotations_of(f"{name}.{attribute}", function)


def is_ours(value: Any) -> bool:
    """Tell whether a type is a class of this package, or made of one."""
    if inspect.isclass(value) and not typing.get_args(value):
        return value.__module__.partition(".")[0] == "digits"
    return any(is_ours(part) for part in typing.get_args(value))


def missing_from(public: dict[str, Any]) -> list[str]:
    """Return the types of this package that a public signature mentions and that are not public."""
    missing = []
    for name, value in public.items():
        for where, text, known in annotations_of(name, value):
            for node in ast.walk(ast.parse(text)):
                if not isinstance(node, ast.Name) or hasattr(builtins, node.id):
                    continue
                mentioned = known[node.id]
                assert not isinstance(mentioned, str), f"{where}: {node.id} is a text, no type"
                if is_ours(mentioned) and public.get(node.id) is not mentioned:
                    missing.append(f"{where}: {node.id}")
    return missing


def test_all_that_a_public_signature_mentions_is_public() -> None:
    assert missing_from(PUBLIC) == []
    assert missing_from(PUBLIC | BATCH) == []


@pytest.mark.parametrize("name", ["Steps", "Doubt", "ImageSource", "FrameSource", "FieldValue", "Rule", "Box"])
def test_a_name_that_were_not_public_would_be_noticed(name: str) -> None:
    rest = {key: value for key, value in PUBLIC.items() if key != name}
    assert missing_from(rest)


def _is_error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Exception)


def test_every_error_that_is_raised_on_purpose_is_public() -> None:
    errors = [value for value in vars(digits.errors).values() if _is_error(value)]
    assert len(errors) >= 8
    assert [error.__name__ for error in errors if PUBLIC.get(error.__name__) is not error] == []


def test_a_tool_that_looks_up_types_understands_the_public_ones() -> None:
    def mine(source: digits.ImageSource, frames: digits.FrameSource) -> digits.Reading: ...

    hints = typing.get_type_hints(mine)
    assert bytes in typing.get_args(hints["source"])
    assert hints["return"] is digits.Reading


def test_importing_digits_imports_nothing_heavy() -> None:
    code = "import sys, digits; dir(digits); assert not {'numpy', 'cv2', 'PIL', 'onnxruntime'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_frame_of_a_picture_is_what_the_network_sees(reader: digits.Reader) -> None:
    frame = digits.frame(ROOT / "docs" / "pictures" / "seven.png")
    assert (str(frame.dtype), frame.shape) == ("uint8", (28, 28))
    assert reader.classify_frames(frame[None]).values.tolist() == [7]

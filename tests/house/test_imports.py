"""Imports only point down from room to room, and in a room they lead nowhere in a circle."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src"


def imports_of(folder: Path) -> dict[str, set[str]]:
    """Return which of the modules below ``folder`` each of them imports: anywhere in it, and for types alone, too."""
    paths = {_module(path.relative_to(folder)): path for path in folder.rglob("*.py")}
    imports: dict[str, set[str]] = {}
    for module, path in paths.items():
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{path}: relative imports have no place here"
                whole = [f"{node.module}.{alias.name}" for alias in node.names]
                named |= {name if name in paths else str(node.module) for name in whole}
        imports[module] = named & paths.keys()
    return imports


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def circle_in(imports: dict[str, set[str]]) -> list[str] | None:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


def test_no_imports_go_in_a_circle() -> None:
    imports = imports_of(SOURCES)
    assert len(imports) > 100
    assert circle_in(imports) is None


@pytest.mark.parametrize(
    "back",
    ["from room.a import A", "import room.a", "from room import a", "if TYPE_CHECKING:\n    from room.a import A",
     "def later():\n    from room.a import A"],
)  # fmt: skip
def test_a_circle_is_found_however_it_closes(back: str, tmp_path: Path) -> None:
    for name, text in {"__init__": "", "a": "from room.b import B", "b": "import room.c", "c": back}.items():
        path = tmp_path / "room" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    circle = circle_in(imports_of(tmp_path))
    assert circle is not None
    assert set(circle) == {"room.a", "room.b", "room.c"}
    (tmp_path / "room" / "c.py").write_text("")
    assert circle_in(imports_of(tmp_path)) is None

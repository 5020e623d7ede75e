"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
WRITTEN = sorted(path for room in ("src", "tests", "benchmarks") for path in (ROOT / room).rglob("*.py"))
MAX_FILE_LINES, MAX_FUNCTION_LINES, MAX_MODULES = 250, 40, 12
# A command has its own file, and is called by its path: where there are many, they stay together.
FOLDERS_OF_COMMANDS = {"benchmarks", "tests/benchmarks"}
HELP_LIMIT_S = 0.3


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_FILE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            # A verb's options are a table of help texts, not code: only its body counts.
            first = node.body[0].lineno if "cli" in path.parts else node.lineno
            assert (node.end_lineno or 0) - first + 1 <= MAX_FUNCTION_LINES, node.name


def test_a_folder_holds_a_dozen_modules_at_most() -> None:
    """A folder's ``__init__`` and ``conftest`` are part of it, and no modules more."""
    modules = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in WRITTEN if path.stem not in ("__init__", "conftest")
    )
    assert len(modules) > 50
    assert {folder for folder, count in modules.items() if count > MAX_MODULES} == FOLDERS_OF_COMMANDS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_value_that_holds_arrays_is_equal_to_itself_alone(path: Path) -> None:
    """Comparing field by field asks numpy for the truth of an array, which raises."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        decorators = [ast.unparse(one) for one in node.decorator_list] if isinstance(node, ast.ClassDef) else []
        if isinstance(node, ast.ClassDef) and any(one.startswith("dataclass") for one in decorators):
            types = [ast.unparse(field.annotation) for field in node.body if isinstance(field, ast.AnnAssign)]
            if any(re.search(r"Array|Numbers|ndarray", one) for one in types):
                assert "eq=False" in decorators[0], node.name


def test_help_answers_at_once() -> None:
    command = [Path(sys.executable).with_name("digits"), "--help"]
    seconds = []
    for _ in range(5):
        before = os.times()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        after = os.times()  # the processor's time, of which other tests take nothing
        seconds.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert "train" in done.stdout
    assert 0 < min(seconds) < HELP_LIMIT_S


def test_importing_the_package_loads_neither_numpy_nor_onnxruntime() -> None:
    code = "import sys, digits, digits.cli; sys.exit(bool({'numpy', 'onnxruntime', 'keras'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_version_is_written_once_in_each_place_that_needs_it() -> None:
    import tomllib

    import digits

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == digits.__version__
    assert f"version: {digits.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {digits.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

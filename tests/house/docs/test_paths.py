"""A file that a guide, a docstring or a comment names is there, or is said to be gone, as in the log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("src", "tests", "benchmarks", "docs", "notebooks", "models", "deploy", "requirements", "LICENSES")
TREE = [path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*")]
TEXTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *(path for room in ("src", "benchmarks") for path in sorted((ROOT / room).rglob("*.py"))),
    ROOT / "src/digits/model/shipped/README.md",
]
# Any Python file, and whatever is said to lie in a folder of the repository: what commands write lies elsewhere.
NAMED = re.compile(
    r"(?<![\w/.:{}<>$*~\\-])"
    r"(?:(?:\.\./)*((?:[\w.-]+/)*[\w-]+\.py)|((?:src|tests|benchmarks|docs)/(?:[\w.-]+/)*[\w.-]*\w))(?![\w/])"
)
MODULE = re.compile(r"python -m (digits(?:\.\w+)*)")
GONE = re.compile(r"\bthen `[^`]+`, gone since\b")


def missing_from(text: str) -> list[str]:
    """Return the paths and modules that ``text`` names and that are not in the repository."""
    text = GONE.sub("", text)
    names = [python or other for python, other in NAMED.findall(text)]
    names += [f"src/{module.replace('.', '/')}" for module in MODULE.findall(text)]
    return [name for name in names if not _is_there(name)]


def _is_there(name: str) -> bool:
    parts = Path(name).parts
    return (ROOT / name).exists() or any(
        path.parts[-len(parts) :] in (parts, (*parts[:-1], f"{parts[-1]}.py")) for path in TREE
    )


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_named_is_there(path: Path) -> None:
    assert missing_from(path.read_text(encoding="utf-8")) == []


def test_what_is_gone_is_noticed_unless_it_is_said() -> None:
    gone = "reading/wholeness.py"
    assert missing_from(f"see `{gone}`, `docs/no.md` and `python -m digits.no`") == [
        gone,
        "docs/no.md",
        "src/digits/no",
    ]
    assert missing_from(f"(then `{gone}`, gone since), reading/reader.py, and `python -m digits.training.train`") == []

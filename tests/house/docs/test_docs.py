"""What the docs say is so: their blocks run, their links lead somewhere, their figures are the model's."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from blocks import RUNNERS, blocks_of, prose_of
from support import TINY_PLAN, Silence, few

import digits
import digits.batch
from digits.data import Dataset
from digits.experiments.run import run_experiment

ROOT = Path(__file__).parents[3]
CARD = ROOT / "src/digits/model/shipped/README.md"
EXECUTED = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKED = [*EXECUTED, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", CARD]
SHOWN_ONLY = {"text"}
# What a guide may import from; the second is for those who bring an engine of their own.
PUBLIC = {"digits": digits, "digits.batch": digits.batch}
# The reader saves these; what is run uses them.
SAVED_ONLY = {"html"}
# These need tools that no test has: shown, and each with its excuse.
NEVER_RUN = {"cpp", "kotlin"}
BLOCK_LIMIT_S = 300
# Where ``digits serve`` listens unless told otherwise.
SERVER = "127.0.0.1:8000"
# Where this was built is of no use to a reader. Put together, or this file would be the first to break the rule.
PRIVATE = re.compile(rb"/" + rb"work\b|\.\./" + rb"shared\b")
# CI's script may know its own machine.
MAY_BE_PRIVATE = ".ci/"


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="session")
def runs(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder ``runs`` with a run of seconds, and ``latest`` that points to it."""
    out = tmp_path_factory.mktemp("docs") / "runs"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("digits.experiments.run.ROBUSTNESS_IMAGES", 20)  # of 500: no guide shows the report's curves
        run_experiment(few(sample), TINY_PLAN, out=out, name="tiny", progress=Silence())
    return out


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """The environment of a reader who has activated ``.venv`` and has no network: the same result everywhere."""
    dropped = {"DIGITS_DATA", "no_proxy", "NO_PROXY"}
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "KERAS_HOME": str(tmp_path / ".keras"),
        "https_proxy": "http://127.0.0.1:9",  # the discard port: refused at once
        "NO_COLOR": "1",
    }


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server for the guides, which ask the one at ``SERVER``; that port may be taken here."""
    pytest.importorskip("fastapi", reason="needs the extra serve")
    from servers import Server

    server = Server()
    yield server.url.removeprefix("http://")
    server.stop()


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in EXECUTED if any(b.is_run for b in blocks_of(path))], ids=_id)
def test_every_block_runs_in_order(
    path: Path, runs: Path, shell: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if any(block.language == "js" for block in blocks_of(path)):
        if not shutil.which("node"):
            pytest.skip("needs node")
        if any("onnxruntime" in block.text for block in blocks_of(path)):
            (tmp_path / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
    is_asking = any(block.is_run and SERVER in block.text for block in blocks_of(path))
    server = request.getfixturevalue("address") if is_asking else SERVER
    shutil.copytree(runs, tmp_path / "runs", symlinks=True)
    shutil.copytree(ROOT / "docs" / "pictures", tmp_path / "docs" / "pictures")
    shutil.copy(ROOT / "docs" / "test_vector.json", tmp_path / "docs")
    for block in blocks_of(path):
        if block.saved_as:
            (tmp_path / block.saved_as).write_text(block.text, encoding="utf-8")
        if not block.is_run:
            continue
        command = [*RUNNERS[block.language], block.text.replace(SERVER, server)]
        done = subprocess.run(
            command, cwd=tmp_path, env=shell, capture_output=True, text=True, timeout=BLOCK_LIMIT_S, check=False
        )
        assert done.returncode == 0, f"{_id(path)}:{block.line}\n{block.text}\n{done.stdout}\n{done.stderr}"
        assert "Warning" not in done.stderr, f"{_id(path)}:{block.line}\n{done.stderr}"
        assert block.prints in (None, done.stdout), f"{_id(path)}:{block.line}\n{done.stdout}"


@pytest.mark.slow
def test_the_two_lines_of_the_readme_read_what_the_command_reads(shell: dict[str, str]) -> None:
    blocks = blocks_of(ROOT / "README.md")
    (block,) = (block for block in blocks if block.language == "python")
    (command,) = (block for block in blocks if block.text.startswith("digits read"))
    assert len(block.text.splitlines()) == 2
    done = subprocess.run(
        [sys.executable, "-c", block.text], cwd=ROOT, env=shell, capture_output=True, text=True, check=True
    )
    assert done.stdout == command.prints


@pytest.mark.parametrize("path", EXECUTED, ids=_id)
def test_guides_import_public_names_alone(path: Path) -> None:
    deeper = []
    for block in blocks_of(path):
        if block.language != "python":
            continue
        for node in ast.walk(ast.parse(block.text)):
            if isinstance(node, ast.Import):
                deeper += [alias.name for alias in node.names if alias.name.startswith("digits.")]
            elif isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "digits":
                public = getattr(PUBLIC.get(str(node.module)), "__all__", ())
                deeper += [f"{node.module}.{alias.name}" for alias in node.names if alias.name not in public]
    assert deeper == []


@pytest.mark.parametrize("path", LINKED, ids=_id)
def test_every_block_is_run_shown_only_or_excused(path: Path) -> None:
    languages = {block.language for block in blocks_of(path)}
    assert languages <= RUNNERS.keys() | SHOWN_ONLY | SAVED_ONLY | NEVER_RUN
    # An excuse that excuses nothing is a slip.
    excuses = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("<!-- not run")]
    excused = [
        block
        for block in blocks_of(path)
        if block.language not in SHOWN_ONLY and not block.is_run and not block.saved_as
    ]
    assert len(excuses) == len(excused)


@pytest.mark.parametrize("path", LINKED, ids=_id)
def test_every_relative_link_leads_to_a_file_and_its_heading(path: Path) -> None:
    assert _broken_links(path) == []


def test_links_and_headings_are_looked_for_in_prose_not_in_code(tmp_path: Path) -> None:
    guide = tmp_path / "guide.md"
    guide.write_text('# A guide\n[here](#a-guide) [gone](gone.md)\n```python\n# no heading\nwait["x"](frames=1)\n```\n')
    assert _broken_links(guide, tmp_path) == ["gone.md"]
    assert _anchors(guide) == {"a-guide"}


def _broken_links(path: Path, root: Path = ROOT) -> list[str]:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(path)):
        if re.match(r"https?:|mailto:", target):
            continue
        file_name, _, heading = target.partition("#")
        file = (path.parent / file_name) if file_name else path
        if not file.exists() or not file.resolve().is_relative_to(root) or (heading and heading not in _anchors(file)):
            broken.append(target)
    return broken


def _anchors(path: Path) -> set[str]:
    """The names GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", prose_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_no_tracked_file_names_the_place_it_was_made_in() -> None:
    # Files not yet added count too, so that the test speaks before the commit.
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so there is no list of tracked files")
    names = [name for name in listed.stdout.split("\0") if name and not name.startswith(MAY_BE_PRIVATE)]
    assert names
    found = [name for name in names if (ROOT / name).is_file() and PRIVATE.search((ROOT / name).read_bytes())]
    assert not found


def test_the_readme_lists_exactly_the_rooms_in_their_order() -> None:
    package = ROOT / "src" / "digits"
    (tree,) = (block.text for block in blocks_of(ROOT / "README.md") if block.text.startswith("src/digits/\n"))
    listed = re.findall(r"^  (\w+)(?:/|\.py)  +\S", tree, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    rooms = [room.strip().removeprefix("digits.") for layer in reversed(layers) for room in re.split("[|:]", layer)]
    assert listed == rooms
    folders = {path.name for path in package.iterdir() if any(path.glob("*.py"))}
    modules = {path.stem for path in package.glob("[!_]*.py")}
    assert set(listed) == folders | modules


def test_the_tables_hold_what_the_benchmarks_and_the_model_say() -> None:
    command = [sys.executable, ROOT / "benchmarks" / "table.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

"""NOTICE and REUSE.toml say of each picture, notebook and network whether MNIST has a part in it."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ANNOTATIONS = tomllib.loads((ROOT / "REUSE.toml").read_text(encoding="utf-8"))["annotations"][1:]
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")


def _paths(annotation: dict[str, str | list[str]]) -> list[str]:
    paths = annotation["path"]
    return [paths] if isinstance(paths, str) else paths


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """All that belongs to the project, committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("needs a git checkout, which tells the project's files from others")
    return [path for line in done.stdout.splitlines() if (path := ROOT / line).is_file()]


def _holds_pictures(path: Path) -> bool:
    """Tell whether a file is binary, or text with pictures encoded in it."""
    data = path.read_bytes()
    if path.suffix == ".ipynb":
        outputs = [one for cell in json.loads(data)["cells"] for one in cell.get("outputs", [])]
        return any(kind.startswith("image/") for one in outputs for kind in one.get("data", {}))
    return b"\0" in data or re.search(rb"base64,[A-Za-z0-9+/]{100}", data) is not None


def test_each_picture_notebook_and_network_is_declared_in_reuse_toml(files: list[Path]) -> None:
    declared = {path for one in ANNOTATIONS for pattern in _paths(one) for path in ROOT.glob(pattern)}
    assert sorted(path for path in files if _holds_pictures(path) and path not in declared) == []


@pytest.mark.parametrize("pattern", [pattern for one in ANNOTATIONS for pattern in _paths(one)])
def test_each_file_declared_is_there(pattern: str) -> None:
    assert list(ROOT.glob(pattern))


def test_the_notice_lists_what_reuse_toml_says_comes_from_mnist() -> None:
    listed = re.findall(r"^    (\S+)$", NOTICE, re.MULTILINE)
    about_mnist = [one for one in ANNOTATIONS if "MNIST" in str({**one, "path": None})]
    assert listed == [pattern for one in about_mnist for pattern in _paths(one)]


def test_each_licence_that_is_named_is_in_the_licences_folder() -> None:
    named = set(re.findall(r"[\w.-]+", " ".join(re.findall("SPDX-License-Identifier: (.*)", NOTICE)))) - {"AND"}
    named |= {one["SPDX-License-Identifier"] for one in ANNOTATIONS}
    assert named == {path.stem for path in (ROOT / "LICENSES").iterdir()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["license"].split(" AND ")) == named

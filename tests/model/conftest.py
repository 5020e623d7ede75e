"""What the tests of model folders share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from digits.model.folder import SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model, to be damaged."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))

"""What the tests of the guides share: onnxruntime for JavaScript."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ONNXRUNTIME_WEB = "onnxruntime-web@1.30.0"


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with onnxruntime for JavaScript, installed once."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("needs node and npm")
    folder = tmp_path_factory.mktemp("node")
    install = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", ONNXRUNTIME_WEB]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot install {ONNXRUNTIME_WEB}: {done.stderr.strip()[-200:]}")
    return folder / "node_modules"

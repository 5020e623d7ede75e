"""A model folder goes in, a folder of static files comes out: *Draw* and *Inside* with that network, for any host.

The files are those of the page itself. A line in its head says where the network lies, and that there is no server.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digits.errors import RunError
from digits.files import require_free
from digits.model.folder import SHIPPED, ModelFolder
from digits.serving.network import network_bytes

PAGE = Path(__file__).parent / "page"
INDEX, NETWORK = "index.html", "network.bin"
DEFAULT_PATH = Path("digits_page")
MARK = f'<meta name="digits-network" content="page/{NETWORK}">'


@dataclass(frozen=True)
class StaticPage:
    """Where the page lies, and how large it is."""

    path: Path
    bytes: int

    def to_dict(self) -> dict[str, Any]:
        return {"path": str(self.path), "format": "web", "bytes": self.bytes}


def write_static_page(folder: ModelFolder, path: Path | None = None, *, force: bool = False) -> StaticPage:
    """Write the page with the network in ``folder`` to the folder ``path``, by default ``digits_page`` here.

    Args:
        folder: the model.
        path: where to write.
        force: replace a page that is there; anything else there is never replaced.

    Raises:
        RunError: ``path`` must not be replaced.
        ModelError: an ensemble, or not this network.
    """
    path = path or DEFAULT_PATH
    require_free([path], force=force, are_folders=True)
    if path.exists() and not _is_page(path):
        raise RunError(f"expected {path} to be a page that may be replaced; it is not; give another place with --out")
    network = network_bytes(folder, _name(folder))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".page-", dir=path.parent) as temporary:
        written = Path(temporary) / "page"
        shutil.copytree(PAGE, written / "page", ignore=shutil.ignore_patterns(INDEX, ".*", "__pycache__"))
        (written / "page" / NETWORK).write_bytes(network)
        index = (PAGE / INDEX).read_text(encoding="utf-8")
        (written / INDEX).write_text(index.replace("<title>", f"{MARK}\n  <title>", 1), encoding="utf-8")
        if path.exists():  # a folder cannot take a full folder's place in one step
            os.replace(path, Path(temporary) / "replaced")
        os.replace(written, path)
    return StaticPage(path, sum(file.stat().st_size for file in path.rglob("*") if file.is_file()))


def _is_page(path: Path) -> bool:
    return (path / INDEX).is_file() and MARK in (path / INDEX).read_text(encoding="utf-8", errors="replace")


def _name(folder: ModelFolder) -> str:
    """Return the run's name, or that of the model folder itself."""
    if folder.path == SHIPPED:
        return "digits"
    place = folder.path.resolve()
    return place.parent.name if place.name == "model" else place.name

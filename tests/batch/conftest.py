"""Pictures of digits in the containers that people keep them in."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import pytest

from digits.data import Dataset


@pytest.fixture(scope="session")
def pngs(sample: Dataset) -> dict[str, bytes]:
    """Forty PNG files of one digit each, by name."""
    return {f"{i:02}.png": cv2.imencode(".png", sample.test.images[i])[1].tobytes() for i in range(40)}


@pytest.fixture(scope="session")
def truth(sample: Dataset) -> list[str]:
    return [str(label) for label in sample.test.labels[:40]]


@pytest.fixture
def write_tar(tmp_path: Path) -> Callable[..., Path]:
    def write(members: Mapping[str, bytes], name: str = "a.tar", mode: str = "w") -> Path:
        with tarfile.open(tmp_path / name, mode) as archive:  # type: ignore[call-overload]
            for member, content in members.items():
                info = tarfile.TarInfo(member)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return tmp_path / name

    return write


@pytest.fixture
def write_zip(tmp_path: Path) -> Callable[..., Path]:
    def write(members: Mapping[str, bytes], name: str = "a.zip") -> Path:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return tmp_path / name

    return write


@pytest.fixture
def folder(tmp_path: Path, pngs: Mapping[str, bytes]) -> Path:
    """The forty in a folder, every fourth in a folder below."""
    (tmp_path / "in" / "below").mkdir(parents=True)
    for i, (name, content) in enumerate(pngs.items()):
        (tmp_path / "in" / ("below" if i % 4 == 0 else "") / name).write_bytes(content)
    return tmp_path / "in"

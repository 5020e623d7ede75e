from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from digits.file_type import HEAD_BYTES, identify


def name_of(content: bytes) -> str:
    kind = identify(content[:HEAD_BYTES])
    return kind.name if kind else "unknown"


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return file.getvalue()


def saved(save: object, *args: object, **options: object) -> bytes:
    file = io.BytesIO()
    save(file, *args, **options)  # type: ignore[operator]
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "an empty file"),
        (bytes(100), "a file of zero bytes"),
        (b"\n <!DOCTYPE html>\n<html>", "an HTML page"),
        (b"\xef\xbb\xbf<html lang=en>", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "a Git LFS pointer"),
        ("label,pixel0".encode("utf-16"), "UTF-16 text"),
        ("label,pixel0".encode("utf-16-le"), "UTF-16 text"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel file"),
        (zipped("docProps/app.xml", "xl/workbook.xml"), "an Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an Excel file"),
        (zipped("train/0/1.png"), "a zip archive"),
        (zipped("archive/data.pkl"), "a PyTorch file"),
        (saved(np.savez, x=np.arange(3)), "a NumPy .npz archive"),
        (saved(np.savez_compressed, x=np.arange(3)), "a NumPy .npz archive"),
        (saved(np.save, np.arange(3)), "a single NumPy array"),
        (pickle.dumps([1, 2]), "a Python pickle"),
        (pickle.dumps([1, 2], protocol=2), "a Python pickle"),
        (json.dumps({"a": 1}).encode(), "JSON text"),
        (b"\x00\x00\x08\x03" + bytes(12), "an IDX file of images"),
        (b"\x00\x00\x08\x01" + bytes(4), "an IDX file of labels"),
        (b"\x00\x00\x0c\x02" + bytes(8), "an IDX file of numbers other than unsigned bytes"),
        (saved(Image.new("L", (3, 3)).save, "png"), "a PNG picture"),
        (saved(Image.new("L", (3, 3)).save, "jpeg"), "a JPEG picture"),
        (b"404: Not Found", "text that begins with '404: Not Found'"),
        (b"label,pixel0\n1,2\n" + b"0," * HEAD_BYTES, "text that begins with 'label,pixel0'"),
        (("é" * HEAD_BYTES).encode(), "text that begins with 'éé"),
        (bytes(range(1, 256)), "unknown"),
        (b"\xf0\xf1\xf2", "unknown"),
    ],
)
@pytest.mark.parametrize("packings", [0, 1, 2])
def test_a_file_is_named_by_its_first_bytes_packed_or_not(content: bytes, name: str, packings: int) -> None:
    for _ in range(packings):
        content = gzip.compress(content)
    assert name_of(content).startswith(name)


def test_gzip_that_is_damaged_from_the_start_is_named() -> None:
    assert name_of(gzip.compress(b"content")[:11]).startswith("a gzip file")


def test_no_name_is_longer_than_a_line() -> None:
    assert len(name_of(b"x" * HEAD_BYTES)) < 80


@given(st.binary(max_size=600))
def test_any_bytes_are_answered(content: bytes) -> None:
    identify(content)


def test_our_own_sources_are_text() -> None:
    kind = identify(Path(__file__).read_bytes()[:HEAD_BYTES])
    assert kind is not None
    assert kind.is_text

"""What a canvas gives is a picture; what is broken on the way is told without printing it."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import numpy as np
import pytest

import digits
from digits.errors import ImageError
from digits.reading.picture.image import load_image, load_pages

PNG = (Path(__file__).parents[3] / "docs" / "pictures" / "seven.png").read_bytes()
BASE64 = base64.b64encode(PNG).decode()
URL_SAFE = base64.urlsafe_b64encode(PNG).decode()

URLS = {
    "padded": f"data:image/png;base64,{BASE64}",
    "unpadded": f"data:image/png;base64,{BASE64.rstrip('=')}",
    "URL-safe": f"data:image/png;base64,{URL_SAFE}",
    "URL-safe unpadded": f"data:image/png;base64,{URL_SAFE.rstrip('=')}",
    "no type": f"data:;base64,{BASE64}",
    "charset": f"data:image/png;charset=utf-8;base64,{BASE64}",
    "capitals": f"DATA:image/PNG;BASE64,{BASE64}",
    "percent in base64": f"data:image/png;base64,{quote(BASE64, safe='')}",
    "percent-encoded": f"data:image/png,{quote_from_bytes(PNG)}",
    "lines": "data:image/png;base64,\n" + "\r\n ".join(BASE64[i : i + 76] for i in range(0, len(BASE64), 76)) + "\n",
    "space around": f"  \n data:image/png;base64, {BASE64} \n",
}


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_a_data_url_is_its_picture(url: str) -> None:
    expected = load_image(PNG)
    np.testing.assert_array_equal(load_image(url), expected)
    np.testing.assert_array_equal(load_image(url.encode()), expected)
    np.testing.assert_array_equal(next(load_pages(bytearray(url.encode()))), expected)


def test_a_data_url_is_read_wherever_a_picture_is(reader: digits.Reader, tmp_path: Path) -> None:
    url = URLS["padded"]
    saved = tmp_path / "canvas.txt"
    saved.write_text(url)
    for source in (url, url.encode(), saved):
        assert reader.classify([source])[0].value == 7
        assert reader.read(source) == reader.read(PNG)
        assert next(reader.explain_pages(source)).reading == reader.read(PNG)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("data:,", "nothing in it; give the canvas a size"),
        ("data:image/png;base64,", "nothing in it"),
        ("data:image/png;base64", "without a comma"),
        ("data:", "without a comma"),
        ("data:image/png;base64," + BASE64[:4001].replace("=", ""), "cut off"),
        ("data:image/png;base64,né" + BASE64, "expected base64"),
        ("data:image/png;base64,undefined!" + BASE64, "expected base64"),
        ("data:image/png;base64," + BASE64[:400], "the data URL"),
        ("data:image/svg+xml," + quote("<svg/>" * 1000), "the data URL is an SVG drawing; export it as PNG"),
        ("data:" + "x" * 6000, "without a comma"),
        ("data:" + "\n" * 6000, "without a comma"),
    ],
)
def test_a_broken_data_url_is_a_short_image_error_that_says_why(url: str, message: str) -> None:
    for source in (url, url.encode()):
        with pytest.raises(ImageError, match=message) as caught:
            load_image(source)
        assert len(str(caught.value)) < 300


def test_a_file_named_like_a_data_url_is_read_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data:x,y.png").write_bytes(PNG)
    for source in (Path("data:x,y.png"), "./data:x,y.png"):
        np.testing.assert_array_equal(load_image(source), load_image(PNG))

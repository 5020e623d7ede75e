"""Hands that draw on the page in a browser, and a window on it that must stay silent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect

from browsing.pen_strokes import Point

DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "has_touch": True, "is_mobile": True,
}  # fmt: skip
Open = Callable[..., Page]
Strokes = list[list[Point]]


@contextmanager
def silent_page(browser: Browser, url: str, *, forgive: str = "^$", **settings: Any) -> Iterator[Page]:
    """Open ``url``; at the end it must have said nothing but what ``forgive`` matches, and asked no other host."""
    context = browser.new_context(**(settings or DESK))
    page = context.new_page()
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)  # a busy machine
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    try:
        yield page
        unforgiven = [text for text in said if not re.search(forgive, text)]
        assert not unforgiven, unforgiven
        home = re.match(r"https?://[^/]+/", page.url)
        assert home
        foreign = [one for one in asked if not one.startswith((home[0], "data:", f"blob:{home[0]}"))]
        assert not foreign, foreign
    finally:
        context.close()


class Hand:
    """Draws on the pad of a page: with the mouse, or with a finger where the page has touch."""

    def __init__(self, page: Page, *, finger: bool = False) -> None:
        self._page = page
        self._finger = page.context.new_cdp_session(page) if finger else None

    def draw(self, strokes: Strokes, *, left: float = 0.3, top: float = 0.15, size: float = 0.7) -> None:
        """Draw strokes on a square, ``size`` of the pad's height, at ``left`` and ``top`` of the pad."""
        box = self._page.locator(".paper").bounding_box()
        assert box is not None
        side = size * box["height"]
        corner = box["x"] + left * box["width"], box["y"] + top * box["height"]
        for stroke in strokes:
            self._stroke([(corner[0] + x * side, corner[1] + y * side) for x, y in stroke])

    def _stroke(self, points: list[Point]) -> None:
        if self._finger is None:
            mouse = self._page.mouse
            mouse.move(*points[0])
            mouse.down()
            for point in points[1:]:
                mouse.move(*point)
            mouse.up()
            return
        for i, (x, y) in enumerate(points):
            kind = "touchMove" if i else "touchStart"
            self._finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        self._finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def expect_reading(page: Page, text: str) -> None:
    """Wait until the page reads ``text``."""
    expect(page.locator(".reading .text")).to_have_text(text)


def go_to(page: Page, view: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=view).click()

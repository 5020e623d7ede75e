"""The whole page: who cannot see or use a mouse, every width, both themes, and a server that goes away."""

from __future__ import annotations

import importlib.resources

import pytest
from browsing.hands import PHONE, Hand, Open, Strokes, expect_reading, go_to
from playwright.sync_api import Page, expect
from servers import Server

pytestmark = pytest.mark.slow
GONE = r"ERR_CONNECTION|Failed to load resource"
VIEWS = ("Draw", "Inside", "Photo", "Model")
PHOTO_TEXT = "7"


@pytest.fixture(scope="module")
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python", reason="needs axe-core")
    return (importlib.resources.files(package) / "axe.min.js").read_text(encoding="utf-8")


def _fill(page: Page, view: str, seven: bytes) -> None:
    """Bring a view into the state in which it has most to show."""
    go_to(page, view)
    if view == "Draw":
        page.get_by_role("button", name="Write a 3").click()
        page.get_by_role("button", name="Write an 8").click()
        expect_reading(page, "38")
    if view == "Inside":
        expect(page.locator(".neighbours li")).to_have_count(8)
        page.get_by_role("button", name="Map 3 of 64").first.click()
    if view == "Photo":
        page.set_input_files("#choose", {"name": "seven.png", "mimeType": "image/png", "buffer": seven})
        expect(page.get_by_label("What it says")).to_have_value(PHOTO_TEXT)
        page.locator(".box").first.click()


@pytest.mark.parametrize(
    "settings", [{"color_scheme": "light"}, {**PHONE, "color_scheme": "dark"}], ids=["desk-light", "phone-dark"]
)
def test_axe_finds_nothing_serious(server: Server, open_page: Open, axe: str, seven: bytes, settings: dict) -> None:
    page = open_page(server.url, **settings, reduced_motion="reduce")
    page.evaluate(axe)
    for view in VIEWS:
        _fill(page, view, seven)
        found = page.evaluate("axe.run(document)")
        serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        told = [(one["id"], node["target"], node["failureSummary"]) for one in serious for node in one["nodes"][:3]]
        assert told == [], view


def test_nothing_stands_out_at_the_side(server: Server, open_page: Open, seven: bytes) -> None:
    page = open_page(server.url, reduced_motion="reduce")
    for view in VIEWS:
        _fill(page, view, seven)
        for width in (320, 390, 820, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (view, width)


def test_the_theme_is_chosen_and_kept(server: Server, open_page: Open) -> None:
    page = open_page(server.url, color_scheme="light")
    page.get_by_role("button", name="Use the dark theme").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    expect(page.get_by_role("button", name="Use the light theme")).to_be_visible()


def test_tab_reaches_the_content_first(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("img", name="Drawing area")).to_be_focused()


def test_the_page_goes_on_without_the_server_and_finds_it_again(open_page: Open, written: dict[int, Strokes]) -> None:
    server = Server()
    try:
        page = open_page(server.url, forgive=GONE)
        Hand(page).draw(written[6])
        expect_reading(page, "6")
        server.stop()
        page.get_by_role("button", name="Clear").click()
        Hand(page).draw(written[2])
        expect_reading(page, "2")
        expect(page.get_by_text("The server does not answer.")).to_be_visible()
        go_to(page, "Inside")
        expect(page.get_by_role("heading", name="Following a 2")).to_be_visible()
        server = Server("--port", server.port)
        expect(page.get_by_text("The server does not answer.")).to_be_hidden()
        expect(page.get_by_text("Server connected")).to_be_visible()
    finally:
        if server.process.poll() is None:
            server.stop()

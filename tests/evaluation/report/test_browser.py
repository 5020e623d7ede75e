"""The page in a real browser, as wide as a phone and as a desk, on screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from digits.evaluation.report.compare import compare
from digits.evaluation.report.render import write_comparison, write_report

WIDTHS = (390, 1280)


@pytest.fixture(params=WIDTHS)
def opened(request: pytest.FixtureRequest, browser: Browser, make_run, examples, tmp_path: Path) -> Iterator[Page]:
    """The report at one width; at the end it must have been silent and asked for nothing."""
    path = write_report(make_run(notice="NOT THE FULL MNIST"), examples, tmp_path / "report.html")
    yield from _open(browser, path, request.param)


@pytest.fixture(params=WIDTHS)
def compared(request: pytest.FixtureRequest, browser: Browser, make_run, examples, tmp_path: Path) -> Iterator[Page]:
    names = ("first", "second-with-a-long-name-that-somebody-chose", "third")
    runs = compare([make_run(name, wrong={3: 8, 10 + i: 9}) for i, name in enumerate(names)], examples)
    yield from _open(browser, write_comparison(runs, examples, tmp_path / "report.html"), request.param)


def _open(browser: Browser, path: Path, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900})
    said, asked = [], []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    yield page
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    context.close()


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_a_cell_opens_its_errors_and_closes_again(opened: Page) -> None:
    cell = opened.get_by_role("button", name="4 read as 9: 1")
    panel = opened.locator("#cell-4-9")
    assert not panel.is_visible()
    cell.click()
    assert panel.is_visible()
    assert cell.get_attribute("aria-expanded") == "true"
    assert panel.get_by_role("img", name="image 24: label 4, read as 9").is_visible()
    cell.click()
    assert not panel.is_visible()


def test_the_most_frequent_error_stands_open_and_another_takes_its_place(opened: Page) -> None:
    assert opened.locator(".panel:visible").evaluate_all("all => all.map(one => one.id)") == ["cell-3-8"]
    opened.get_by_role("button", name="7 read as 7: 20").click()
    assert opened.locator(".panel:visible").evaluate_all("all => all.map(one => one.id)") == ["cell-7-7"]


def test_cells_open_by_keyboard_and_close_with_escape(opened: Page) -> None:
    opened.get_by_role("button", name="4 read as 9: 1").focus()
    opened.keyboard.press("Enter")
    assert opened.locator("#cell-4-9").is_visible()
    opened.keyboard.press("Escape")
    assert opened.locator(".panel:visible").count() == 0


def test_nothing_stands_out_at_the_side(opened: Page) -> None:
    for cell in opened.locator(".confusion button").all():
        cell.click()
        assert _overflow(opened) <= 0
    opened.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert _overflow(opened) <= 0


def test_tables_of_figures_fit_without_moving_them_aside(opened: Page) -> None:
    hidden = opened.locator("section .scroll:visible").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.closest('section').id)"
    )
    assert hidden == []


def test_every_picture_is_drawn(opened: Page) -> None:
    broken = opened.locator("img").evaluate_all("all => all.filter(one => one.naturalWidth !== 28).length")
    assert broken == 0
    assert opened.locator("svg.chart").count() >= 11


def test_a_cell_is_large_enough_for_a_thumb(opened: Page) -> None:
    box = opened.get_by_role("button", name="4 read as 9: 1").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 28


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_page_in_light_and_dark(opened: Page, scheme: str) -> None:
    opened.emulate_media(color_scheme=scheme)
    # WCAG's contrast of each text colour against the page; 4.5 is what it asks for small text.
    contrasts = opened.evaluate("""() => {
        const light = (words) => {
            const parts = words.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255);
            const linear = parts.map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
        };
        const paper = light(getComputedStyle(document.body).backgroundColor);
        const found = {};
        for (const name of [".headline", ".muted", ".tick", ".digit b", ".index", "nav a", ".numbers td"]) {
            const style = getComputedStyle(document.querySelector(name));
            const ink = light(name === ".tick" ? style.fill : style.color);
            found[name] = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        }
        return found;
    }""")
    assert {name: value for name, value in contrasts.items() if value < 4.5} == {}


def test_paper_gets_the_result_and_no_navigation(opened: Page) -> None:
    opened.emulate_media(media="print")
    assert opened.get_by_text("NOT THE FULL MNIST").is_visible()
    assert opened.locator(".headline").is_visible()
    assert not opened.locator("nav").is_visible()
    assert opened.pdf(format="A4").startswith(b"%PDF")


def test_tables_of_a_comparison_fit_without_moving_them_aside(compared: Page) -> None:
    hidden = compared.locator(".scroll").evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert max(hidden) <= 0
    assert not compared.get_by_text("Goes on to the right").is_visible()


def test_on_a_phone_each_figure_of_a_comparison_stands_beside_its_name(compared: Page) -> None:
    names = compared.locator("#side td, #chance td").evaluate_all(
        "all => all.map(one => getComputedStyle(one, '::before').content)"
    )
    is_phone = compared.viewport_size is not None and compared.viewport_size["width"] == 390
    assert ('"accuracy"' in names and '"p"' in names) == is_phone


def test_a_comparison_uses_the_width_of_a_desk(compared: Page) -> None:
    box = compared.locator("#chance table").bounding_box()
    assert box is not None
    assert compared.viewport_size is not None
    assert box["width"] > 0.85 * compared.viewport_size["width"]


def test_a_table_that_does_not_fit_says_that_it_goes_on(browser: Browser, make_run, examples, tmp_path: Path) -> None:
    runs = [make_run(f"run-{i}", seed=1_000_000 + i, wrong={i: 8}, robustness_images=0) for i in range(12)]
    page = next(_open(browser, write_comparison(compare(runs, examples), examples, tmp_path / "report.html"), 390))
    marked = page.locator(".goes-on")
    assert marked.evaluate_all("all => all.map(one => one.closest('section').id)") == ["differences"]
    assert "Goes on to the right" in marked.evaluate("one => getComputedStyle(one, '::before').content")
    marked.focus()
    page.keyboard.press("End")
    assert _overflow(page) <= 0


def test_no_two_ticks_of_a_chart_touch(compared: Page) -> None:
    touching = compared.evaluate("""() => [...document.querySelectorAll("svg.chart")].flatMap((chart) => {
        const boxes = [...chart.querySelectorAll("text.tick")].map((tick) => tick.getBoundingClientRect());
        return boxes.flatMap((one, i) => boxes.slice(i + 1).filter((other) =>
            one.left < other.right && other.left < one.right && one.top < other.bottom - 1 && other.top < one.bottom - 1
        ));
    }).length""")
    assert touching == 0


def test_a_comparison_fits_and_says_what_is_chance(compared: Page) -> None:
    assert _overflow(compared) <= 0
    assert compared.get_by_text("No two of these networks differ by more than chance explains").is_visible()
    assert compared.locator("svg.chart").count() >= 11

"""Draw, in a real browser: pens of every kind, several digits, the lesson, undo, the keyboard."""

from __future__ import annotations

import re

import pytest
from browsing.hands import DESK, PHONE, Hand, Open, Strokes, expect_reading, go_to
from playwright.sync_api import Page, expect
from servers import Server

pytestmark = pytest.mark.slow


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def drawing(request: pytest.FixtureRequest, server: Server, open_page: Open) -> tuple[Page, Hand]:
    page = open_page(server.url, **request.param)
    expect(page.get_by_role("alert")).to_be_hidden()
    return page, Hand(page, finger="has_touch" in request.param)


def test_real_pen_strokes_of_every_digit_are_read(drawing: tuple[Page, Hand], written: dict[int, Strokes]) -> None:
    page, hand = drawing
    for value in (0, 2, 4, 6, 8) if page.evaluate("navigator.maxTouchPoints") else (1, 3, 5, 7, 9):
        hand.draw(written[value])
        expect_reading(page, str(value))
        page.get_by_role("button", name="Clear").click()
        expect_reading(page, "–")


def test_a_number_is_read_digit_by_digit_and_each_can_be_looked_at(
    drawing: tuple[Page, Hand], written: dict[int, Strokes]
) -> None:
    page, hand = drawing
    wide = page.locator(".paper").evaluate("one => one.clientWidth / one.clientHeight")
    for i, value in enumerate((4, 0, 7)):
        hand.draw(written[value], left=0.02 + 0.31 * i, size=0.3 * wide, top=0.3)
    expect_reading(page, "407")
    page.locator(".reading .text button").first.click()
    expect(page.locator(".bars").first).to_have_attribute("aria-label", re.compile(r"^Probabilities\. 4: "))


def test_the_moment_a_three_turns_into_an_eight_is_told(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    page.get_by_role("button", name="Watch a 3 become an 8").click()
    expect_reading(page, "8")
    expect(page.locator(".caption")).to_have_text("It was a 3. That stroke made it an 8.")
    expect(page.locator(".labels .turn").first).to_have_text("3 → 8")
    slider = page.get_by_role("slider", name="Look back")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"\d, \d+ %"))


def test_undo_redo_and_clear_do_what_they_say(server: Server, open_page: Open, written: dict[int, Strokes]) -> None:
    page = open_page(server.url)
    hand = Hand(page)
    hand.draw(written[1], left=0.1)
    expect_reading(page, "1")
    hand.draw(written[0], left=0.5)
    expect_reading(page, "10")
    for _ in written[0]:
        page.keyboard.press("Control+z")
    expect_reading(page, "1")
    page.get_by_role("button", name="Clear").click()
    expect_reading(page, "–")
    page.get_by_role("button", name="Undo").click()
    expect_reading(page, "1")
    page.get_by_role("button", name="Redo").click()
    expect_reading(page, "–")


def test_the_keyboard_alone_writes_and_takes_back(server: Server, open_page: Open) -> None:
    page = open_page(server.url, reduced_motion="reduce")
    pad = page.get_by_role("img", name="Drawing area")
    pad.focus()
    page.keyboard.press("5")
    expect_reading(page, "5")
    page.keyboard.press("6")
    expect_reading(page, "56")
    expect(page.get_by_role("status").last).to_contain_text("Read as 56")
    page.keyboard.press("Delete")
    expect_reading(page, "–")


def test_what_the_page_writes_is_read_as_what_it_meant(server: Server, open_page: Open) -> None:
    page = open_page(server.url, reduced_motion="reduce")
    for value in range(10):
        page.get_by_role("button", name=re.compile(rf"^Write an? {value}$")).click()
        expect_reading(page, str(value))
        page.get_by_role("button", name="Clear").click()


def test_the_reader_on_the_server_gives_a_second_opinion(
    server: Server, open_page: Open, written: dict[int, Strokes]
) -> None:
    page = open_page(server.url)
    Hand(page).draw(written[3])
    expect(page.get_by_text("The full reader, with its second network, reads 3.")).to_be_visible()


def test_the_frame_holds_as_much_ink_on_every_screen(
    server: Server, open_page: Open, written: dict[int, Strokes]
) -> None:
    inks = []
    for ratio in (1, 3):
        page = open_page(server.url, **DESK, device_scale_factor=ratio)
        Hand(page).draw(written[2])
        go_to(page, "Inside")  # which follows the digit only when all of it is drawn
        expect(page.get_by_role("heading", name="Following a 2")).to_be_visible()
        expect(page.locator(".cover p")).to_have_text(re.compile("No single patch|Without the marked patch"))
        inks.append(page.locator(".lens .frame").evaluate(
            "one => one.getContext('2d').getImageData(0, 0, 28, 28).data.reduce((sum, level) => sum + level, 0)"
        ))  # fmt: skip
    assert inks[0] == pytest.approx(inks[1], rel=0.01)


def test_nothing_moves_under_the_pen_while_the_network_comes_and_the_server_goes(
    server: Server, open_page: Open
) -> None:
    page = open_page("about:blank", forgive="ERR_FAILED")
    page.route("**/v1/models", lambda _: None)  # never answered
    page.goto(server.url)
    before = page.locator(".paper").bounding_box()
    page.unroute("**/v1/models")
    page.route("**/v2/health/live", lambda route: route.abort())
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    assert page.locator(".paper").bounding_box() == before


def test_a_drawing_goes_along_to_another_view(server: Server, open_page: Open, written: dict[int, Strokes]) -> None:
    page = open_page(server.url)
    Hand(page).draw(written[9])
    expect_reading(page, "9")
    go_to(page, "Inside")
    expect(page.get_by_role("heading", name="Following a 9")).to_be_visible()
    go_to(page, "Draw")
    expect_reading(page, "9")

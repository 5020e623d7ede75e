"""Inside, in a real browser: a digit is followed through every layer."""

from __future__ import annotations

import re

import pytest
from browsing.hands import Hand, Open, Strokes, expect_reading
from playwright.sync_api import Page, expect
from servers import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def inside(server: Server, open_page: Open, written: dict[int, Strokes]) -> Page:
    page = open_page(server.url)
    Hand(page).draw(written[3])
    expect_reading(page, "3")
    page.get_by_role("button", name="Follow it inside").click()
    expect(page.get_by_role("heading", name="Following a 3")).to_be_visible()
    return page


def test_every_map_of_the_four_convolutions_is_shown(inside: Page) -> None:
    counts = [
        inside.get_by_role("group", name=f"Maps of conv{number}").locator(".map").count() for number in (1, 2, 3, 4)
    ]
    assert counts == [32, 64, 64, 128]
    lit = inside.locator(".map canvas").evaluate_all(
        "all => all.filter(one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data"
        ".some((value, i) => i % 4 === 2 && value > 60)).length"
    )
    assert lit > 200


def test_a_map_tells_its_kernel_and_which_part_of_the_frame_it_answers_to(inside: Page) -> None:
    inside.get_by_role("button", name="Map 1 of 32").focus()
    inside.keyboard.press("ArrowRight")
    expect(inside.get_by_role("heading", name="conv1, map 2")).to_be_visible()
    assert inside.locator(".kernel svg").count() == 1
    inside.get_by_role("group", name="Maps of conv4").locator(".map").nth(84).hover()
    expect(inside.get_by_role("heading", name="conv4, map 85")).to_be_visible()
    expect(inside.locator(".kernel figcaption").first).to_have_text(re.compile(r"map \d+"))
    field = inside.locator(".lens .field")
    assert field.get_attribute("width") in ("0", "20")  # a silent map has no box


def test_maps_follow_the_pen(inside: Page, written: dict[int, Strokes]) -> None:
    inside.get_by_role("button", name="Clear").click()
    expect(inside.get_by_role("heading", name="Inside the network")).to_be_visible()
    Hand(inside).draw(written[7])
    expect(inside.get_by_role("heading", name="Following a 7")).to_be_visible()


def test_it_says_what_covering_a_patch_changes_and_which_training_digits_are_near(inside: Page) -> None:
    expect(inside.locator(".cover p")).to_have_text(re.compile("No single patch|Without the marked patch"))
    expect(inside.locator(".neighbours li")).to_have_count(8)
    expect(inside.get_by_text(re.compile(r"(All 8|\d of 8) are 3s\."))).to_be_visible()


def test_the_features_say_what_they_hold_of_any_digit(inside: Page) -> None:
    inside.get_by_role("button", name="Show what speaks for an 8").click()
    expect(inside.get_by_text(re.compile(r"\d+ speak for an 8 \(blue\)"))).to_be_visible()

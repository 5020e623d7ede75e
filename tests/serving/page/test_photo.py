"""Photo and Model, in a real browser: a picture goes in, its boxes lie on it, and a digit can be followed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing.hands import PHONE, Open, go_to
from PIL import Image
from playwright.sync_api import Page, expect
from servers import Server

from digits.model.folder import SHIPPED

Start = Callable[..., Server]
PHOTO = Path(__file__).parents[3] / "docs" / "pictures" / "photo.png"
TEXT = "3141 5926\n535 8979\n32 38462"
pytestmark = pytest.mark.slow


@pytest.fixture
def photo(server: Server, open_page: Open) -> Page:
    page = open_page(f"{server.url}/#photo")
    page.set_input_files("#choose", PHOTO)
    expect(page.get_by_label("What it says")).to_have_value(TEXT)
    return page


def test_a_photo_is_read_and_a_box_leads_inside(photo: Page) -> None:
    boxes = photo.get_by_role("group", name="Digits on the picture").get_by_role("button")
    expect(boxes).to_have_count(22)
    boxes.nth(4).click()
    expect(photo.locator(".chosen .value")).to_have_text("5")
    photo.get_by_role("button", name="Follow it inside").click()
    expect(photo.get_by_role("heading", name="Following a 5")).to_be_visible()
    expect(photo.get_by_text("From photo.png.")).to_be_visible()
    photo.get_by_role("button", name="Back to your drawing").click()
    expect(photo.get_by_role("heading", name="Inside the network")).to_be_visible()


def test_boxes_lie_on_the_digits_and_stay_there_when_zoomed(photo: Page) -> None:
    box, stage = photo.locator(".box rect").first, photo.locator(".stage")
    before, whole = box.bounding_box(), stage.bounding_box()
    assert before
    assert whole
    photo.get_by_role("button", name="Zoom in").click()
    after = box.bounding_box()
    assert after
    assert after["width"] == pytest.approx(1.5 * before["width"], rel=0.05)
    middle = whole["x"] + whole["width"] / 2
    assert after["x"] - middle == pytest.approx(1.5 * (before["x"] - middle), abs=3)
    photo.get_by_role("button", name="Fit the picture").click()
    assert box.bounding_box() == pytest.approx(before, abs=1)


def test_boxes_are_reached_by_keyboard(photo: Page) -> None:
    photo.locator(".box").first.focus()
    photo.keyboard.press("ArrowRight")
    expect(photo.locator(".chosen .value")).to_have_text("1")


def test_the_reading_can_be_taken_along(photo: Page, tmp_path: Path) -> None:
    def download(name: str) -> Path:
        with photo.expect_download() as waiting:
            photo.get_by_role("button", name=name).click()
        path = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    rows = download("Download the digits as CSV").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("source,page,line,position,value")
    assert [row.split(",")[4] for row in rows[1:]] == list(re.sub(r"\D", "", TEXT))
    reading = json.loads(download("Download the reading as JSON").read_text(encoding="utf-8"))
    assert reading["text"] == TEXT
    assert "frame" not in reading["lines"][0]["digits"][0]
    with Image.open(download("Overlay")) as overlay:
        assert overlay.format == "PNG"


def test_what_is_no_picture_is_told_where_it_happens(server: Server, open_page: Open, tmp_path: Path) -> None:
    page = open_page(f"{server.url}/#photo", forgive=r"status of 4\d\d")
    (tmp_path / "letter.png").write_text("no picture", encoding="utf-8")
    page.set_input_files("#choose", tmp_path / "letter.png")
    expect(page.get_by_role("alert").filter(has_text="Expected")).to_be_visible()


def test_a_document_is_read_page_by_page(server: Server, open_page: Open, tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    seven = Image.open(PHOTO.with_name("seven.png")).convert("RGB")
    with Image.open(PHOTO) as photo:
        photo.convert("RGB").save(tmp_path / "two.pdf", save_all=True, append_images=[seven])
    page = open_page(f"{server.url}/#photo")
    page.set_input_files("#choose", tmp_path / "two.pdf")
    expect(page.get_by_text("Page 1 of 2")).to_be_visible()
    expect(page.locator(".box")).to_have_count(22)
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    expect(page.get_by_label("What it says")).to_have_value("7")


def test_a_dropped_and_a_pasted_picture_are_read(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/#photo", **PHONE)
    data = list(PHOTO.with_name("seven.png").read_bytes())
    for kind in ("drop", "paste"):
        page.evaluate(
            """([kind, data]) => {
                const transfer = new DataTransfer();
                transfer.items.add(new File([new Uint8Array(data)], `${kind}.png`, { type: "image/png" }));
                const options = { dataTransfer: transfer, clipboardData: transfer, bubbles: true, cancelable: true };
                document.body.dispatchEvent(new { drop: DragEvent, paste: ClipboardEvent }[kind](kind, options));
            }""",
            [kind, data],
        )
        expect(page.locator(".lead")).to_have_text(f"{kind}.png")
        expect(page.get_by_label("What it says")).to_have_value("7")


def test_the_model_tells_its_figures_and_its_card(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    go_to(page, "Model")
    expect(page.locator(".figure")).to_have_text(re.compile(r"^99\.\d\d %$"))
    expect(page.get_by_role("heading", name="How it was made")).to_be_visible()
    expect(page.get_by_role("row", name="Parameters 168,106")).to_be_visible()


def test_another_model_is_chosen_and_reads_from_then_on(start: Start, open_page: Open, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(SHIPPED, tmp_path / name)
    page = open_page(f"{start('--model', tmp_path / 'one', '--model', tmp_path / 'two').url}/#model")
    with page.expect_response("**/v1/models/two/network"):
        page.get_by_label("Model in use").select_option("two")
    go_to(page, "Photo")
    with page.expect_request("**/v1/read?*model=two*"):
        page.set_input_files("#choose", PHOTO.with_name("seven.png"))
    expect(page.get_by_label("What it says")).to_have_value("7")

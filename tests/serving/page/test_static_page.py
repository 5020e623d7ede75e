"""``digits export --format web``: a folder that needs no more than a server of files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing.hands import Hand, Open, Strokes, expect_reading, go_to
from playwright.sync_api import expect
from shell import call

from digits.model.folder import open_model

MOST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("web") / "page"
    done = call("export", "--format", "web", "--out", path, "--json")
    told = json.loads(done.stdout)
    assert (told["path"], told["format"]) == (str(path), "web")
    assert told["bytes"] == sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The folder, as the plainest server there is shows it."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    yield server.stdout.readline().split("(")[1].split(")")[0]
    server.terminate()
    server.communicate(timeout=10)


def test_the_folder_is_small_and_holds_what_others_must_be_told(folder: Path) -> None:
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < MOST_BYTES
    told = (folder / "page" / "licences.txt").read_text(encoding="utf-8")
    assert all(name in told for name in ("Yann LeCun", "Attribution-ShareAlike 3.0", "SIL OPEN FONT LICENSE"))


def test_a_page_is_replaced_only_by_force_and_nothing_else_is(folder: Path, tmp_path: Path) -> None:
    assert b"--force" in call("export", "--format", "web", "--out", folder).stderr
    assert call("export", "--format", "web", "--out", folder, "--force").returncode == 0
    (tmp_path / "mine.txt").write_text("keep me", encoding="utf-8")
    refused = call("export", "--format", "web", "--out", tmp_path, "--force")
    assert refused.returncode == 1
    assert b"may be replaced" in refused.stderr
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep me"


def test_it_draws_reads_and_follows_without_a_server_of_digits(
    address: str, open_page: Open, written: dict[int, Strokes]
) -> None:
    page = open_page(address)
    Hand(page).draw(written[5])
    expect_reading(page, "5")
    accuracy = open_model().info["measured"]["test_accuracy"]
    expect(page.get_by_text(f"digits: {100 * accuracy:.2f} % on MNIST")).to_be_visible()
    assert page.get_by_role("navigation").get_by_role("link").all_inner_texts() == ["Draw", "Inside"]
    go_to(page, "Inside")
    expect(page.get_by_role("heading", name="Following a 5")).to_be_visible()
    expect(page.locator(".neighbours li")).to_have_count(8)

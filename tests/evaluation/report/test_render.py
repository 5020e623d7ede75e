"""The page as text; how it behaves in a browser is tests/evaluation/report/test_browser.py."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from digits.data import LabelledImages
from digits.errors import MissingExtraError, RunError
from digits.evaluation.report.compare import compare
from digits.evaluation.report.render import write_comparison, write_report

MOST_BYTES = 3 * 2**20
ADDRESSED = ("src", "href", "action", "data", "poster", "srcset")


class Page(HTMLParser):
    """Addresses, names and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.names: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.addresses += [found[key] or "" for key in ADDRESSED if key in found]
        self.names += [found["id"] or ""] if "id" in found else []

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def written(make_run, examples, tmp_path):
    """Writes the report on a run made as ``make_run`` is asked to, and returns its text."""

    def write(**options: object) -> str:
        return write_report(make_run(**options), examples, tmp_path / "report.html").read_text(encoding="utf-8")

    return write


def test_the_headline_is_the_accuracy_with_its_interval(written):
    text = " ".join(Page(written()).text.split())
    assert "98.50 %" in text
    assert "of 200 images of own digits read right: 3 errors" in text
    assert "95.68 % to 99.49 %" in text  # Wilson's, of 197 in 200


def test_every_part_is_there_and_every_link_in_the_page_leads_somewhere(written):
    page = Page(written())
    parts = {"training", "confusion", "digits", "confidence", "robustness", "wrong", "labels", "time", "recipe"}
    assert parts <= set(page.names)
    assert {address for address in page.addresses if address.startswith("#")} <= {f"#{name}" for name in page.names}
    assert len(page.names) == len(set(page.names))


def test_no_address_leads_out_of_the_page(written, make_run, examples, tmp_path):
    runs = compare([make_run("a"), make_run("b", wrong={3: 8})], examples)
    both = write_comparison(runs, examples, tmp_path / "both.html").read_text(encoding="utf-8")
    for text in (written(), both):
        assert all(address.startswith(("#", "data:")) for address in Page(text).addresses)
        assert not re.search(r"url\(|@import|https?://", text)


def test_a_notice_stands_before_the_figures(written):
    text = Page(written(notice="NOT THE FULL MNIST <really>")).text
    assert "NOT THE FULL MNIST <really>" in text
    assert text.index("NOT THE FULL") < text.index("98.50 %")


def test_many_epochs_are_lines_whose_dots_are_unseen(written):
    text = written(epochs=300)
    assert "epoch 300: 95.00%" in text
    assert 'class="dot s0"' not in text[text.index('id="training"') : text.index('id="confusion"')]


def test_the_kept_epoch_is_named_in_words(written):
    text = " ".join(Page(written(epochs=3)).text.split())
    assert "The network of the last epoch, 3, is kept. The highest validation accuracy, 95 %, was first" in text


def test_terms_of_the_field_have_plain_words_beside_them(written):
    text = " ".join(Page(written()).text.split())
    assert "how surprised the network is by the right answers, in nats" in text
    assert "mean gap between its confidence and its accuracy" in text


def test_what_a_run_does_not_hold_is_left_out(written):
    page = Page(written(epochs=0, robustness_images=0))
    assert "training" not in page.names
    assert "robustness" not in page.names
    assert "#training" not in page.addresses


def test_a_run_without_errors_says_so(written):
    assert "No errors in 200 images." in Page(written(wrong={})).text


def test_a_network_that_diverged_has_a_report_too(make_run, examples, tmp_path):
    run = make_run()
    history = ({**run.facts.history[0], "loss": float("nan"), "val_loss": float("nan")}, *run.facts.history[1:])
    run = replace(run, facts=replace(run.facts, history=history))
    assert write_report(run, examples, tmp_path / "report.html").stat().st_size > 10_000


def test_the_worst_network_s_page_is_still_small(make_run, tmp_path):
    random = np.random.default_rng(0)
    labels = np.arange(10_000) % 10
    images = random.integers(0, 256, (10_000, 28, 28), dtype=np.uint8)  # noise: nothing is harder to compress
    images[:, 0, 0] = random.integers(0, 10, 10_000)
    noise = LabelledImages(images, labels)
    run = make_run()
    reader = type("Reader", (), {"info": {}, "classify_frames": staticmethod(_first_pixel)})()
    from digits.evaluation.evaluate import evaluate

    run = replace(run, evaluation=evaluate(reader, "noise", noise))
    assert write_report(run, noise, tmp_path / "report.html").stat().st_size < MOST_BYTES


def _first_pixel(frames: np.ndarray) -> object:
    from digits.reading.recognition.predictions import Predictions

    values = frames[:, 0, 0].astype(np.int64)
    rows = np.full((len(frames), 10), 0.02, np.float32)
    rows[np.arange(len(frames)), values] = 0.82
    return Predictions(values, rows.max(axis=1), rows, np.zeros((len(frames), 32), np.float32))


def test_a_comparison_shows_each_run_and_the_verdict(make_run, examples, tmp_path):
    runs = compare([make_run("first"), make_run("second", wrong=dict.fromkeys(range(41, 80), 0))], examples)
    page = Page(write_comparison(runs, examples, tmp_path / "both.html").read_text(encoding="utf-8"))
    text = " ".join(page.text.split())
    assert "first is better than second by more than chance explains" in text
    assert "A first" in text
    assert {"side", "chance", "training", "robustness", "images", "differences"} <= set(page.names)


def test_a_page_that_cannot_be_written_is_named(make_run, examples, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match="give another file"):
        write_report(make_run(), examples, tmp_path / "file" / "report.html")


def test_missing_templates_are_told(make_run, examples, tmp_path, monkeypatch):
    monkeypatch.setattr("digits.evaluation.report.render.find_spec", lambda _name: None)
    assert importlib.util.find_spec("jinja2")
    with pytest.raises(MissingExtraError, match=r"jinja2 .*pip install '\.\[train\]"):
        write_report(make_run(), examples, tmp_path / "report.html")

from __future__ import annotations

from dataclasses import replace

from markupsafe import escape

from digits.evaluation.report import make


def with_weights(run, sha256):
    return replace(run, evaluation=replace(run.evaluation, model_sha256=sha256))


def test_one_network_in_two_folders_is_shown_once(make_run, examples, tmp_path):
    runs = [with_weights(make_run("a"), "1"), with_weights(make_run("copy"), "1")]
    made = make.report(runs, examples, tmp_path / "report.html")
    assert any("copy holds the same weights as" in notice for notice in made.notices)
    assert made.document["run"] == "a"


def test_networks_of_other_weights_are_compared(make_run, examples, tmp_path):
    runs = [
        with_weights(make_run("a"), "1"),
        with_weights(make_run("b", seed=1), "2"),
        with_weights(make_run("c"), "1"),
    ]
    made = make.report(runs, examples, tmp_path / "report.html")
    assert [run["run"] for run in made.document["runs"]] == ["a", "b"]


def test_a_notice_says_whose_it_is_unless_it_is_about_all(make_run, examples, tmp_path):
    runs = [
        with_weights(make_run("a", notice="FEW"), "1"),
        with_weights(make_run("b", notice="FEW"), "2"),
        with_weights(make_run("c"), "3"),
    ]
    told = "The model's training data: FEW"
    path = tmp_path / "report.html"
    assert make.report(runs, examples, path).notices[0] == f"a, b: {told}"
    assert f"a, b: {escape(told)}" in path.read_text(encoding="utf-8")
    assert make.report(runs[:2], examples, path).notices[0] == told
    assert make.report(runs[:1], examples, path).notices[0] == told

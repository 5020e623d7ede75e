from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from digits.evaluation.report.compare import compare
from digits.evaluation.report.verdict import as_p, conclude

BAD = {number: (number + 1) % 10 for number in range(40)}


def test_images_are_sorted_into_disagreed_and_wrong_in_all(make_run, examples):
    found = compare([make_run("a", wrong={3: 8, 13: 8}), make_run("b", wrong={13: 5, 24: 9})], examples)
    assert (found.disagreed, found.all_wrong) == (2, 1)
    assert {seen.index for seen in found.disagreed_shown} == {3, 24}
    (hard,) = found.all_wrong_shown
    assert [answer for answer, _ in hard.answers] == [8, 5]


def test_one_error_more_is_no_difference_and_forty_are(make_run, examples):
    few, many = make_run("few", wrong={3: 8}), make_run("many", wrong=BAD)
    (close,) = compare([few, make_run("two", wrong={3: 8, 13: 8})], examples).pairs
    (far,) = compare([few, many], examples).pairs
    assert (close.is_significant, far.is_significant) == (False, True)
    assert "few is better than many" in " ".join(conclude(compare([many, few], examples)))


def test_seeds_of_one_recipe_make_a_group_and_their_spread_is_told(make_run, examples):
    runs = [make_run(f"seed-{s}", seed=s, wrong=dict.fromkeys(range(1, 3 + s), 0)) for s in range(3)]
    found = compare(runs, examples)
    assert [len(group.runs) for group in found.groups] == [3]
    assert "mean and standard deviation of 3 seeds" in conclude(found)[0]
    assert found.settings["seed"] == (0, 1, 2)


def test_recipes_are_compared_over_seeds_only_where_both_have_several(make_run, examples):
    ours = [make_run(f"a{s}", seed=s, wrong=dict.fromkeys(range(1, 2 + s), 0)) for s in range(2)]
    other = {"name": "robust"}
    theirs = [make_run(f"b{s}", seed=s, recipe=other, wrong=dict.fromkeys(range(1, 40 + s), 0)) for s in range(2)]
    (both,) = compare(ours + theirs, examples).group_pairs
    assert both.is_significant
    (one,) = compare([*ours, theirs[0]], examples).group_pairs
    assert one.difference is None
    assert "several seeds of each" in conclude(compare([*ours, theirs[0]], examples))[-1]


def test_a_seed_that_was_trained_twice_counts_once_in_its_group(make_run, examples):
    runs = [make_run("a0", seed=0), make_run("a1", seed=1, wrong={3: 8}), make_run("again", seed=0, wrong={13: 8})]
    found = compare(runs, examples)
    assert [[run.facts.name for run in group.runs] for group in found.groups] == [["a0", "a1"], ["again"]]
    assert len(found.pairs) == 3
    assert "2 seeds" in conclude(found)[0]


def test_the_same_seeds_of_two_studies_are_two_groups_that_are_compared(make_run, examples):
    runs = [
        make_run(f"{study}/seed-{s}", seed=s, wrong=dict.fromkeys(range(1, errors + s), 0))
        for study, errors in (("old", 3), ("new", 40))
        for s in range(2)
    ]
    found = compare(runs, examples)
    assert [(group.name, len(group.runs)) for group in found.groups] == [("old", 2), ("new", 2)]
    (pair,) = found.group_pairs
    assert pair.is_significant


def test_runs_of_the_same_name_are_told_apart_by_their_folders(make_run, examples):
    runs = [
        replace(run, facts=replace(run.facts, path=Path(place) / "one"))
        for run, place in ((make_run(), "runs/old"), (make_run(), "runs/new"))
    ]
    assert [run.facts.name for run in compare(runs, examples).runs] == ["old/one", "new/one"]


def test_settings_that_are_the_same_are_not_among_the_differences(make_run, examples):
    found = compare([make_run("a"), make_run("b", recipe={"name": "fast", "epochs": 9})], examples)
    assert found.settings["epochs"] == (2, 9)
    assert "threads" not in found.settings


def test_the_epochs_are_those_that_the_recipe_came_to_and_its_name_is_there_once(make_run, examples):
    """``fast`` makes more than its two passes over few images; a page that says 2 beside a curve of 20 confuses."""
    runs = [
        replace(run, facts=replace(run.facts, config={**run.facts.config, "epochs": epochs}))
        for run, epochs in ((make_run("a"), 20), (make_run("b", recipe={"name": "best", "epochs": 2}), 30))
    ]
    settings = compare(runs, examples).settings
    assert settings["recipe"] == ("fast", "best")
    assert settings["most_epochs"] == (20, 30)
    assert not {"name", "epochs"} & set(settings)


@pytest.mark.parametrize(("p", "written"), [(0.0001, "< 0.001"), (0.0421, "= 0.042"), (0.5, "= 0.50")])
def test_a_p_value_is_written_as_people_do(p, written):
    assert as_p(p) == written

"""``--accept`` chooses how sure an answer must be, and tells what was chosen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import digits
from digits.batch.task import Setup
from digits.cli.batch import batch
from digits.cli.evaluate import evaluate
from digits.cli.parsing.command import make_command
from digits.cli.read.verb import read
from digits.data import Dataset

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SEVEN = str(PICTURES / "seven.png")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(make_command(read), [SEVEN, "--single", *arguments])


def test_what_was_chosen_is_told_beside_the_answer() -> None:
    done = call("--accept", "0.999")
    assert done.stdout == "7\n"
    assert "note: answers from confidence 0.99" in done.stderr
    assert "of 5,000 held-out digits" in done.stderr


def test_json_has_threshold_coverage_and_bound() -> None:
    chosen = json.loads(call("--accept", "0.999", "--json").stdout)["accept"]
    assert chosen["asked"] == 0.999 <= chosen["bound"]
    assert chosen["level"] == 0.95
    assert 0.8 < chosen["coverage"] < 1
    assert 0.9 < chosen["threshold"] < 1
    assert "accept" not in json.loads(call("--json").stdout)


def test_agreed_is_told_too() -> None:
    done = call("--accept", "agreed")
    assert (done.stdout, done.exit_code) == ("7\n", 0)
    assert "answers what both networks name alike" in done.stderr


@pytest.mark.parametrize("accept", ["1", "0", "99.9", "agree", "nan", ""])
def test_what_is_no_accuracy_is_wrong_use(accept: str) -> None:
    done = call("--accept", accept)
    assert done.exit_code == 2
    assert "expected an accuracy between 0 and 1, such as 0.999, or agreed" in " ".join(done.stderr.split())


@pytest.mark.parametrize("verb", [read, batch])
def test_rules_choose_whole_values_and_digits_thresholds_have_no_part_in_it(verb: object) -> None:
    done = CliRunner().invoke(make_command(verb), [SEVEN, "--accept", "0.9", "--field", "length=1"])  # type: ignore[arg-type]
    assert done.exit_code == 2
    assert "leave one of them out" in " ".join(done.stderr.split())


def test_evaluate_has_one_network_that_can_agree_with_none() -> None:
    done = CliRunner().invoke(make_command(evaluate), ["--accept", "agreed", "--json"])
    assert done.exit_code == 2
    assert "needs two networks" in done.stderr


def test_evaluate_tells_what_comes_of_a_threshold_on_these_images(sample: Dataset, tmp_path: Path) -> None:
    few = sample.test.take(np.arange(0, 500, 10))
    np.savez(tmp_path / "own.npz", x_train=few.images, y_train=few.labels, x_test=few.images, y_test=few.labels)
    done = CliRunner().invoke(
        make_command(evaluate), ["--data", str(tmp_path / "own.npz"), "--json", "--accept", "0.999"]
    )
    accepted = json.loads(done.stdout)["accept"]
    sure = digits.load(threads=1).classify_frames(few.images)
    is_answered = sure.confidence >= accepted["threshold"]
    assert accepted["here"]["answered"] == is_answered.sum() > 30
    assert accepted["here"]["wrong"] == (sure.values != few.labels)[is_answered].sum()


def test_a_batch_reads_with_it_and_goes_on_only_with_the_same(tmp_path: Path) -> None:
    out = str(tmp_path / "results.jsonl")
    command = [SEVEN, str(tmp_path / "missing.png"), "--single", "--out", out, "--workers", "1"]
    first = CliRunner().invoke(make_command(batch), [*command, "--accept", "agreed"])
    assert "answers what both networks name alike" in first.stderr
    again = CliRunner().invoke(make_command(batch), [*command, "--accept", "0.99", "--resume"])
    assert "--accept is 0.99, was agreed" in " ".join(str(again.exception).split())


def test_a_batch_without_it_is_the_same_batch_as_before() -> None:
    assert "accept" not in Setup(None, "0").about
    assert "line" not in Setup(None, "0").about
    assert Setup(None, "0", line=True).about["line"] is True
    assert Setup(None, "0", accept=0.99).about["accept"] == 0.99

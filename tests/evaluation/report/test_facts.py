from __future__ import annotations

import json
import shutil

import pytest

from digits.errors import ModelError, RunError
from digits.evaluation.report.facts import find_runs, read_facts
from digits.model.folder import SHIPPED


@pytest.fixture
def folder(tmp_path):
    """A run folder of two epochs with the shipped model."""
    run = tmp_path / "mine"
    shutil.copytree(SHIPPED, run / "model")
    (run / "history.csv").write_text("epoch,accuracy,loss,val_accuracy,val_loss\n1,0.9,1,1,0.2\n2,0.95,1,1,nan\n")
    config = {"recipe": {"name": "fast", "augmentation": {"shift_px": 2}}, "seed": 4}
    (run / "config.json").write_text(json.dumps(config))
    (run / "metrics.json").write_text('{"seconds": {"training": 3}}')
    return run


def test_a_run_folder_says_what_its_files_say(folder):
    facts = read_facts(folder)
    assert facts.name == "mine"
    assert facts.seed == 4
    assert facts.recipe == {"name": "fast", "shift_px": 2}
    assert [row["epoch"] for row in facts.history] == [1, 2]
    assert facts.history[1]["val_loss"] != facts.history[1]["val_loss"]  # NaN


def test_the_shipped_model_has_a_recipe_and_no_history():
    facts = read_facts(None)
    assert facts.history == ()
    assert facts.recipe["name"] == facts.model["recipe"]["name"]


def test_a_run_being_published_has_the_name_it_will_have(folder):
    partial = folder.rename(folder.with_name("mine.partial"))
    assert read_facts(partial).name == "mine"


@pytest.mark.parametrize("file", ["config.json", "metrics.json"])
@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[1]",
        '{"dataset": 5}',
        '{"recipe": {"augmentation": "x"}}',
        '{"seconds": [1]}',
        '{"seconds": {"training": "x"}}',
        '{"seconds": {"evaluation": 1}}',
    ],
)
def test_a_damaged_file_is_named(folder, file, content):
    (folder / file).write_text(content)
    with pytest.raises(RunError, match=f"sound {file}"):
        read_facts(folder)


@pytest.mark.parametrize(
    "text",
    [
        "epoch,accuracy,loss,val_accuracy,val_loss\n1,2,3,4,much\n",
        "epoch,accuracy,loss,val_accuracy,val_loss\n1,2,3,4\n",
        "epoch,loss\n1,2\n",
        "",
    ],
)
def test_a_history_of_no_numbers_or_without_a_column_is_named(folder, text):
    (folder / "history.csv").write_text(text)
    with pytest.raises(RunError, match=r"sound history\.csv"):
        read_facts(folder)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError):
        read_facts(tmp_path)


def test_a_study_is_opened_into_its_complete_runs_in_order(tmp_path):
    (tmp_path / "summary.json").write_text("{}")
    for name in ("seed-10", "seed-2", "seed-1", "seed-3.partial"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
    (tmp_path / "latest").symlink_to("seed-2")
    assert [run.name for run in find_runs(tmp_path)] == ["seed-1", "seed-2", "seed-10"]
    assert find_runs(tmp_path / "seed-1") == [tmp_path / "seed-1"]

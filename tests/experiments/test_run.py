"""A run folder is what the design says it is, or it is not there."""

from __future__ import annotations

import csv
import json
import subprocess
from dataclasses import replace
from html import escape, unescape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import TINY_PLAN, Silence

import digits
from digits.cli.terminal.train_output import print_summary
from digits.data import Dataset
from digits.errors import RunError
from digits.experiments.run import Run, draw_result, git_commit, run_experiment
from digits.training.augmentation.augment import as_input
from digits.training.stopping import MIN_GAIN
from digits.training.train import cold_statistics, one_hot

pytestmark = pytest.mark.slow  # each needs a whole training


def test_the_run_folder_is_complete_and_holds_nothing_else(run: Run) -> None:
    names = {str(path.relative_to(run.path)) for path in run.path.rglob("*") if path.is_file()}
    assert names == {
        "CNN_mnist.h5",
        "CNN_mnist.keras",
        "model/model.onnx",
        "model/detector.onnx",
        "model/detector.int8.onnx",
        "model/spotter.onnx",
        "model/spotter.int8.onnx",
        "model/verifier.onnx",
        "model/verifier.int8.onnx",
        "model/model.int8.onnx",
        "model/model.json",
        "history.csv",
        "metrics.json",
        "accuracy_loss_plot.png",
        "confusion_matrix.png",
        "config.json",
        "report.html",
    }
    assert (run.path.parent / "latest" / "metrics.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["CNN_mnist.keras", "CNN_mnist.h5"])
def test_plain_keras_loads_the_network_ready_to_train_on(run: Run, small: Dataset, name: str) -> None:
    """Warnings are errors here: Keras would warn of an optimizer that does not fit."""
    import keras

    model = keras.models.load_model(run.path / name)
    assert type(model.optimizer) is keras.optimizers.Adam
    fitted = model.fit(as_input(small.test.images), one_hot(small.test), verbose=0)
    assert set(fitted.history) == {"accuracy", "loss"}


def test_no_part_of_a_run_passes_in_silence(small: Dataset, tmp_path: Path) -> None:
    progress = Silence()
    run_experiment(small, TINY_PLAN, out=tmp_path, name="told", progress=progress)
    assert progress.tasks == [
        "saving the network",
        *(f"measuring on the {part} images" for part in ("train", "validation", "test")),
        "drawing the plots",
        "measuring on distorted images",
    ]


def test_history_has_one_row_an_epoch_with_the_promised_columns(run: Run) -> None:
    rows = list(csv.DictReader((run.path / "history.csv").read_text().splitlines()))
    columns = ["epoch", "accuracy", "loss", "val_accuracy", "val_loss", "learning_rate", "seconds"]
    assert [list(row) for row in rows] == [columns] * 2
    assert [row["epoch"] for row in rows] == ["1", "2"]


def test_metrics_say_what_the_model_folder_answers(run: Run, small: Dataset) -> None:
    metrics = json.loads((run.path / "metrics.json").read_text())
    for precision, key in (("float32", "test_accuracy"), ("int8", "int8_test_accuracy")):
        values = digits.load(run.path, precision=precision).classify_frames(small.test.images).values
        assert metrics[key] == pytest.approx(np.mean(values == small.test.labels))
    assert metrics["test_n"] == len(small.test) == np.sum(metrics["confusion_matrix"])
    assert np.trace(metrics["confusion_matrix"]) == round(metrics["test_accuracy"] * metrics["test_n"])
    for key in ("train_accuracy", "val_accuracy", "test_loss", "ece"):
        assert 0 <= metrics[key] < 10
    assert [row["digit"] for row in metrics["per_digit"]] == list(range(10))
    assert set(metrics["per_digit"][0]) >= {"precision", "recall", "f1", "support"}
    assert metrics["seconds"]["training"] <= metrics["seconds"]["whole_run"]
    losses = [float(row["val_loss"]) for row in csv.DictReader((run.path / "history.csv").read_text().splitlines())]
    assert metrics["epochs"] == {"trained": 2, "kept": 2, "best": 1 + (losses[1] < losses[0] - MIN_GAIN)}


def test_every_artefact_of_the_offline_sample_says_so(run: Run, small: Dataset) -> None:
    metrics = json.loads((run.path / "metrics.json").read_text())
    config = json.loads((run.path / "config.json").read_text())
    model = digits.load(run.path).info
    assert metrics["dataset"]["notice"] == config["dataset"]["notice"] == model["dataset"]["notice"] == small.notice
    assert config["dataset"]["notice_details"] == small.notice_details
    assert escape(small.notice or "?") in (run.path / "report.html").read_text(encoding="utf-8")


def test_a_training_too_short_says_so_wherever_its_figures_are(
    run: Run, small: Dataset, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = f"The model's training: {cold_statistics(TINY_PLAN.recipe, len(small.train))}"
    assert told in json.loads((run.path / "metrics.json").read_text())["notices"]
    assert told in unescape((run.path / "report.html").read_text(encoding="utf-8"))
    print_summary(run.path, run.metrics, 61.2)
    shown = capsys.readouterr().out
    assert told in shown
    assert " s training, 61 s in all" in shown
    titles: list[str] = []
    monkeypatch.setattr("digits.experiments.run.draw_confusion_matrix", lambda *_, title: titles.append(title))
    draw_result(run.path, small, TINY_PLAN, run.metrics)
    assert told in titles[0]


def test_config_records_what_the_result_depends_on(run: Run) -> None:
    config = json.loads((run.path / "config.json").read_text())
    assert config["seed"] == 3
    assert config["threads"] == 2
    assert config["recipe"]["name"] == "fast"
    assert config["precision"] in ("float32", "mixed_bfloat16")
    assert {"python", "keras", "numpy", "digits"} <= set(config["versions"])
    assert len(config["dataset"]["sha256"]) == 64


def test_the_model_folder_knows_its_measured_accuracy_and_not_whose_machine_it_was(run: Run) -> None:
    for precision, key in (("float32", "test_accuracy"), ("int8", "int8_test_accuracy")):
        info = digits.load(run.path, precision=precision).info
        assert info["measured"]["test_accuracy"] == run.metrics[key]
        assert "source" not in info["dataset"]


def test_the_pictures_are_wide_enough_to_read(run: Run) -> None:
    for name in ("accuracy_loss_plot.png", "confusion_matrix.png"):
        with Image.open(run.path / name) as picture:
            assert picture.size[0] >= 800


@pytest.mark.slow
def test_data_of_faint_ink_is_trained_on_and_measured(small: Dataset, tmp_path: Path) -> None:
    """At 6 % of its contrast 0 and 1 are left, which ``classify_frames`` refuses elsewhere."""
    brightest = 16
    faint = {
        name: replace(part, images=np.rint(part.images * (brightest / 255)).astype(np.uint8))
        for name, part in small.parts.items()
    }
    run = run_experiment(replace(small, **faint), TINY_PLAN, out=tmp_path, name="faint", progress=Silence())
    assert digits.load(run.path).info["dataset"]["brightest_pixel"] == brightest


@pytest.mark.slow
def test_an_interrupted_run_resumes_to_the_same_model(run: Run, small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_experiment(small, TINY_PLAN, out=tmp_path, name="half", progress=Silence(stop_in=2))
    assert not (tmp_path / "half").exists()
    resumed = run_experiment(small, TINY_PLAN, out=tmp_path, name="half", resume=True, progress=Silence())
    for one, other in ((run, resumed),):
        assert (one.path / "model/model.onnx").read_bytes() == (other.path / "model/model.onnx").read_bytes()


@pytest.mark.slow
def test_a_forced_run_leaves_the_one_of_its_name_until_it_is_complete(small: Dataset, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "config.json").write_text("{}")
    with pytest.raises(RunError, match="--force"):
        run_experiment(small, TINY_PLAN, out=tmp_path, name="a", progress=Silence())
    with pytest.raises(KeyboardInterrupt):
        run_experiment(small, TINY_PLAN, out=tmp_path, name="a", force=True, progress=Silence(stop_in=2))
    assert (tmp_path / "a" / "config.json").read_text() == "{}"
    run = run_experiment(small, TINY_PLAN, out=tmp_path, name="a", resume=True, progress=Silence())
    assert json.loads((run.path / "config.json").read_text())["seed"] == TINY_PLAN.seed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "latest"]


@pytest.mark.slow
def test_resuming_with_another_seed_or_other_data_is_refused(small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_experiment(small, TINY_PLAN, out=tmp_path, name="half", progress=Silence(stop_in=1))
    with pytest.raises(RunError, match=r"expected --seed 3, with which .* begun; got --seed 4;"):
        run_experiment(small, replace(TINY_PLAN, seed=4), out=tmp_path, name="half", resume=True, progress=Silence())
    with pytest.raises(RunError, match=f"expected {small.source}, on which .* begun; got elsewhere"):
        run_experiment(
            replace(small, sha256="0" * 64, source="elsewhere"),
            TINY_PLAN,
            out=tmp_path,
            name="half",
            resume=True,
            progress=Silence(),
        )


def test_outside_a_checkout_there_is_no_commit(tmp_path: Path) -> None:
    (tmp_path / "run.py").touch()
    assert git_commit(tmp_path / "run.py") is None
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert git_commit(tmp_path / "run.py") is None  # a checkout, but of something else

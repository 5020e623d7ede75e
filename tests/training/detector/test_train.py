"""The trainer: it learns, goes on from a checkpoint, and its ONNX file answers as Keras does."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from normalization import unsettle

from digits.errors import RunError
from digits.reading.detection.detector import OUTPUTS
from digits.reading.recognition.network.classifier import open_session
from digits.training.backend import prepare
from digits.training.detector import train
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.detector.examples import Plan
from digits.training.detector.network import PLACES, build_detector
from digits.training.detector.onnx_file import detector_bytes
from digits.training.detector.train import Settings, main, train_detector
from digits.training.export.onnx_graph import notes_in
from digits.training.install import describe
from digits.training.network.folding import begin_with
from digits.training.resuming.checkpoint import CHECKPOINT_FILE

PLAN = Plan(seed=1, pages=4, looks=16, mixed=1)


def test_the_onnx_file_answers_as_the_keras_network() -> None:
    prepare(threads=None, bfloat16=False)
    network = build_detector()
    random = np.random.default_rng(0)
    unsettle(network, random)
    grey = random.integers(0, 256, (2, 1, 48, 64)).astype(np.uint8)
    expected = network(grey.transpose(0, 2, 3, 1).astype(np.float32) / 255, training=False).numpy()
    session = open_session(detector_bytes(network, {"note": '"kept"'}), threads=1)
    got = session.run(["answers"], {"grey": grey})[0]
    assert got.shape == (2, PLACES * OUTPUTS, 12, 16)
    # Weights are kept in float16.
    assert np.abs(got.transpose(0, 2, 3, 1) - expected).max() < 0.03 * np.abs(expected).max()


def test_an_untrained_network_sees_nothing() -> None:
    prepare(threads=None, bfloat16=False)
    outputs = build_detector()(np.random.default_rng(0).random((1, 64, 64, 1), np.float32), training=False).numpy()
    logits = outputs.reshape(16, 16, PLACES, OUTPUTS)[..., :-5]
    assert (logits.argmax(axis=-1) == 0).all()


def test_a_training_may_begin_with_the_weights_of_another() -> None:
    prepare(threads=None, bfloat16=False)
    random = np.random.default_rng(0)
    network, other = build_detector(), build_detector()
    unsettle(network, random)
    grey = random.integers(0, 256, (8, 1, 64, 64)).astype(np.uint8)
    weights = detector_bytes(network, {})
    begin_with(other, weights, grey.transpose(0, 2, 3, 1).astype(np.float32) / 255)
    expected, got = (
        open_session(each, threads=1).run(["answers"], {"grey": grey})[0]
        for each in (weights, detector_bytes(other, {}))
    )
    assert np.abs(got - expected).max() < 0.01 * np.abs(expected).max()


@pytest.mark.slow
def test_what_a_training_began_with_is_told_in_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "Plan", partial(Plan, pages=2, looks=16, mixed=1))
    first, second = tmp_path / "first.onnx", tmp_path / "second.onnx"
    given = ["--crops", "32", "--folder", str(tmp_path), "--workers", "1", "--threads", "2"]
    main([*given, "--out", str(first)])
    main([*given, "--begin-with", str(first), "--out", str(second)])
    notes, sha256 = notes_in(second.read_bytes()), hashlib.sha256(first.read_bytes()).hexdigest()
    assert notes["settings"]["begin_with"] == sha256
    assert notes["earlier"] == {"sha256": sha256, **notes_in(first.read_bytes())}
    assert describe(second.read_bytes())["can_be_rebuilt"]


@pytest.mark.slow
def test_training_lowers_the_loss(alphabet: Alphabet, tmp_path: Path) -> None:
    train_detector(alphabet, tmp_path, Settings(crops=8 * PLAN.round, plan=PLAN), workers=1)
    with np.load(tmp_path / CHECKPOINT_FILE) as stored:
        rows = json.loads(str(stored["history"]))
    assert rows[-1]["classes"] < 0.7 * rows[0]["classes"]


@pytest.mark.slow
def test_the_same_settings_give_the_same_weights_also_after_a_stop(
    alphabet: Alphabet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(crops=2 * PLAN.round, plan=PLAN)
    whole, _ = train_detector(alphabet, _made(tmp_path / "whole"), settings, threads=None, workers=1)
    saved = train.save_checkpoint

    def save_and_stop(*arguments: object) -> None:
        saved(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "save_checkpoint", save_and_stop)
    with pytest.raises(KeyboardInterrupt):
        train_detector(alphabet, _made(tmp_path / "stopped"), settings, workers=1)
    monkeypatch.undo()
    again, _ = train_detector(alphabet, tmp_path / "stopped", settings, workers=1)
    for one, other in zip(whole.get_weights(), again.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-5)


def test_a_damaged_checkpoint_is_named(alphabet: Alphabet, tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_FILE).write_bytes(b"no archive")
    with pytest.raises(RunError, match="delete the folder and train again"):
        train_detector(alphabet, tmp_path, Settings(crops=PLAN.round, plan=PLAN), workers=1)


def test_the_rate_rises_stays_and_falls() -> None:
    settings = Settings(crops=1000)
    rates = [settings.rate(share) for share in (0.0, 0.02, 0.1, 0.5, 0.9, 0.999)]
    assert rates[0] < rates[1] < rates[2] == rates[3] == settings.peak_rate > rates[4] > rates[5]


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder

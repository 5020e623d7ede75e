"""The verifier's trainer: it learns, goes on from what is there, and its ONNX file answers as Keras does."""

from __future__ import annotations

import hashlib
import json
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from normalization import unsettle

import digits
from digits.errors import ModelError
from digits.model.folder import open_model
from digits.reading.detection.verification import ANSWERS, Weighing, as_shown, nothing_odds
from digits.reading.recognition.network.classifier import open_detector, open_verifier
from digits.training.backend import prepare
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.export.onnx_graph import notes_in
from digits.training.network.folding import begin_with
from digits.training.resuming.checkpoint import CHECKPOINT_FILE
from digits.training.rewriting import rewrite
from digits.training.verifier import reweigh, train
from digits.training.verifier.mining import Pieces, load, mine
from digits.training.verifier.network import ask_keras, build_verifier
from digits.training.verifier.onnx_file import verifier_bytes
from digits.training.verifier.regions import Regions, make_regions
from digits.training.verifier.train import Settings, main, train_verifier
from digits.training.verifier.weighing import weigh

SHIPPED = Path(digits.__file__).parent / "model" / "shipped"
WEIGHED = {"weighing": {"detector": 1.0, "verifier": 0.5, "constant": -0.25}}


@pytest.fixture
def shipped_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


def test_the_onnx_file_answers_as_the_keras_network() -> None:
    prepare(threads=None, bfloat16=False)
    network = build_verifier()
    random = np.random.default_rng(0)
    unsettle(network, random)
    shown = as_shown(random.integers(0, 256, (3, 40, 80)).astype(np.uint8))
    expected = network(shown[:, 0, ..., np.newaxis], training=False).numpy().reshape(3, ANSWERS)
    ask, weighing = open_verifier(verifier_bytes(network, {"measured": json.dumps(WEIGHED)}), threads=1)
    got = ask(shown)
    assert got.shape == (3, ANSWERS)
    assert np.abs(got - expected).max() < 0.03 * np.abs(expected).max()  # weights are kept in float16
    assert weighing == WEIGHED["weighing"]


def test_a_file_without_a_weighing_is_refused() -> None:
    with pytest.raises(ModelError, match="how to weigh both stages"):
        open_verifier(verifier_bytes(build_verifier(), {}), threads=1)


def test_a_training_may_begin_with_the_weights_of_another() -> None:
    prepare(threads=None, bfloat16=False)
    random = np.random.default_rng(0)
    network, other = build_verifier(), build_verifier()
    unsettle(network, random)
    shown = as_shown(random.integers(0, 256, (8, 40, 80)).astype(np.uint8))
    weights = verifier_bytes(network, {"measured": json.dumps(WEIGHED)})
    begin_with(other, weights, shown[:, 0, ..., np.newaxis])
    begun = verifier_bytes(other, {"measured": json.dumps(WEIGHED)})
    expected, got = (open_verifier(each, threads=1)[0](shown) for each in (weights, begun))
    assert np.abs(got - expected).max() < 0.01 * np.abs(expected).max()


@pytest.mark.slow
def test_what_a_training_began_with_is_told_in_its_file(
    alphabet: Alphabet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = open_detector(open_model().networks["detector"], threads=1)
    made = make_regions(alphabet, ask, np.random.default_rng(1), pages=6)
    monkeypatch.setattr(train, "load_materials", lambda *_: (alphabet, {}))
    monkeypatch.setattr(train, "mine", lambda *_, **__: ())
    monkeypatch.setattr(train, "load", lambda *_: made)
    monkeypatch.setattr(train, "mine_to_weigh", lambda *_: (made, made))
    first, second = tmp_path / "first.onnx", tmp_path / "second.onnx"
    given = ["--pieces", "1", "--epochs", "1", "--folder", str(tmp_path), "--workers", "1", "--threads", "2"]
    main([*given, "--out", str(first)])
    main([*given, "--begin-with", str(first), "--out", str(second)])
    notes, sha256 = notes_in(second.read_bytes()), hashlib.sha256(first.read_bytes()).hexdigest()
    assert notes["settings"]["begin_with"] == sha256
    assert notes["earlier"] == {"sha256": sha256, **notes_in(first.read_bytes())}


@pytest.mark.slow
def test_it_learns_and_goes_on_from_pieces_and_a_checkpoint(alphabet: Alphabet, tmp_path: Path) -> None:
    detector, pieces = open_model().networks["detector"], Pieces(tmp_path / "train", 1)
    assert list(mine(alphabet, detector, pieces, 1, workers=1)) == [1]
    before = pieces.path(0).stat().st_mtime_ns
    settings = Settings(pieces=1, epochs=3)
    network, _ = train_verifier(pieces, tmp_path, settings)
    with np.load(tmp_path / CHECKPOINT_FILE) as stored:
        rows = json.loads(str(stored["history"]))
    assert rows[-1]["classes"] < 0.7 * rows[0]["classes"]
    assert not list(mine(alphabet, detector, pieces, 1, workers=1))
    again, _ = train_verifier(pieces, tmp_path, settings)
    assert pieces.path(0).stat().st_mtime_ns == before
    for one, other in zip(network.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(one, other)
    made = load(pieces, 0)
    figures = weigh(partial(ask_keras, network), made, made)
    assert figures["both"]["false"][1] < 0.5
    assert figures["named_right"] > 0.2


def test_the_stage_that_knows_weighs_more() -> None:
    random = np.random.default_rng(0)
    kinds = np.where(random.random(400) < 0.5, 4, 0).astype(np.int8)
    logits = np.zeros((400, ANSWERS), np.float32)
    logits[np.arange(400), kinds] = random.normal(3, 2, 400)
    regions = Regions(
        np.zeros((400, 40, 80), np.uint8), kinds, np.zeros(400, np.int8), random.random(400).astype(np.float32)
    )
    figures = weigh(lambda _: logits, regions, regions)
    weighing = Weighing(**figures["weighing"])
    assert weighing.verifier > 0.3
    assert abs(weighing.detector) < 0.3
    assert weighing.presence_alone(nothing_odds(logits))[kinds > 0].mean() > 0.8
    presence = weighing.presence(np.zeros(400, np.float32), nothing_odds(logits))
    assert presence[kinds > 0].mean() > 0.8 > 0.2 > presence[kinds == 0].mean()


@pytest.mark.slow
def test_a_folder_with_another_detector_is_weighed_anew(
    shipped_copy: Path, alphabet: Alphabet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reweigh, "load_materials", lambda *_: (alphabet, {}))
    before = open_model(shipped_copy)
    ask = open_detector(before.networks["detector"], threads=1)
    made = make_regions(alphabet, ask, np.random.default_rng(1), pages=6)
    monkeypatch.setattr(reweigh, "mine_to_weigh", lambda *_: (made, made))
    reweigh.main([str(shipped_copy)])
    after = open_model(shipped_copy)
    notes, earlier = (notes_in(each.networks["verifier"]) for each in (after, before))
    assert notes["measured"] != earlier["measured"]
    assert notes["settings"] == earlier["settings"]
    assert notes["weighed_with"] == {"detector_sha256": hashlib.sha256(before.networks["detector"]).hexdigest()}
    assert "verifier-int8" not in after.networks
    assert after.networks["detector-int8"] == before.networks["detector-int8"]


def test_a_folder_without_a_detector_cannot_be_weighed(shipped_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = open_model(shipped_copy)
    info = {
        **model.info,
        "networks": {name: told for name, told in model.info["networks"].items() if "det" not in name},
    }
    rewrite(model, info, {name: each for name, each in model.networks.items() if "det" not in name})
    with pytest.raises(SystemExit):
        reweigh.main([str(shipped_copy)])
    assert "expected a model folder with detector.onnx" in " ".join(capsys.readouterr().err.split())

"""The network that spots digits: its ONNX file against Keras, its batches, and a training from start to file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import keras
import numpy as np
import onnx
import pytest

from digits.data import Dataset
from digits.reading.recognition.network.classifier import open_spotter
from digits.reading.spotting.rectification import STRIP_PX
from digits.training.network.folding import begin_with
from digits.training.resuming.checkpoint import CHECKPOINT_FILE, restore_checkpoint
from digits.training.spotter import train as spotter
from digits.training.spotter import weight_averaging as spotter_average
from digits.training.spotter.examples import PIECE, compose_strips, make_examples
from digits.training.spotter.network import build_spotter, spotter_bytes
from digits.training.spotter.train import Settings, main, measure_spotter, train_spotter
from digits.training.spotter.weight_averaging import average_spotters


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """Random weights, also in the normalization, whose fresh values would hide a mistake in folding it."""
    keras.utils.set_random_seed(1)
    network = build_spotter()
    random = np.random.default_rng(1)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([random.uniform(0.5, 1.5, values.shape) for values in layer.get_weights()])
    return network


@pytest.mark.parametrize("width", [16, 160, 302])
def test_onnx_answers_as_keras(network: keras.Model, width: int) -> None:
    strips = np.random.default_rng(0).integers(0, 256, (3, STRIP_PX, width), dtype=np.uint8)
    expected = np.asarray(network(strips[..., None].astype(np.float32) / 255, training=False))
    got = open_spotter(spotter_bytes(network, {}), threads=1)(strips[:, None])
    assert got.shape == expected.shape == (3, width // 2, 15)
    # Weights are rounded to float16: eleven bits each.
    np.testing.assert_allclose(got, expected, atol=2e-3 * float(np.abs(expected).max()))
    assert np.abs(expected).max() > 0.1


def test_a_training_may_begin_with_the_weights_of_another(
    network: keras.Model,
) -> None:
    strips = np.random.default_rng(0).integers(0, 256, (64, STRIP_PX, 64), dtype=np.uint8)
    other, weights = build_spotter(), spotter_bytes(network, {})
    begin_with(other, weights, strips[..., None].astype(np.float32) / 255)
    expected, got = (open_spotter(each, threads=1)(strips[:, None]) for each in (weights, spotter_bytes(other, {})))
    np.testing.assert_allclose(got, expected, atol=2e-3 * float(np.abs(expected).max()))
    # While it learns, normalization takes what it finds in each batch: the answers must not change by that.
    next(layer for layer in other.layers if isinstance(layer, keras.layers.SpatialDropout2D)).rate = 0
    learning = np.asarray(other(strips[..., None].astype(np.float32) / 255, training=True))
    assert np.corrcoef(learning.ravel(), expected.ravel())[0, 1] > 0.999


@pytest.mark.slow
def test_what_a_training_began_with_is_kept_in_its_file(
    network: keras.Model, sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spotter, "load_dataset", lambda: sample)
    (first := tmp_path / "first.onnx").write_bytes(spotter_bytes(network, {}))
    given = f"--lines 64 --epochs 1 --held-out 64 --threads 2 --peak-rate 0.001 --folder {tmp_path}"
    main([*given.split(), "--begin-with", str(first), "--out", str(tmp_path / "second.onnx")])
    notes = {each.key: json.loads(each.value) for each in onnx.load(tmp_path / "second.onnx").metadata_props}
    assert notes["settings"]["begin_with"] == hashlib.sha256(first.read_bytes()).hexdigest()
    assert notes["settings"]["peak_rate"] == 0.001


def _weights(file: bytes) -> dict[str, np.ndarray]:
    return {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load_from_string(file).graph.initializer}


def test_the_mean_of_spotters_has_the_mean_of_their_weights_and_tells_of_each(network: keras.Model) -> None:
    files = [spotter_bytes(each, {"settings": f'{{"seed": {k}}}'}) for k, each in enumerate((network, build_spotter()))]
    averaged = average_spotters(files)
    one, other, got = map(_weights, (*files, averaged))
    for name, values in got.items():
        expected = (one[name].astype(np.float64) + other[name]) / 2 if values.dtype.kind == "f" else one[name]
        np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-6)
        assert values.dtype == one[name].dtype
    (notes,) = onnx.load_from_string(averaged).metadata_props
    told = [{"sha256": hashlib.sha256(file).hexdigest(), "settings": {"seed": k}} for k, file in enumerate(files)]
    assert (notes.key, json.loads(notes.value)) == ("averaged", told)
    same = average_spotters([files[0]] * 3)
    assert all((values == one[name]).all() for name, values in _weights(same).items())


def test_only_files_of_one_network_are_averaged(network: keras.Model) -> None:
    file = spotter_bytes(network, {})
    wider = onnx.load_from_string(file)
    wider.graph.initializer[1].CopyFrom(onnx.numpy_helper.from_array(np.zeros(3, np.float16), "kernel0"))
    for other, fault in ((wider.SerializeToString(), "number or shape"), (b"\xffnone", "no ONNX file")):
        with pytest.raises(ValueError, match=fault):
            average_spotters([file, other])


def test_the_mean_is_measured_and_written(
    network: keras.Model,
    sample: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(spotter_average, "load_dataset", lambda: sample)
    (one := tmp_path / "one.onnx").write_bytes(spotter_bytes(network, {}))
    out = tmp_path / "mean.onnx"
    spotter_average.main([str(one), str(one), "--held-out", "8", "--out", str(out)])
    figures = json.loads(capsys.readouterr().out)
    notes = {each.key: json.loads(each.value) for each in onnx.load(out).metadata_props}
    assert notes["held_out"] == figures == measure_spotter(one.read_bytes(), sample.validation, 8)
    with pytest.raises(SystemExit):
        spotter_average.main([str(one), str(tmp_path / "none.onnx"), "--out", str(out)])
    assert "none.onnx" in capsys.readouterr().err


@pytest.mark.slow
def test_strips_do_not_depend_on_how_many_compose_them(sample: Dataset) -> None:
    reported: list[int] = []
    (strips, answers), (others, other_answers) = (
        compose_strips(sample.train, PIECE + 9, seed=7, workers=workers, report=reported.append) for workers in (1, 2)
    )
    np.testing.assert_array_equal(strips, others)
    np.testing.assert_array_equal(answers, other_answers)
    assert len(strips) == len(answers) == PIECE + 9
    assert reported == [PIECE, PIECE + 9] * 2
    assert (strips[:9] != strips[PIECE:]).any()


def test_a_network_that_knows_nothing_measures_as_such(network: keras.Model, sample: Dataset) -> None:
    output = network.layers[-2]
    kernel, bias = output.get_weights()
    silent = keras.models.clone_model(network)
    silent.layers[-2].set_weights([np.zeros_like(kernel), np.eye(len(bias))[0] * 20])
    figures = measure_spotter(spotter_bytes(silent, {}), sample.validation, 20)
    assert figures["digits"] > 20
    assert (figures["found"], figures["extra"], figures["with_digits"]) == (0, 0, 0)


@pytest.mark.slow
def test_a_killed_training_goes_on_and_leaves_a_file_with_its_figures(
    sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spotter, "load_dataset", lambda: sample)
    whole = train_spotter(sample, tmp_path, Settings(128, 2, held_out=64), threads=2)[0]
    arguments = f"--lines 128 --epochs 2 --held-out 64 --threads 2 --folder {tmp_path} --out {tmp_path}/s.onnx".split()
    (folder := tmp_path / "spotter-lines128-epochs2-seed0-held_out64-peak_rate0.004-begin_with").mkdir()

    def die(*_: object) -> None:
        assert len(restore_checkpoint(folder, spotter._compiled(Settings(128, 2), "float32"))[0]) == 1
        raise KeyboardInterrupt

    train_epoch, epochs = spotter._train_epoch, iter([None, die])
    monkeypatch.setattr(spotter, "_train_epoch", lambda *given: (next(epochs) or train_epoch)(*given))
    with pytest.raises(KeyboardInterrupt):
        main(arguments)
    assert (folder / CHECKPOINT_FILE).exists()
    monkeypatch.setattr(spotter, "_train_epoch", train_epoch)
    main(arguments)
    assert not (folder / CHECKPOINT_FILE).exists()
    notes = {each.key: json.loads(each.value) for each in onnx.load(tmp_path / "s.onnx").metadata_props}
    settings = {"lines": 128, "epochs": 2, "seed": 0, "held_out": 64, "peak_rate": 0.004, "begin_with": ""}
    assert notes["settings"] == settings
    assert notes["held_out"]["strips"] == 64
    strips, _ = make_examples(sample.validation, 8, seed=5)
    one = open_spotter((tmp_path / "s.onnx").read_bytes(), threads=1)(strips[:, None])
    other = open_spotter(spotter_bytes(whole, {}), threads=1)(strips[:, None])
    np.testing.assert_allclose(one, other, atol=0.05)

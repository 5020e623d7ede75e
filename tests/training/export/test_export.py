"""Every format gives the answers of model.onnx, in a fresh process that knows nothing of this package."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from digits.data import Dataset
from digits.errors import ModelError, RunError
from digits.model.folder import SHIPPED, open_model
from digits.reading.recognition.network.classifier import Classifier
from digits.training.augmentation.augment import as_input
from digits.training.export.ensemble import average_models
from digits.training.export.export import FORMATS, export, network_of
from digits.training.export.keras_file import save_keras_file

KERAS_ALONE = """
import sys, warnings, numpy as np, keras
warnings.simplefilter("error")
model = keras.models.load_model(sys.argv[1])
assert model.evaluate(np.load(sys.argv[2]), np.zeros((100, 10)), verbose=0)
np.save(sys.argv[3], model.predict_on_batch(np.load(sys.argv[2])))
assert not any(name.startswith("digits") for name in sys.modules)
"""


# LiteRT and the SavedModel are written through a graph that TensorFlow traces first.
TRACED = ("litert", "savedmodel")


EVERY_FORMAT = [pytest.param(name, marks=[pytest.mark.slow] * (name in TRACED)) for name in FORMATS]


@pytest.mark.slow
@pytest.mark.parametrize("format_name", EVERY_FORMAT)
def test_an_export_agrees_with_the_model_folder(tmp_path: Path, format_name: str) -> None:
    exported = export(open_model(), format_name, tmp_path / "file", threads=2)
    assert exported.path.exists()
    assert exported.largest_difference <= 1e-5
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["h5", "keras"])
def test_plain_keras_loads_the_file_in_a_fresh_process(tmp_path: Path, sample: Dataset, ending: str) -> None:
    path = export(open_model(), ending, tmp_path / f"CNN_mnist.{ending}", threads=2).path
    frames = sample.test.images[:100]
    np.save(tmp_path / "in.npy", as_input(frames))
    command = [sys.executable, "-c", KERAS_ALONE, path, tmp_path / "in.npy", tmp_path / "out.npy"]
    subprocess.run(command, check=True, capture_output=True)
    expected, _ = Classifier(open_model().weights).run(frames)
    np.testing.assert_allclose(np.load(tmp_path / "out.npy"), expected, atol=1e-5)


@pytest.mark.slow
def test_keras_and_onnx_agree_on_all_10_000_test_images(mnist: Dataset) -> None:
    model = open_model()
    expected = network_of(model, threads=2).predict(as_input(mnist.test.images), batch_size=500, verbose=0)
    probabilities, _ = Classifier(model.weights).run(mnist.test.images)
    assert np.abs(probabilities - expected).max() <= 1e-5


def test_an_h5_gives_keras_3_every_argument_of_the_network_back(tmp_path: Path) -> None:
    """Only some are written; one that is set to something new must be written too."""
    import keras

    model = network_of(open_model(), threads=2)
    save_keras_file(model, tmp_path / "a.h5")
    loaded = keras.models.load_model(tmp_path / "a.h5")
    assert [layer.get_config() for layer in loaded.layers] == [layer.get_config() for layer in model.layers]
    given, expected = (one.optimizer.get_config() | {"name": "any"} for one in (loaded, model))
    assert given == expected
    assert loaded.loss.get_config() == model.loss.get_config()


def test_an_unknown_format_or_a_taken_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="litert"):
        export(open_model(), "tflite")
    taken = tmp_path / "taken"
    taken.touch()
    with pytest.raises(RunError, match="exists"):
        export(open_model(), "onnx", taken)


@pytest.mark.slow
@pytest.mark.parametrize("format_name", EVERY_FORMAT)
def test_what_an_earlier_export_left_is_replaced_when_asked(tmp_path: Path, format_name: str) -> None:
    taken = export(open_model(), format_name, tmp_path / "file", threads=2).path
    written = {path: path.stat().st_mtime_ns for path in (taken, *taken.rglob("*"))}
    with pytest.raises(RunError, match="--force"):
        export(open_model(), format_name, taken, threads=2)
    assert {path: path.stat().st_mtime_ns for path in (taken, *taken.rglob("*"))} == written
    export(open_model(), format_name, taken, threads=2, force=True)
    assert taken.stat().st_mtime_ns > written[taken]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("format_name", ["onnx", "savedmodel"])
def test_a_folder_of_other_files_is_never_replaced(tmp_path: Path, format_name: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").touch()
    with pytest.raises(RunError, match="another place with --out"):
        export(open_model(), format_name, tmp_path / "mine", force=True)
    assert (tmp_path / "mine" / "letter").exists()


@pytest.mark.parametrize(("format_name", "name"), [("h5", "a.keras"), ("onnx", "a.h5"), ("savedmodel", "a.tflite")])
def test_a_name_that_ends_as_another_format_does_is_an_error(tmp_path: Path, format_name: str, name: str) -> None:
    with pytest.raises(RunError, match=f"expected a name .*for format {format_name}; got {name}; .*--format"):
        export(open_model(), format_name, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_that_disagrees_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_wrong(folder: object, path: Path, threads: int) -> object:  # noqa: ARG001
        path.write_bytes(b"x")
        return lambda inputs: np.zeros((len(inputs), 10))

    monkeypatch.setitem(FORMATS, "onnx", (".onnx", write_wrong))
    with pytest.raises(ModelError, match="agree"):
        export(open_model(SHIPPED), "onnx", tmp_path / "out.onnx")
    assert not list(tmp_path.iterdir())


def test_an_ensemble_is_told_from_one_network() -> None:
    model = open_model()
    several = replace(model, weights=average_models([model.weights, model.weights], {}))
    with pytest.raises(ModelError, match="expected one network, got an ensemble"):
        network_of(several, threads=2)

"""The network of the page, in JavaScript, gives what the ONNX file gives, in every layer."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from blocks import blocks_of

import digits
from digits.data import Dataset
from digits.errors import ModelError
from digits.model.folder import open_model
from digits.model.graph import expose, read_layers
from digits.reading.recognition.network.classifier import Tracer
from digits.serving.network import example_frames, network_bytes

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "src" / "digits" / "serving" / "page"
FRAMES = 8
RUN = """
import { readFileSync, writeFileSync } from "node:fs";
import { nearest, parse, run } from "./network.mjs";
const bytes = (path) => new Uint8Array(readFileSync(path)).buffer;
const network = parse(bytes("network.bin"));
const frames = new Float32Array(bytes("frames.bin"));
const answers = Array.from({ length: frames.length / 784 }, (_, i) => {
  const found = run(network, frames.subarray(784 * i, 784 * i + 784));
  return { ...found, maps: found.maps.map(({ values }) => values), near: nearest(network, found.features, 3) };
});
const plain = (key, value) => (value instanceof Float32Array ? Array.from(value) : value);
writeFileSync("answers.json", JSON.stringify(answers, plain));
"""


@pytest.fixture(scope="module")
def packed() -> bytes:
    return network_bytes(open_model())


@pytest.fixture(scope="module")
def frames(sample: Dataset) -> np.ndarray:
    """Digits, a blank frame and noise, float32 (n, 28, 28) in [0, 1]."""
    noise = np.random.default_rng(0).uniform(0, 1, (1, 28, 28))
    digits_ = sample.test.images[: FRAMES - 2] / 255
    return np.concatenate([digits_, np.zeros((1, 28, 28)), noise]).astype(np.float32)


@pytest.fixture(scope="module")
def answers(packed: bytes, frames: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """What node makes of the frames with the page's own modules."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node, which runs the page's network without a browser")
    folder = tmp_path_factory.mktemp("node")
    for name in ("layers", "network"):
        text = (PAGE / "network" / f"{name}.js").read_text(encoding="utf-8")
        (folder / f"{name}.mjs").write_text(text.replace("./layers.js", "./layers.mjs"), encoding="utf-8")
    (folder / "network.bin").write_bytes(packed)
    (folder / "frames.bin").write_bytes(frames.tobytes())
    (folder / "run.mjs").write_text(RUN, encoding="utf-8")
    subprocess.run([node, "run.mjs"], cwd=folder, check=True)
    return list(json.loads((folder / "answers.json").read_text(encoding="utf-8")))


def test_probabilities_are_those_of_the_reader_within_a_ten_thousandth(answers: list[dict], frames: np.ndarray) -> None:
    expected = digits.load(precision="float32", threads=1).classify_frames(frames).probabilities
    assert np.abs(np.array([one["probabilities"] for one in answers]) - expected).max() < 1e-4


def test_every_activation_is_that_of_the_onnx_file(answers: list[dict], frames: np.ndarray) -> None:
    names = ["relu_2", "relu_5", "relu_9", "relu_13", "features"]
    outputs = Tracer(expose(open_model().weights, names)).run(frames)
    for i, answer in enumerate(answers):
        for name, found in zip(names, [*answer["maps"], answer["features"]], strict=True):
            expected = outputs[name][i].ravel()
            assert np.abs(np.array(found) - expected).max() < 1e-4 * max(1.0, float(np.abs(expected).max())), name


def test_the_nearest_examples_are_those_whose_features_point_the_same_way(
    answers: list[dict], frames: np.ndarray
) -> None:
    reader = digits.load(precision="float32", threads=1)
    own = reader.classify_frames(frames).features
    theirs = reader.classify_frames(example_frames()).features
    unit = [each / np.linalg.norm(each, axis=1, keepdims=True) for each in (own, theirs)]
    alike = unit[0] @ unit[1].T
    for i, answer in enumerate(answers):
        for found in answer["near"]:
            assert found["cosine"] == pytest.approx(alike[i, found["index"]], abs=1e-3)
            assert (alike[i] > found["cosine"] + 1e-3).sum() < 3


def test_the_network_is_small_and_says_what_it_is(packed: bytes) -> None:
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    assert len(packed) < 700_000
    info = open_model().info
    assert header["sha256"] == info["weights"]["sha256"]
    assert (header["temperature"], header["min_confidence"]) == (info["temperature"], info["refusal"]["min_confidence"])
    assert header["parameters"] == 168_106


def test_the_examples_stand_in_rows_of_their_digit() -> None:
    values = digits.load(threads=1).classify_frames(example_frames()).values.reshape(10, -1)
    assert (values == np.arange(10)[:, np.newaxis]).mean() > 0.98
    assert (PAGE / "network" / "examples.png").stat().st_size < 400_000


def test_an_ensemble_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digits.serving.network.read_layers", lambda weights: read_layers(weights) * 2)
    with pytest.raises(ModelError, match="one of its members"):
        network_bytes(open_model())


def test_the_page_frames_by_the_code_of_the_guide() -> None:
    guide = next(block.text for block in blocks_of(ROOT / "docs" / "javascript.md") if block.saved_as == "frame.mjs")
    assert (PAGE / "network" / "frame.js").read_text(encoding="utf-8").endswith(guide.strip() + "\n")


@pytest.mark.parametrize("path", sorted(PAGE.rglob("*.[jc]s*")), ids=lambda path: str(path.relative_to(PAGE)))
def test_files_of_the_page_stay_short_and_begin_with_their_purpose(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 250
    assert lines[0].startswith(("//", "/*"))

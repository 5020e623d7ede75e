"""Puts the networks that find digits on pages into 8-bit integers, beside their float files in a model folder.

Static quantization by onnxruntime (Jacob et al., "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference", CVPR 2018), calibrated on composed examples of training digits. The first and the
last convolution stay in floats: they are a small part of the work, and most of the rounding. Weights have 7 bits, so
that processors without VNNI cannot overflow. How far answers differ is measured on examples of validation digits.

Usage: python -m digits.training.quantize MODEL_FOLDER [--data MNIST] [--pen-strokes FILE]
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.data import Dataset, LabelledImages, load_dataset
from digits.errors import DigitsError, ModelError
from digits.model.folder import NETWORKS, int8_name, open_model, weights_file
from digits.reading.detection.verification import as_shown
from digits.reading.recognition.network.classifier import open_detector, open_session
from digits.training.detector.composing.crops import take_view
from digits.training.detector.composing.pages import compose_page
from digits.training.detector.materials import load_materials
from digits.training.rewriting import folder_parser, rewrite
from digits.training.spotter.examples import make_examples
from digits.training.verifier.regions import make_regions
from digits.training.verifier.singles import make_singles

Examples = npt.NDArray[Any]

STRIPS, VIEWS, VIEW_PX, PAGES, SINGLES = 240, 40, 256, 4, 400
BATCH = 40
# The classes among a network's answers; the rest are edges, or what is printed.
CLASSES = {"spotter": slice(0, 11), "verifier": slice(0, 17)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Quantize the networks of a folder."""
    parser = folder_parser(__doc__)
    parser.add_argument("--pen-strokes", type=Path, help="UCI's pendigits-orig.tra.gz, as a further source of digits")
    chosen = parser.parse_args(arguments)
    try:
        told = quantize_folder(chosen.folder, load_dataset(chosen.data), chosen.pen_strokes)
    except DigitsError as error:
        parser.error(str(error))
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


def quantize_folder(folder: Path, dataset: Dataset, pen_strokes: Path | None) -> dict[str, Any]:
    """Rewrite a model folder with its page networks in int8 as well; return what model.json says of them.

    Raises:
        DigitsError: no model folder, one without these networks, or no font packages to compose with.
    """
    model = open_model(folder)
    if missing := [name for name in NETWORKS if name not in model.networks]:
        raise ModelError(
            f"expected a model folder with {weights_file(missing[0])}, {model.path} has none; "
            "put one in with python -m digits.training.install"
        )
    detector = model.networks["detector"]
    train, held_out = (
        compose_examples(part, pen_strokes, detector, seed)
        for seed, part in enumerate((dataset.train, dataset.validation))
    )
    networks, known = dict(model.networks), dict(model.info["networks"])
    told = {}
    for name in NETWORKS:
        quantized = quantize(networks[name], train[name])
        told[int8_name(name)] = {
            "of": hashlib.sha256(networks[name]).hexdigest(),
            "examples": len(train[name]),
            **_compare(name, networks[name], quantized, held_out[name]),
        }
        networks[int8_name(name)] = quantized
    rewrite(model, {**model.info, "networks": known | told}, networks)
    return told


def compose_examples(part: LabelledImages, pen_strokes: Path | None, detector: bytes, seed: int) -> dict[str, Examples]:
    """Return what each network may be shown, by its name, composed of these digits."""
    alphabet, _ = load_materials(part, pen_strokes)
    random = np.random.default_rng((seed, 3))
    strips, _ = make_examples(part, STRIPS, seed=(seed, 4))
    views = [take_view(compose_page(alphabet, random), random, VIEW_PX).pixels for _ in range(VIEWS)]
    regions = make_regions(alphabet, open_detector(detector, threads=None), random, pages=PAGES)
    singles = make_singles(alphabet, random, SINGLES)
    return {
        "spotter": strips[:, np.newaxis],
        "detector": np.stack(views)[:, np.newaxis],
        "verifier": as_shown(np.concatenate([regions.pixels, singles.pixels])),
    }


def quantize(network: bytes, examples: Examples) -> bytes:
    """Return a network of convolutions in 8-bit integers, with the same input, answers and metadata.

    Args:
        network: an ONNX file with one input.
        examples: what it is shown, (n, ...), as the input has it; the activations' ranges are theirs.
    """
    from onnxruntime.quantization import QuantType, quantize_static

    proto = _with_float_weights(network)
    batches = iter([{proto.graph.input[0].name: examples[i : i + BATCH]} for i in range(0, len(examples), BATCH)])

    class Reader:
        def get_next(self) -> dict[str, Examples] | None:
            return next(batches, None)

    convolutions = [node.name for node in proto.graph.node if node.op_type == "Conv"]
    logging.getLogger().addFilter(_is_no_advice)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "int8.onnx"
            quantize_static(
                proto,
                path,
                Reader(),
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["Conv", "Relu", "MaxPool", "Add"],
                nodes_to_exclude=[convolutions[0], convolutions[-1]],
            )
            return path.read_bytes()
    finally:
        logging.getLogger().removeFilter(_is_no_advice)


def _is_no_advice(record: logging.LogRecord) -> bool:
    """Leave out the advice to fold batch normalization first: these files are written with it folded."""
    return "pre-processing before quantization" not in record.getMessage()


def _with_float_weights(network: bytes) -> Any:
    """Return the graph with weights in float32 where half-precision ones were cast to it."""
    from onnx import load_from_string, numpy_helper

    proto = load_from_string(network)
    graph = proto.graph
    stored = {one.name: one for one in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "Cast" and node.input[0] in stored]:
        half = stored[node.input[0]]
        graph.initializer.append(
            numpy_helper.from_array(numpy_helper.to_array(half).astype(np.float32), node.output[0])
        )
        graph.initializer.remove(half)
        graph.node.remove(node)
    return proto


def _compare(name: str, network: bytes, quantized: bytes, examples: Examples) -> dict[str, float]:
    """Return how far answers differ: their mean distance, and where there are classes the share that stays the same."""
    before, after = (_answers(each, examples) for each in (network, quantized))
    told = {"mean_difference": round(float(np.abs(after - before).mean()), 4)}
    if name in CLASSES:
        same = [each[..., CLASSES[name]].argmax(axis=-1) for each in (before, after)]
        told["same_class"] = round(float((same[0] == same[1]).mean()), 4)
    return told


def _answers(network: bytes, examples: Examples) -> npt.NDArray[np.float32]:
    session = open_session(network, threads=None)
    given = session.get_inputs()[0].name
    parts = [session.run(["answers"], {given: examples[i : i + BATCH]})[0] for i in range(0, len(examples), BATCH)]
    return np.concatenate(parts).astype(np.float32)


if __name__ == "__main__":
    main()

"""Files of spotters, each trained on from the one before, go in; one with the mean of their weights comes out.

Stochastic weight averaging (Izmailov et al., "Averaging weights leads to wider optima and better generalization", UAI
2018), with one training of train.py for each cycle. Normalization is already folded into the weights, so they are
averaged as they are and no statistics are gathered again; the printed figures are measured on the mean.

Usage: python -m digits.training.spotter.weight_averaging FILE FILE... --out FILE
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from google.protobuf.message import DecodeError
from onnx import load_from_string, numpy_helper

from digits.data import load_dataset
from digits.files import replacing
from digits.training.export.onnx_graph import notes_in, with_notes
from digits.training.spotter.train import HELD_OUT, measure_spotter


def main(arguments: Sequence[str] | None = None) -> None:
    """Average, measure, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a spotter's ONNX file")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, help="strips of validation digits to measure on")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    missing = [str(path) for path in chosen.files if not path.is_file()]
    if missing:
        parser.error(f"expected ONNX files of spotters; there is none at {', '.join(missing)}; check the paths")
    files = [path.read_bytes() for path in chosen.files]
    try:
        weights = average_spotters(files)
    except ValueError as error:
        parser.error(str(error))
    figures = measure_spotter(weights, load_dataset().validation, chosen.held_out)
    with replacing(chosen.out) as file:
        file.write(with_notes(weights, {"held_out": figures}))
    sys.stdout.write(json.dumps(figures) + "\n")


def average_spotters(files: Sequence[bytes]) -> bytes:
    """Return an ONNX file whose weights are the mean of those in ``files``; its metadata tells of each of them.

    Raises:
        ValueError: they are not files of the same network.
    """
    try:
        models = [load_from_string(file) for file in files]
    except DecodeError as error:
        raise ValueError("expected ONNX files of spotters; one of them is no ONNX file") from error
    weights = [{one.name: numpy_helper.to_array(one) for one in model.graph.initializer} for model in models]
    shapes = [{name: values.shape for name, values in each.items()} for each in weights]
    if any(each != shapes[0] for each in shapes):
        raise ValueError("expected files of one network to average; their weights differ in number or shape")
    mean = models[0]
    for stored in mean.graph.initializer:
        first = weights[0][stored.name]
        if first.dtype.kind == "f":
            values = np.mean([each[stored.name].astype(np.float64) for each in weights], axis=0)
            stored.CopyFrom(numpy_helper.from_array(values.astype(first.dtype), stored.name))
    averaged = [{"sha256": hashlib.sha256(file).hexdigest(), **notes_in(file)} for file in files]
    del mean.metadata_props[:]
    return with_notes(mean.SerializeToString(), {"averaged": averaged})


if __name__ == "__main__":
    main()

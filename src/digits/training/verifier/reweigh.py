"""Weighs the two stages of a model folder against each other again: its detector was trained anew, its verifier not.

Both look at composed pages of validation digits (weighing.py). The verifier's file keeps the weighing in its metadata,
with the SHA-256 of the detector. Its file in 8-bit integers goes; ``python -m digits.training.quantize`` makes another.

Usage: python -m digits.training.verifier.reweigh MODEL_FOLDER [--data MNIST] [--pen-strokes FILE]
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from digits.data import load_dataset
from digits.errors import DigitsError, ModelError
from digits.model.folder import open_model, weights_file
from digits.reading.detection.verification import look_again
from digits.reading.recognition.network.classifier import open_verifier
from digits.training.detector.materials import load_materials
from digits.training.export.onnx_graph import notes_in, with_notes
from digits.training.install import install
from digits.training.rewriting import folder_parser
from digits.training.verifier.mining import mine_to_weigh
from digits.training.verifier.weighing import weigh


def main(arguments: Sequence[str] | None = None) -> None:
    """Mine, weigh, rewrite the folder."""
    parser = folder_parser(__doc__)
    parser.add_argument("--pen-strokes", type=Path, help="UCI's pendigits-orig.tra.gz, as a further source of digits")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes that compose pages")
    chosen = parser.parse_args(arguments)
    try:
        told = reweigh(chosen.folder, chosen.data, chosen.pen_strokes, chosen.workers)
    except DigitsError as error:
        parser.error(str(error))
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


def reweigh(folder: Path, data: Path | None, pen_strokes: Path | None, workers: int) -> dict[str, Any]:
    """Rewrite a model folder; return the weighing and how good both stages are together.

    Raises:
        DigitsError: no model folder, one without these networks, no data, or no font packages to compose with.
    """
    networks = open_model(folder).networks
    if missing := [name for name in ("detector", "verifier") if name not in networks]:
        raise ModelError(
            f"expected a model folder with {weights_file(missing[0])}, {folder} has none; "
            "put one in with python -m digits.training.install"
        )
    alphabet, _ = load_materials(load_dataset(data).validation, pen_strokes)
    verifier, detector = networks["verifier"], networks["detector"]
    seed = notes_in(verifier)["settings"]["seed"]
    ask, _ = open_verifier(verifier, threads=None)
    with tempfile.TemporaryDirectory() as pieces:
        figures = weigh(partial(look_again, ask=ask), *mine_to_weigh(alphabet, detector, Path(pieces), seed, workers))
    weighed = {"measured": figures, "weighed_with": {"detector_sha256": hashlib.sha256(detector).hexdigest()}}
    install(with_notes(verifier, weighed), folder)
    return figures


if __name__ == "__main__":
    main()

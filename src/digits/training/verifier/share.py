"""How much the verifier should count beside the digit network's energy, where a picture may show no digit at all.

Of composed pictures of one thing (singles.py) that show no digit, as many as possible are to be refused where 99.7 % of
held-out digits are kept. No measured set has any part in it. ``VERIFIER_SHARE`` in reading/recognition/trust.py is the
best of these shares.

Usage: python -m digits.training.verifier.share [--model FOLDER] [--pictures 8000] [--pen-strokes FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import digits
from digits.data import load_dataset
from digits.errors import DigitsError, ModelError
from digits.model.folder import open_model
from digits.model.graph import read_trust
from digits.model.networks import network_of
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.trust import log_odds
from digits.training.detector.materials import load_materials
from digits.training.trust import REFUSED_SHARE, SeenAlone, see_alone
from digits.training.verifier.singles import compose_singles

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 8.0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Compose, ask both, print what is refused with each share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: the shipped model")
    parser.add_argument("--pictures", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--data", type=Path, help="MNIST, as digits train takes it")
    parser.add_argument("--pen-strokes", type=Path, help="UCI's pendigits-orig.tra.gz, as a further source of digits")
    chosen = parser.parse_args(arguments)
    try:
        told = find_share(chosen.model, chosen.data, chosen.pen_strokes, chosen.pictures, chosen.seed)
    except DigitsError as error:
        parser.error(str(error))
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


def find_share(
    folder: Path | None, data: Path | None, pen_strokes: Path | None, pictures: int, seed: int
) -> dict[str, Any]:
    """Return "refused": for each share, what part of the composed pictures without a digit, and of how many.

    Raises:
        DigitsError: no model folder, no data, or no font packages to compose with.
    """
    model, held_out = open_model(folder), load_dataset(data).validation
    reader, trust = digits.load(folder), read_trust(model.weights)
    if trust is None:
        raise ModelError(
            f"expected one network in {model.path}, whose last layer gives energies; got several; give one"
        )
    alphabet, _ = load_materials(held_out, pen_strokes)
    made = [one for one in compose_singles(alphabet, np.random.default_rng(seed), pictures) if not one.kind]
    verifier = network_of(model, "verifier", is_int8=model.int8 is not None)
    known = see_alone(held_out.images)
    others = SeenAlone(np.stack([frame_digit(one.ink) for one in made]), np.stack([one.region for one in made]))
    odds = [log_odds(each.presence(verifier)) for each in (known, others)]
    energy = [trust.energy(reader.classify_frames(each.frames).features) for each in (known, others)]
    refused = {}
    for share in SHARES:
        digit, other = (own + share * more for own, more in zip(energy, odds, strict=True))
        refused[str(share)] = round(float((other < np.quantile(digit, REFUSED_SHARE)).mean()), 4)
    return {"digits": len(known.frames), "others": len(made), "refused": refused}


if __name__ == "__main__":
    main()

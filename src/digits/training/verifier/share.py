"""How much the verifier should count beside the digit network's energy, where a picture may show no digit at all.

A logistic regression on both, on composed pictures of one thing (singles.py) of held-out digits: no measured set has
any part in it. ``VERIFIER_SHARE`` in reading/recognition/trust.py is what this prints, rounded.

Usage: python -m digits.training.verifier.share [--model FOLDER] [--pictures 8000] [--pen-strokes FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import digits
from digits.data import load_dataset
from digits.errors import DigitsError
from digits.model.folder import open_model
from digits.model.graph import read_trust
from digits.reading.networks import Networks
from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.trust import log_odds
from digits.training.detector.materials import load_materials
from digits.training.trust import REFUSED_SHARE, int8_verifier
from digits.training.verifier.singles import compose_singles

SHARES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
# Classes from here on are signs and digits that are struck out: neither a digit nor none.
LAST_DIGIT = 10


def main(arguments: Sequence[str] | None = None) -> None:
    """Compose, ask both, print what the verifier should count, and what is refused with other shares."""
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
    """Return "share"; "refused": for other shares, of what is no digit, where 99.7 % of the digits are kept.

    Raises:
        DigitsError: no model folder, no data, or no font packages to compose with.
    """
    from sklearn.linear_model import LogisticRegression

    model = open_model(folder)
    alphabet, _ = load_materials(load_dataset(data).validation, pen_strokes)
    made = [one for one in compose_singles(alphabet, np.random.default_rng(seed), pictures) if one.kind <= LAST_DIGIT]
    is_digit = np.array([one.kind > 0 for one in made])
    features = digits.load(folder).classify_frames(np.stack([frame_digit(one.ink) for one in made])).features
    networks = Networks(_nobody, {"verifier": int8_verifier(model.networks)}, None)
    presence = networks.present_in(np.stack([one.region for one in made]))
    trust = read_trust(model.weights)
    assert trust is not None
    energy = replace(trust, least=-np.inf).energy(features)
    both = np.stack([energy, log_odds(presence)], axis=1)
    first, second = LogisticRegression(C=1e6).fit(both, is_digit).coef_[0]
    refused = {}
    for share in SHARES:
        score = both[:, 0] + share * both[:, 1]
        refused[str(share)] = round(float((score[~is_digit] < np.quantile(score[is_digit], REFUSED_SHARE)).mean()), 4)
    return {
        "share": round(float(second / first), 3),
        "digits": int(is_digit.sum()),
        "others": int((~is_digit).sum()),
        "refused": refused,
    }


def _nobody(_: Any) -> Any:
    raise AssertionError("the digit network is not asked")


if __name__ == "__main__":
    main()

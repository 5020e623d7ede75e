"""Checks that a run begun earlier can continue with the settings that are asked for now.

If not, a ``RunError`` names the option that differs. Nothing here loads data or Keras.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from digits.errors import RunError
from digits.files import to_json
from digits.training.recipe import RANDOM
from digits.training.resuming.run_folder import read_config

Difference = tuple[str, object, object]  # what, as it was, as it is asked for
OPTIONS = {
    "seed": "--seed",
    "threads": "--threads",
    "precision": "precision",
    "initial_weights": "initial weights",
}
# Settings of a recipe that runs begun with an earlier release have not recorded, as they were then.
ADDED_LATER = {"patience": 0, "start": RANDOM}


def check_same(folder: Path, config: Mapping[str, Any]) -> None:
    """Raise RunError unless the run in ``folder`` was begun with the settings that ``config`` has.

    Args:
        config: some of config.json: "recipe", "seed", "threads", "precision" and "dataset".
    """
    earlier, asked = read_config(folder), json.loads(to_json(config))
    if differing := list(_differences(earlier, asked)):
        begun, given = (" and ".join(f"{one[0]} {one[side]}" for one in differing) for side in (1, 2))
        raise RunError(
            f"expected {begun}, with which {folder} was begun; got {given}; "
            "give the same, or start a new run under another --name"
        )
    # The notice may differ: it tells why full MNIST was not to be had this time.
    begun_on, data = earlier.get("dataset") or {}, asked.get("dataset")
    if data and begun_on.get("sha256") != data["sha256"]:
        what = _called(data) if _called(data) != _called(begun_on) else "the same with different contents"
        raise RunError(
            f"expected {_called(begun_on)}, on which {folder} was begun; got {what}; "
            "give the same data (--data, --pen-strokes), or start a new run under another --name"
        )


def _differences(earlier: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[Difference]:
    if "recipe" in asked:
        yield from _of_recipe(earlier.get("recipe") or {}, asked["recipe"], earlier.get("steps_per_epoch"))
    for key, called in OPTIONS.items():
        if key in asked and earlier.get(key) != asked[key]:
            yield called, earlier.get(key), asked[key]


def _of_recipe(before: Mapping[str, Any], now: Mapping[str, Any], steps: int | None) -> Iterator[Difference]:
    """A recipe of the same name may come from another release; its epochs are an option of their own."""
    if before.get("name") != now["name"]:
        yield "--recipe", before.get("name"), now["name"]
        return
    if _epochs(before, steps) != _epochs(now, steps):
        yield "--epochs", _epochs(before, steps), _epochs(now, steps)
    for key in now.keys() - {"name", "epochs", "min_steps"}:
        begun = before.get(key, ADDED_LATER.get(key))
        if begun != now[key]:
            yield f"the recipe's {key}", begun, now[key]


def _epochs(recipe: Mapping[str, Any], steps: int | None) -> int:
    """How many there are with ``steps`` updates in each: small datasets get more epochs."""
    return max(int(recipe.get("epochs", 0)), math.ceil(int(recipe.get("min_steps", 0)) / steps) if steps else 0)


def _called(dataset: Mapping[str, Any]) -> str:
    return str(dataset.get("source") or dataset.get("name") or "other data")

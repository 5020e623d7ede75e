"""What a model folder knows of its held-out digits, and what a user asks for, go in; what is accepted comes out.

``model.json`` has a section "acceptance" for each precision: a curve of the digit network alone, one of both networks
together, what the two named alike, and the SHA-256 of the spotter that was asked. training/acceptance.py makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from digits.errors import ModelError
from digits.reading.recognition.acceptance import (
    AGREED,
    Acceptance,
    Asked,
    Curve,
    best_accuracy,
    check_asked,
    choose,
    floored,
    of_agreed,
)

SECTION: Final = "acceptance"
# Whose confidence: that of ``Reader.classify_frames``, and that of all other reading.
ALONE: Final = "digit_network"
BOTH: Final = "both_networks"
REMEDY = "write it with: python -m digits.training.acceptance MODEL_FOLDER"


def accept(
    info: Mapping[str, Any], asked: Asked, *, who: Literal["digit_network", "both_networks"] = BOTH
) -> Acceptance:
    """Return what a model accepts.

    Args:
        info: what ``Reader.info`` says, or model.json of one precision with all networks that take part.
        asked: an accuracy in (0, 1), or "agreed".
        who: whose confidence is meant.

    Raises:
        ModelError: the folder does not know its held-out digits, or knows them with another spotter; or they do not
            bear out that accuracy.
        TypeError, ValueError: ``asked`` is something else.
    """
    asked = check_asked(asked)
    section = info.get(SECTION)
    if section is None:
        raise ModelError(
            f"expected a model that knows how sure it was of held-out digits, for accept={asked}; this one is "
            f"older: its model.json has no {SECTION!r}; {REMEDY}"
        )
    try:
        curve, agreed, spotter = Curve.from_dict(section[who]), section[AGREED], str(section["spotter"])
        costs = of_agreed(int(agreed["answered"]), int(agreed["wrong"]), curve.answered[-1])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"expected a sound {SECTION!r} in model.json; {error!r}; {REMEDY}") from error
    if who == BOTH and spotter != info["networks"]["spotter"]["weights"]["sha256"]:
        raise ModelError(
            "expected the spotter with which the model read its held-out digits; this is another, so it is not known "
            f"how sure both networks are together; leave networks={{'spotter': FILE}} out, or {REMEDY}"
        )
    if isinstance(asked, str):
        if who == ALONE:
            raise ValueError(f"expected an accuracy, got {AGREED!r}; the digit network alone has none to agree with")
        return replace(costs, notice=section.get("notice"))
    if (chosen := choose(curve, asked)) is None:
        raise ModelError(_unsupported(asked, curve))
    return replace(chosen, notice=section.get("notice") if who == BOTH else None)


def _unsupported(asked: float, curve: Curve) -> str:
    best, count = best_accuracy(curve), curve.answered[-1]
    remedy = (
        f"the best that can be had is {best:.4f}: {_cost(curve, best)}" if best else "train with more held-out digits"
    )
    return (
        f"expected an accuracy that the {count:,} held-out digits of this model bear out, got {asked}; no confidence "
        f"does, for errors among so few say too little; {remedy}"
    )


def _cost(curve: Curve, accuracy: float) -> str:
    chosen = choose(curve, accuracy)
    return f"{floored(chosen.coverage)} of digits would be answered" if chosen else "nothing would be answered"

"""What both stages say of regions goes in; how to weigh them, and how good they are together, comes out.

A logistic regression on the log-odds of both (Platt scaling with two inputs), on pages of validation digits. So of
what is given with a presence of 0.95, some 95 % is there, as far as real pages are like composed ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from digits.reading.detection.verification import Weighing, kinds_of, log_odds, nothing_odds
from digits.reading.result import ByteArray, FloatArray
from digits.training.verifier.regions import Regions

PRESENCES = (0.3, 0.5, 0.7, 0.9)


# From regions uint8 (n, 40, 80) to the verifier's logits float32 (n, 18).
Ask = Callable[[ByteArray], FloatArray]


def weigh(ask: Ask, regions: Regions, others: Regions) -> dict[str, Any]:
    """Return the weighing, and figures of both stages on ``regions`` that the detector proposed.

    Args:
        ask: the verifier.
        regions: that the detector proposed.
        others: of all kinds, for the verifier alone.

    ``share_of_digits``: of the proposed digits, those that have the presence; ``false``: of what has it, what is none.
    Signs count as neither.
    """
    logits = ask(regions.pixels)
    first, second = log_odds(regions.belief), nothing_odds(logits)
    is_there = regions.kinds > 0
    both = _fit(np.stack([first, second], axis=1), is_there)
    alone = _fit(nothing_odds(ask(others.pixels))[:, np.newaxis], others.kinds > 0)
    weighing = Weighing(both[0], both[1], both[2], alone[0], alone[1])
    presence = weighing.presence(first, second)
    is_digit = is_there & (regions.kinds <= 10)
    named = kinds_of(logits)[is_digit][:, :10].argmax(axis=1) + 1 == regions.kinds[is_digit]
    printed = (logits[:, -1] > 0) == (regions.is_printed == 1)
    figures = {}
    for name, some in (("detector", regions.belief), ("both", presence)):
        figures[name] = {
            "presence": list(PRESENCES),
            "share_of_digits": [round(float((some[is_digit] >= least).mean()), 4) for least in PRESENCES],
            "false": [round(float((~is_there[some >= least]).mean()), 4) for least in PRESENCES],
        }
    return {
        "weighing": vars(weighing),
        "regions": len(regions),
        "digits": int(is_digit.sum()),
        "named_right": round(float(named.mean()), 4),
        "told_print_right": round(float(printed[is_digit].mean()), 4),
        **figures,
    }


def _fit(odds: FloatArray, is_there: npt.NDArray[np.bool_]) -> tuple[float, ...]:
    """Return the weights and the constant of a logistic regression without a prior."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=1e6).fit(odds, is_there)
    return tuple(round(float(value), 4) for value in (*fit.coef_[0], fit.intercept_[0]))

"""The atoms of a row go in; the digits they most likely form come out.

Every run of neighbouring atoms is a hypothesis: a digit. The network looks at all of them; the path through the row
that costs least wins (over-segmentation and best path: Casey and Lecolinet, "A survey of methods and strategies in
character segmentation", PAMI 1996). A hypothesis costs what the network doubts, what speaks against its being one whole
digit, and what its shape and joints say against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digits.reading.atoms import Atom
from digits.reading.result import Box, FloatArray

# A digit is made of so many atoms at most, and is at most this wide in parts of the row's digit height.
MOST_ATOMS, WIDEST = 5, 1.75
# The costs, in nats like the network's own doubt. Chosen by random search on lines of MNIST validation digits, and
# on dev amounts and pages.
DOUBT = 0.6
UNWHOLE = 1.1  # what speaks against this being one whole digit
LEAST_WHOLE = 0.01  # wholeness is no surer than this: unusual digits look like halves to it
DIVIDED = 0.4  # what speaks for a connected part's being one whole digit, where it is cut
CUT, CUT_PER_STROKE = 0.4, 0.45  # two digits in one connected part: the more ink the cut crosses, the less likely
JOIN, JOIN_PER_GAP = 1.8, 6.0  # two parts in one digit side by side: per digit height of paper between them
APART = 0.8  # two digits of which one lies over the other, by the share of the narrower
WIDE, WIDE_FROM = 5.0, 0.7  # per digit height of width beyond
LOW, LOW_BELOW = 5.5, 0.5  # per digit height missing
# What a digit's width over its height should be: a 1 is narrow, the others are not.
WIDE_ONE, NARROW_OTHER = 1.0, 0.4
MISSHAPEN = 0.3


@dataclass(frozen=True)
class Hypothesis:
    """Atoms ``first`` to ``last``, both included, taken as one digit."""

    first: int
    last: int
    box: Box


def hypotheses(atoms: Sequence[Atom], height_px: float) -> list[Hypothesis]:
    """Return every run of neighbouring atoms that may be one digit."""
    found = []
    for first in range(len(atoms)):
        box = atoms[first].box
        for last in range(first, min(len(atoms), first + MOST_ATOMS)):
            box = _union(box, atoms[last].box)
            if last > first and (box.width > WIDEST * height_px or _is_torn(atoms[last - 1], atoms[last], height_px)):
                break
            found.append(Hypothesis(first, last, box))
    return found


def is_whole_part(atoms: Sequence[Atom], found: Sequence[Hypothesis]) -> npt.NDArray[np.bool_]:
    """Tell which hypotheses are all of one connected part and nothing else; bool (len(found),)."""
    sizes = Counter(atom.part for atom in atoms)
    answers = np.zeros(len(found), bool)
    for i, hypothesis in enumerate(found):
        taken = atoms[hypothesis.first : hypothesis.last + 1]
        answers[i] = len({atom.part for atom in taken}) == 1 and len(taken) == sizes[taken[0].part]
    return answers


def ink_of(hypothesis: Hypothesis, atoms: Sequence[Atom]) -> FloatArray:
    """Return float32 (height, width) ink of the hypothesis's atoms, in its box."""
    if hypothesis.first == hypothesis.last:
        return atoms[hypothesis.first].ink
    box = hypothesis.box
    ink = np.zeros((box.height, box.width), np.float32)
    for atom in atoms[hypothesis.first : hypothesis.last + 1]:
        top, left = atom.box.y - box.y, atom.box.x - box.x
        place = ink[top : top + atom.box.height, left : left + atom.box.width]
        np.maximum(place, atom.ink, out=place)
    return ink


def best_path(
    atoms: Sequence[Atom],
    found: Sequence[Hypothesis],
    probabilities: FloatArray,
    wholeness: FloatArray,
    height_px: float,
) -> list[int]:
    """Return the indices of the hypotheses that make up the row, left to right.

    Args:
        found: as ``hypotheses`` returns them.
        probabilities: float32 (len(found), 10), calibrated; all zero for what is out of the question.
        wholeness: float32 (len(found),) in [0, 1], from wholeness.py.
    """
    costs = np.full(len(atoms) + 1, np.inf)
    costs[0] = 0.0
    steps = np.full(len(atoms) + 1, -1)
    divided = _divided_costs(atoms, found, wholeness)
    for i in sorted(range(len(found)), key=lambda i: found[i].first):
        hypothesis = found[i]
        cost = costs[hypothesis.first] + _cost(hypothesis, atoms, probabilities[i], float(wholeness[i]), height_px)
        if hypothesis.last + 1 < len(atoms) and atoms[hypothesis.last].part == atoms[hypothesis.last + 1].part:
            cost += divided.get(atoms[hypothesis.last].part, 0.0)
        if cost < costs[hypothesis.last + 1]:
            costs[hypothesis.last + 1] = cost
            steps[hypothesis.last + 1] = i
    path: list[int] = []
    end = len(atoms)
    while end > 0:
        path.append(int(steps[end]))
        end = found[path[-1]].first
    return path[::-1]


def _divided_costs(atoms: Sequence[Atom], found: Sequence[Hypothesis], wholeness: FloatArray) -> dict[int, float]:
    """Return for each part that was cut what speaks against cutting it: that all of it may well be one digit."""
    return {
        atoms[found[i].first].part: -DIVIDED * float(np.log(max(1 - float(wholeness[i]), LEAST_WHOLE)))
        for i in np.flatnonzero(is_whole_part(atoms, found)).tolist()
    }


def _cost(
    hypothesis: Hypothesis, atoms: Sequence[Atom], probabilities: FloatArray, wholeness: float, height_px: float
) -> float:
    if not probabilities.any():
        return float("inf")
    box = hypothesis.box
    cost = -DOUBT * float(np.log(max(float(probabilities.max()), 1e-6)))
    cost -= UNWHOLE * float(np.log(max(wholeness, LEAST_WHOLE)))
    cost += WIDE * max(0.0, box.width / height_px - WIDE_FROM)
    cost += LOW * max(0.0, LOW_BELOW - box.height / height_px)
    aspect, is_one = box.width / box.height, int(probabilities.argmax()) == 1
    cost += MISSHAPEN * ((is_one and aspect > WIDE_ONE) or (not is_one and aspect < NARROW_OTHER))
    for k in range(hypothesis.first, hypothesis.last):
        cost += _join_cost(atoms[k], atoms[k + 1], height_px)
    if hypothesis.last + 1 < len(atoms):
        cost += _apart_cost(atoms[hypothesis.last], atoms[hypothesis.last + 1])
    return cost


def _join_cost(left: Atom, right: Atom, height_px: float) -> float:
    if left.part == right.part:
        return 0.0
    share = _shared(left.box, right.box)
    gap = max(0, right.box.x - left.box.x - left.box.width)
    return JOIN * (1 - max(0.0, share)) + JOIN_PER_GAP * gap / height_px


def _apart_cost(left: Atom, right: Atom) -> float:
    if left.part == right.part:
        return CUT + CUT_PER_STROKE * left.cut
    return APART * max(0.0, _shared(left.box, right.box) - 0.3)


def _is_torn(left: Atom, right: Atom, height_px: float) -> bool:
    """Tell whether too much paper lies between two atoms for one digit."""
    return right.box.x - left.box.x - left.box.width > 0.3 * height_px


def _shared(one: Box, other: Box) -> float:
    """Return how much of the narrower of two boxes lies beside the other, as a share of its width."""
    shared = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    return shared / max(1, min(one.width, other.width))


def _union(one: Box, other: Box) -> Box:
    x, y = min(one.x, other.x), min(one.y, other.y)
    right, bottom = max(one.x + one.width, other.x + other.width), max(one.y + one.height, other.y + other.height)
    return Box(x, y, right - x, bottom - y)

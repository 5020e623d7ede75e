"""The digits of one row go in; those too low beside the others to be digits come out: commas, dots, flourishes.

The spotter is shown rows of even height and names what it sees there, a comma's tail a 1 or a 5. Only zeros are written
much smaller than their neighbours. The bounds were chosen on amounts (docs/log.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digits.reading.quantiles import median
from digits.reading.result import Digit
from digits.reading.spotting.spotter import Sighting

# A row has so many digits, or nothing tells what is low; below this share of their median height is no digit, but for
# a zero that is surely one, and for what the spotter is so sure to be a digit; ink that was cut off another's may have
# got too little, and counts as low below the second share.
LEAST_DIGITS, LOW, LOW_CUT, SURE_ZERO, SURE = 3, 0.5, 0.2, 0.97, 0.97
# Any stroke is surely a 1, and 1s are as high as their neighbours: below this share by itself, between high digits, it
# is a comma or a piece of a printed line. Small figures, as of cents, stand beside one another.
LOW_ONE = 0.6
# Left out, it is a digit with at most this probability, for what a field may contain (hypotheses.py).
LOW_PRESENCE = 0.3


def find_low(
    digits: Sequence[Digit], sightings: Sequence[Sighting], is_cut: Sequence[bool], *, among: Sequence[int]
) -> list[int]:
    """Return the places of those that are too low, out of a row's digits.

    Args:
        digits: of the row, all with boxes.
        sightings: of the same digits.
        is_cut: whether a digit's ink was cut off another's; it may have got too little then.
        among: the places of those that are looked at; a word beside a number is higher, and no measure.
    """
    if len(among) < LEAST_DIGITS:
        return []
    heights = {k: box.height for k in among if (box := digits[k].box)}
    usual = median(list(heights.values()))
    lower = [
        k
        for k, height in heights.items()
        if height < usual * (LOW_CUT if is_cut[k] else LOW)
        and digits[k].probabilities[0] < SURE_ZERO
        and sightings[k].presence < SURE
    ]
    ones = [k for k in _lone(heights, usual * LOW_ONE) if digits[k].value == 1 and not is_cut[k]]
    return sorted({*lower, *ones})


def _lone(heights: Mapping[int, int], least: float) -> list[int]:
    """Return those lower than ``least`` whose neighbours are not."""
    is_low = [False, *(height < least for height in heights.values()), False]
    return [k for i, k in enumerate(heights, 1) if is_low[i] and not (is_low[i - 1] or is_low[i + 1])]

"""The digits of one row go in; those too low beside the others to be digits come out: commas, dots, flourishes.

The spotter is shown rows of even height and names what it sees there, a comma's tail a 1 or a 5. Only zeros are written
much smaller than their neighbours. The bounds were chosen on amounts (docs/log.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from digits.reading.quantiles import median
from digits.reading.result import Digit
from digits.reading.spotter import Sighting

# A row has so many digits, or nothing tells what is low; below this share of their median height is no digit, but for
# a zero that is surely one, and for what the spotter is so sure to be a digit; ink that was cut off another's may have
# got too little, and counts as low below the second share.
LEAST_DIGITS, LOW, LOW_CUT, SURE_ZERO, SURE = 3, 0.5, 0.2, 0.97, 0.97
# Left out, it is a digit with at most this probability, for what a field may contain (doubts.py).
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
    return [
        k
        for k, height in heights.items()
        if height < usual * (LOW_CUT if is_cut[k] else LOW)
        and digits[k].probabilities[0] < SURE_ZERO
        and sightings[k].presence < SURE
    ]

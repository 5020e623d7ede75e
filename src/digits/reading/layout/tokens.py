"""Detected digits and the ink that nobody read go in; which of the digits are letters of words comes out.

An l may look just like a 1, and a Z like a 2: what stands beside it tells. A token is what is written without a gap as
between words. From one character to the next it seldom changes between number and word, so the likeliest sequence of
the two is found, as in a hidden Markov model (Viterbi, "Error bounds for convolutional codes", IEEE Trans. Information
Theory 1967). Lengths are in heights of a character.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.detection.detections import Detections
from digits.reading.detection.verification import log_odds
from digits.reading.geometry import BOXES_AT_ONCE
from digits.reading.result import ByteArray, FloatArray, IntArray

# Characters of a token are nearer than this, and overlap in height by so much of the lower one, which is so high beside
# the other. A page's words may be much smaller than its numbers.
GAP, LEVEL, ALIKE, LEAST_HEIGHT = 0.35, 0.5, 0.5, 0.3
# Ink that nobody read is a character, or several that are joined, if it may stand beside a digit and is no wider.
MOST_WIDTH = 4.0
# No character has more of a say, in log-odds; a change between number and word costs as much as this.
MOST_ODDS, CHANGE = 6.0, 5.0
# Alone beside a word, what is much lower is a comma, an apostrophe or an accent: it has less of a say.
MOST_LOW_ODDS = 4.0
# From these log-odds on, in the mean of its digits, a number is struck out: the networks have seen few that are, and
# doubt it (docs/log.md).
LEAST_STRUCK = -2.0


def _in_no_cell(boxes: FloatArray) -> IntArray:
    return np.zeros(len(boxes), np.int64)


def find_letters(
    digits: Detections,
    signs: Detections,
    ink: ByteArray,
    ask: Callable[[FloatArray], FloatArray],
    cells_of: Callable[[FloatArray], IntArray] = _in_no_cell,
) -> npt.NDArray[np.bool_]:
    """Return which digits are letters of words, bool (n,).

    Args:
        digits, signs: what was seen, with boxes in pixels of the ink.
        ink: uint8 (height, width), 1 on ink.
        ask: from boxes float32 (m, 4) to how sure it is that a digit is in each, (m,) in [0, 1].
        cells_of: from boxes to the cell that each stands in, int64 (m,), 0 outside all cells.
    """
    if not len(digits):
        return np.zeros(0, bool)
    unread = find_unread(ink, np.concatenate([digits.boxes, signs.boxes]), digits.heights)
    characters = np.concatenate([digits.boxes, unread])
    tokens = find_tokens(characters, cells_of(characters))
    tokens = [token for token in tokens if min(token) < len(digits) <= max(token)]
    asked = np.array(sorted({i for token in tokens for i in token if i >= len(digits)}), np.int64)
    odds = np.zeros(len(characters), np.float32)
    odds[: len(digits)] = log_odds(digits.presence)
    odds[asked] = log_odds(ask(characters[asked]))
    is_letter = np.zeros(len(odds), bool)
    for token in tokens:
        heights = characters[token, 3] - characters[token, 1]
        most = np.where(heights > ALIKE * heights.max(), MOST_ODDS, MOST_LOW_ODDS)
        is_letter[token] = ~np.array(are_numbers(np.minimum(odds[token], most).tolist()))
    return is_letter[: len(digits)]


def find_unread(ink: ByteArray, read: FloatArray, heights: FloatArray) -> FloatArray:
    """Return what may be characters that nobody read, float32 (n, 4): left, top, right, bottom of connected ink.

    Args:
        ink: uint8 (height, width), 1 on ink.
        read: float32 (m, 4), of digits and signs; ink in these boxes is read.
        heights: float32 (k,), k > 0, of the digits.
    """
    unread = ink.copy()
    for left, top, right, bottom in np.rint(read).astype(int).tolist():
        unread[max(0, top) : bottom + 1, max(0, left) : right + 1] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(unread, connectivity=8)
    x, y, wide, high = stats[1:, :4].T
    lowest, highest = heights.min(), heights.max()
    is_character = (high > LEAST_HEIGHT * lowest) & (LEAST_HEIGHT * high < highest) & (wide < MOST_WIDTH * highest)
    boxes = np.stack([x, y, x + wide - 1, y + high - 1], axis=1)
    return np.asarray(boxes[is_character], np.float32)


def find_tokens(boxes: FloatArray, cells: IntArray) -> list[list[int]]:
    """Return the tokens that characters make, each from left to right.

    Args:
        boxes: float32 (n, 4), left, top, right and bottom of each.
        cells: int64 (n,), the cell that each stands in; a token is in one.
    """
    blocks = [_beside(boxes, cells, start) for start in range(0, len(boxes), BOXES_AT_ONCE)]
    one, other = (np.concatenate(each) for each in zip(*blocks, strict=True)) if blocks else np.zeros((2, 0), np.int64)
    token = np.arange(len(boxes))
    while True:
        least = token.copy()
        np.minimum.at(least, one, token[other])
        if (least == token).all():
            break
        token = least
    order = np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable")
    return [order[token[order] == first].tolist() for first in sorted(set(token.tolist()))]


def _beside(boxes: FloatArray, cells: IntArray, start: int) -> tuple[IntArray, IntArray]:
    """Return which characters stand beside some of them, from ``start`` on: pairs of numbers."""
    some = slice(start, start + BOXES_AT_ONCE)
    left, top, right, bottom = boxes.T
    high = bottom - top
    gap = np.maximum(left[some, None], left) - np.minimum(right[some, None], right)
    level = np.minimum(bottom[some, None], bottom) - np.maximum(top[some, None], top)
    lower, higher = np.minimum(high[some, None], high), np.maximum(high[some, None], high)
    is_alike = lower > ALIKE * higher
    is_near = (gap < np.where(is_alike, 1, 2) * GAP * higher) & (lower > LEAST_HEIGHT * higher)
    near = is_near & (level > np.where(is_alike, LEVEL, -LEVEL) * lower)
    one, other = np.nonzero(near & (cells[some, None] == cells))
    return one + start, other


def are_numbers(odds: Sequence[float]) -> list[bool]:
    """Return which characters of a token belong to numbers; ``odds`` are the log-odds that each is a digit."""
    gains = np.clip(np.asarray(odds, np.float64), -MOST_ODDS, MOST_ODDS)
    best, came = np.zeros(2), []  # of paths that end in a word, and in a number
    for k, gain in enumerate(gains):
        stays = best >= best[::-1] - CHANGE if k else np.ones(2, bool)
        came.append(np.where(stays, [0, 1], [1, 0]))
        best = np.where(stays, best, best[::-1] - CHANGE) + np.array([0.0, gain])
    state = int(best.argmax())
    states = []
    for before in reversed(came):
        states.append(bool(state))
        state = int(before[state])
    return states[::-1]


def find_struck_out(tokens: Sequence[Sequence[int]], odds: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which digits are struck out, bool (n,): a stroke mostly goes through all digits of a number.

    Args:
        tokens: as ``find_tokens`` returns them.
        odds: float32 (n,), the log-odds of each digit to be struck out; one that is sure of itself stays as it is.
    """
    is_struck = odds > 0
    for token in tokens:
        some = np.clip(odds[token], -MOST_ODDS, MOST_ODDS)
        is_struck[token] = np.where(np.abs(some) < MOST_ODDS, some.mean() > LEAST_STRUCK, some > 0)
    return is_struck

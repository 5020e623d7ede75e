"""Detected digits and the ink that nobody read go in; which of the digits are letters of words comes out.

An l may look just like a 1, and a Z like a 2: what stands beside it tells. A token is what is written without a gap as
between words. From one character to the next it seldom changes between number and word, so the likeliest sequence of
the two is found, as in a hidden Markov model (Viterbi, "Error bounds for convolutional codes", IEEE Trans. Information
Theory 1967). Lengths are in heights of a character.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.geometry import BOXES_AT_ONCE
from digits.reading.result import ByteArray, FloatArray, IntArray

# Characters of a token are nearer than this, and overlap in height by so much of the lower one, which is so high beside
# the other. A page's words may be much smaller than its numbers.
GAP, LEVEL, LEAST_HEIGHT = 0.35, 0.5, 0.45
# Ink that nobody read is a character, or several that are joined, if it may stand beside a digit and is no wider.
MOST_WIDTH = 4.0
# No character has more of a say, in log-odds; a change between number and word costs as much as this.
MOST_ODDS, CHANGE = 6.0, 5.0
# From these log-odds on, in the mean of its digits, a number is struck out: the networks have seen few that are, and
# doubt it (docs/log.md).
LEAST_STRUCK = -2.0


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
    near = (gap < GAP * higher) & (level > LEVEL * lower) & (lower > LEAST_HEIGHT * higher)
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


def find_letters(tokens: Sequence[Sequence[int]], odds: FloatArray, count: int) -> npt.NDArray[np.bool_]:
    """Return which of the first ``count`` characters, the detected digits, are letters: bool (count,).

    Args:
        tokens: as ``find_tokens`` returns them.
        odds: float32 (n,), the log-odds of all characters to be digits.
        count: how many of the characters were taken for digits.
    """
    is_letter = np.zeros(len(odds), bool)
    for token in tokens:
        if any(i >= count for i in token):
            is_letter[token] = ~np.array(are_numbers(odds[token].tolist()))
    return is_letter[:count]


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

"""A composed page and a detector go in; regions of it come out, each with what its middle shows.

Half of what a verifier has to know is where the detector errs, so regions are taken around what it sees, however
little it believes it (hard example mining); then around all digits and signs, around connected ink, as a reader that
begins with ink sees it, and at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.detection.detector import Detect, detect
from digits.reading.detection.verification import cut_regions
from digits.reading.result import ByteArray, FloatArray
from digits.training.detector.composing.crops import View, mapped_size, take_view
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.detector.composing.pages import PAGE_PX, Page, compose_page
from digits.training.detector.composing.sheet import STRUCK, Random

VIEW_PX, VIEWS = 256, 4
# So many views lie on their side, as pages do whose way up has yet to be found.
ON_SIDE = 0.12
# A digit on its side is none, but for those that may look like one.
ALIKE_ON_SIDE = (0, 1, 8)
# What the detector believes in so much is looked at.
LEAST_BELIEF = 0.05
# A box is a target's where its middle is so near, in the target's height, and its height is so much of the target's.
NEAR, LOW, HIGH = 0.3, 0.62, 1.6
# One that is farther, but not so far, is nobody's; unless it is much smaller or larger, and so a part, or several.
FAR = 0.75
# Digits lower than this are nobody's.
LEAST_PX = 8.0
# How boxes are moved and stretched, as no box is exact.
MOVED, STRETCHED = 0.05, 0.08
BOXES_OF_INK, BOXES_AT_RANDOM = 8, 3


@dataclass(frozen=True, eq=False)
class Regions:
    """``pixels`` uint8 (n, 40, 80); ``kinds`` int8 (n,): 0 nothing, 1 + the kind; ``is_printed`` int8 (n,), -1 unknown;
    ``belief`` float32 (n,): the detector's presence, 0 where it did not propose the region."""

    pixels: ByteArray
    kinds: npt.NDArray[np.int8]
    is_printed: npt.NDArray[np.int8]
    belief: FloatArray

    def __len__(self) -> int:
        return len(self.kinds)

    def pick(self, chosen: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Regions:
        return Regions(self.pixels[chosen], self.kinds[chosen], self.is_printed[chosen], self.belief[chosen])


def joined(parts: list[Regions]) -> Regions:
    """Return all regions of ``parts``, in their order."""
    return Regions(
        np.concatenate([part.pixels for part in parts]),
        np.concatenate([part.kinds for part in parts]),
        np.concatenate([part.is_printed for part in parts]),
        np.concatenate([part.belief for part in parts]),
    )


def make_regions(alphabet: Alphabet, ask: Detect, random: Random, *, pages: int, only_seen: bool = False) -> Regions:
    """Return the regions of some pages; ``only_seen``: those that the detector proposes, as they are."""
    parts = []
    for _ in range(pages):
        page = compose_page(alphabet, random)
        parts += [_take(page, take_view(page, random, VIEW_PX), ask, random, only_seen) for _ in range(VIEWS)]
    return joined(parts)


def _take(page: Page, view: View, ask: Detect, random: Random, only_seen: bool) -> Regions:
    is_on_side = not only_seen and random.random() < ON_SIDE
    if is_on_side:
        view = turned_by_a_quarter(view, int(random.choice((1, 3))))
    targets = _targets(page, view)
    seen = detect(view.pixels, [1.0, 0.5], ask, least=LEAST_BELIEF)
    seen = seen.pick(seen.may_be_digit)
    boxes, belief = seen.boxes, seen.presence
    if not only_seen:
        others = np.concatenate([_around(targets), _of_ink(view.pixels, random), _at_random(random)])
        boxes = np.concatenate([_moved(boxes, random), _moved(others, random)])
        belief = np.concatenate([belief, np.zeros(len(others), np.float32)])
    kinds, is_printed = find_answers(boxes, targets)
    if is_on_side:
        kinds, is_printed = answers_on_side(kinds), np.full_like(is_printed, -1)
    is_known = (kinds >= 0) & _is_on_page(boxes, view)
    boxes, kinds, is_printed = boxes[is_known], kinds[is_known], is_printed[is_known]
    return Regions(cut_regions(view.pixels, boxes), kinds, is_printed, belief[is_known])


def turned_by_a_quarter(view: View, quarters: int) -> View:
    """Return a view on its side: turned by 1 or 3 quarters, counter-clockwise."""
    (right, down), last = view.matrix, np.array([0, 0, len(view.pixels) - 1])
    matrix = np.stack([down, last - right] if quarters == 1 else [last - down, right])
    return View(np.ascontiguousarray(np.rot90(view.pixels, quarters)), matrix, view.scale)


def answers_on_side(kinds: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Return what is shown where the picture lies on its side: a digit is none, or nobody knows."""
    is_digit = (kinds >= 1) & (kinds <= 10) & ~np.isin(kinds - 1, ALIKE_ON_SIDE)
    return np.where(is_digit, 0, np.where(kinds > 0, -1, kinds)).astype(np.int8)


def _targets(page: Page, view: View) -> FloatArray:
    """Return what stands in a view: float32 (n, 6): x, y, width, height, kind, whether it is printed."""
    rows = []
    for one, (x, y) in zip(page.targets, view.places(page), strict=True):
        if -20 < x < VIEW_PX + 20 and -20 < y < VIEW_PX + 20:
            width, height = mapped_size(one.width, one.height, view.matrix)
            rows.append((x, y, width, height, one.kind, one.is_printed))
    return np.array(rows, np.float32).reshape(-1, 6)


def _around(targets: FloatArray) -> FloatArray:
    x, y, width, height = targets[:, :4].T
    return np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)


def _of_ink(pixels: ByteArray, random: Random) -> FloatArray:
    """Return boxes around some connected ink, darker or lighter than its surroundings."""
    ground = cv2.blur(pixels, (41, 41)).astype(np.int16)
    away = (pixels.astype(np.int16) - ground) * random.choice([-1, 1])
    parts = cv2.connectedComponentsWithStats((away > max(12, int(away.std()))).astype(np.uint8))[2][1:]
    parts = parts[(parts[:, 3] > LEAST_PX) & (parts[:, 3] < 0.6 * VIEW_PX)]
    some = parts[random.permutation(len(parts))[:BOXES_OF_INK]].astype(np.float32)
    return np.stack([some[:, 0], some[:, 1], some[:, 0] + some[:, 2] - 1, some[:, 1] + some[:, 3] - 1], axis=1)


def _at_random(random: Random) -> FloatArray:
    middles = random.uniform(0, VIEW_PX, (BOXES_AT_RANDOM, 2))
    reach = np.exp(random.uniform(np.log(5), np.log(40), (BOXES_AT_RANDOM, 1))) * np.array([0.35, 0.5])
    return np.asarray(np.concatenate([middles - reach, middles + reach], axis=1), np.float32)


def _moved(boxes: FloatArray, random: Random) -> FloatArray:
    heights = np.maximum(boxes[:, 3] - boxes[:, 1], 0.5 * (boxes[:, 2] - boxes[:, 0]))[:, None]
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 + random.normal(0, MOVED, (len(boxes), 2)) * heights
    sizes = (boxes[:, 2:] - boxes[:, :2]) * np.exp(random.normal(0, STRETCHED, (len(boxes), 1)))
    return np.asarray(np.concatenate([middles - sizes / 2, middles + sizes / 2], axis=1), np.float32)


def find_answers(boxes: FloatArray, targets: FloatArray) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """Return what each box shows: 0 nothing, 1 + the kind of its target, -1 nobody knows; and whether it is printed."""
    kinds, is_printed = np.zeros(len(boxes), np.int8), np.full(len(boxes), -1, np.int8)
    if not len(targets):
        return kinds, is_printed
    x, y, wide, tall, kind, printed = targets.T
    is_sign = (kind >= 10) & (kind < STRUCK)
    sizes = np.where(is_sign, np.maximum(wide, tall), tall)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    heights = boxes[:, 3] - boxes[:, 1]
    heights = np.where(heights < 0.6 * (boxes[:, 2] - boxes[:, 0]), 0.6 * (boxes[:, 2] - boxes[:, 0]), heights)
    away = np.hypot(middles[:, :1] - x, middles[:, 1:] - y) / sizes
    nearest = away.argmin(axis=1)
    away, part = away[np.arange(len(boxes)), nearest], heights / sizes[nearest]
    is_own = (away < NEAR) & (part > LOW) & (part < HIGH) | is_sign[nearest] & (away < NEAR)
    is_unsure = (away < FAR) & (part > 0.5 * LOW) & (part < 1.3 * HIGH) & ~is_own
    is_unsure |= is_own & ~is_sign[nearest] & (tall[nearest] < LEAST_PX)
    kinds[is_own] = kind[nearest[is_own]].astype(np.int8) + 1
    is_printed[is_own] = printed[nearest[is_own]].astype(np.int8)
    is_printed[is_own & is_sign[nearest]] = -1
    kinds[is_unsure] = -1
    return kinds, is_printed


def _is_on_page(boxes: FloatArray, view: View) -> npt.NDArray[np.bool_]:
    """Tell whose middle lies on the page; beyond its edges a view shows its mirror image."""
    turn, move = view.matrix[:, :2], view.matrix[:, 2]
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    places = (middles - move) @ np.linalg.inv(turn).T
    inside = (middles > 4) & (middles < VIEW_PX - 4) & (places > 6) & (places < PAGE_PX - 6)
    return np.asarray(inside.all(axis=1), bool)

"""A greyscale photo goes in; where on it small bright sheets lie, such as notes on a table, comes out.

A sheet that fills most of a picture is what most of it looks like, and border_removal.py tells it from what is around
it. A small one is bright, has straight sides and is written on, and what is around it is not. Nothing here changes the
photo.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.picture.downsampling import Views
from digits.reading.quantiles import median, quantile
from digits.reading.result import ByteArray, FloatArray

# Cards are brighter than the rest: each covers at least so much of the picture, and all of them at most so much.
LEAST_SHARE, LARGEST_SHARE = 0.03, 0.6
# A card fills so much of its convex hull, which fills so much of the least rectangle around it: an ellipse fills 0.785.
FULL, RECTANGULAR = 0.95, 0.82
# The picture cuts off next to nothing of them: half of a page in the light ends where the picture does.
MOST_CUT = 0.02
# By so much of the full grey range they are brighter than what is around them.
LEAST_DIFFERENCE = 0.2
# Writing is looked for in a picture of this size: strokes narrower than this, so deep beside the clearest ones.
WRITING_PX, STROKE_PX, DEEP = 640, 25, 0.4
# Strokes cover so much of the cards; around them, less than so much of what they cover there. An edge is no stroke.
LEAST_WRITTEN, BESIDE, EDGE_PX = 0.0005, 0.1, 9


def find_cards(smooth: ByteArray, photo: Views) -> npt.NDArray[np.bool_] | None:
    """Return where cards are, bool (height, width); None where there are none.

    Args:
        smooth: uint8 (height, width), a thumbnail of the photo without its strokes.
        photo: what tells whether they are written on.
    """
    bright = cv2.threshold(smooth, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    cards = _rectangles(np.asarray(bright, np.uint8))
    if not cards.any() or cards.mean() > LARGEST_SHARE:
        return None
    if np.concatenate([cards[0], cards[-1], cards[:, 0], cards[:, -1]]).mean() > MOST_CUT:
        return None
    if median(smooth[cards]) - median(smooth[~cards]) < LEAST_DIFFERENCE * 255:
        return None
    return cards if _is_written_on(photo.shrink(WRITING_PX), cards) else None


def _rectangles(bright: ByteArray) -> npt.NDArray[np.bool_]:
    """Return the large bright parts that are rectangles seen from somewhere, with all that is in them."""
    outlines = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]
    cards = np.zeros_like(bright)
    for outline in outlines:
        hull = cv2.convexHull(outline)
        area, (width, height) = cv2.contourArea(hull), cv2.minAreaRect(hull)[1]
        is_full = cv2.contourArea(outline) >= FULL * area and area >= RECTANGULAR * width * height
        if is_full and area >= LEAST_SHARE * bright.size:
            cv2.drawContours(cards, [outline], -1, (1,), cv2.FILLED)
    return cards > 0


def _is_written_on(grey: FloatArray, cards: npt.NDArray[np.bool_]) -> bool:
    """Tell whether dark strokes are on the cards, and next to none of either kind around them."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (STROKE_PX, STROKE_PX))
    dark = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel) - grey
    light = grey - cv2.morphologyEx(grey, cv2.MORPH_OPEN, kernel)
    place = cv2.resize(cards.view(np.uint8), grey.shape[::-1], interpolation=cv2.INTER_NEAREST)
    edge = np.ones((2 * EDGE_PX + 1, 2 * EDGE_PX + 1), np.uint8)
    inside, outside = cv2.erode(place, edge) > 0, cv2.dilate(place, edge) == 0
    if not inside.any() or not outside.any():
        return False
    level = DEEP * quantile(dark[inside], 0.999)
    written = float((dark[inside] > level).mean())
    around = float((np.maximum(dark, light)[outside] > level).mean())
    return written >= LEAST_WRITTEN and around < BESIDE * written

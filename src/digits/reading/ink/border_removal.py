"""A greyscale photo of a sheet goes in; the same photo with the table around the sheet painted over comes out.

What surrounds a sheet is neither paper nor ink, and would decide both polarity and contrast if it stayed. A part of the
sheet in shadow, or beside one, looks like that too, but there is writing on it. Nothing here straightens the sheet.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digits.reading.ink.background import CLEAR_BORDER, LEAST_CONTRAST, LEAST_SHADED_PX, find_lead, is_light_on_dark
from digits.reading.ink.binarization import DARKEST_PAPER
from digits.reading.ink.sheet_detection import DEEP, LEAST_WRITTEN, WRITING_PX, find_cards
from digits.reading.picture.downsampling import Views, look_at, shrink
from digits.reading.quantiles import median, quantile, quantiles
from digits.reading.result import ByteArray, FloatArray

# Surroundings are looked for in a thumbnail of this size: strokes of a pen vanish there under a small median.
THUMBNAIL_PX = 256
# A smaller picture is cut from a sheet: what runs along its border there are digits.
LEAST_SIDE_PX = 160
# How far, of the full grey range, surroundings differ from the paper.
LEAST_DIFFERENCE = 0.25
# Surroundings run along a side for at least this share of it; a digit cut by the border covers less.
LEAST_RUN = 0.3
# More than this share of a picture is the sheet itself, light or dark.
LARGEST_SHARE = 0.45
# Ink departs from the paper this many times as far as the paper's own brightest or darkest parts do.
CLEAR_RATIO = 1.5
# Writing is strokes narrower than these. Dark ink takes a share of the light: in shadow that is the same share.
STROKES_PX = (5, 9, 15, 25)
# The corners and loops of broad strokes are fewer than this share of the strokes.
NOT_CORNERS = 0.1
# Clean paper: the picture reaches so much farther to one side of the median. The pen that writes on a sheet in a
# picture is finer than the first share of its side, the pen of a digit that fills the picture than the second.
CLEAN_RATIO, PENS = 3, (1 / 16, 1 / 4)
# A large page with small writing is not shrunk more than this, or the gaps between strokes look like strokes.
MOST_SHRUNK = 4
# A region is part of the sheet where strokes cover at least this share of what they cover on the rest. So many pixels
# along its edge are left out, for an edge is no stroke.
AS_WRITTEN, EDGE_PX = 0.04, 13
CLOSED_PX = 31
# A smaller share of the picture is no shadow that matters.
LEAST_SHADOW = 0.06
# The median of so many pixels of the thumbnail is paper.
PAPER_PX = 15


def clear_surroundings(photo: Views) -> Views:
    """Return the photo with what lies along its border, and is neither paper nor ink, as the paper beside it is."""
    if min(photo.grey.shape) < LEAST_SIDE_PX:
        return photo
    small = np.rint(photo.shrink(THUMBNAIL_PX) * 255).astype(np.uint8)
    smooth = np.asarray(cv2.medianBlur(small, 5), np.uint8)
    cards = find_cards(smooth, photo)
    if cards is None:
        differs = np.abs(smooth.astype(np.float32) - median(small)) > LEAST_DIFFERENCE * 255
        surroundings = _without_written(_along_border(differs), photo)
        if not surroundings.any() or surroundings.mean() > LARGEST_SHARE:
            return photo
    else:
        surroundings = ~cards
    # The sheet's edge is blurred, and a shadow often lies along it.
    grown = np.asarray(cv2.dilate(surroundings.astype(np.uint8), np.ones((7, 7), np.uint8)), np.uint8)
    size = photo.grey.shape[::-1]
    mask = cv2.resize(grown, size, interpolation=cv2.INTER_NEAREST) > 0
    continued = cv2.resize(_continue_paper(small, grown), size, interpolation=cv2.INTER_LINEAR)
    return look_at(np.where(mask, continued, photo.grey))


def _continue_paper(small: ByteArray, surroundings: ByteArray) -> FloatArray:
    """Return a thumbnail in [0, 1] in which every pixel of the surroundings is as the sheet is nearest to it.

    One level for all of it would leave an edge where the sheet lies in shadow, and an edge is ink.
    """
    _, nearest = cv2.distanceTransformWithLabels(surroundings, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    sheet = cv2.medianBlur(small, PAPER_PX)[surroundings == 0]
    level = np.zeros(int(nearest.max()) + 1, np.float32)
    level[nearest[surroundings == 0]] = sheet
    filled = np.where(surroundings > 0, level[nearest], small).astype(np.float32) / np.float32(255)
    return np.asarray(np.where(surroundings > 0, cv2.blur(filled, (PAPER_PX, PAPER_PX)), filled), np.float32)


def is_light_on_dark_page(page: Views) -> bool:
    """Tell whether a page's ink is lighter than its paper.

    A small picture is cut from a sheet, and its border is paper. On clean paper nothing but ink departs from the
    median, and to one side. Else narrow strokes decide, from the narrowest that are more than the corners and loops of
    broad ones: shadows and tables have none, gaps between strokes are wider. Where strokes of both kinds are as many,
    or a pen is too broad, ink is on that side of the median where the picture reaches farther; where both sides are
    alike, see background.py.
    """
    grey = page.grey
    if min(grey.shape) < LEAST_SIDE_PX:
        lead = find_lead(grey)
        if min(grey.shape) < LEAST_SHADED_PX or abs(lead) > CLEAR_BORDER:
            return lead < 0
    small = page.shrink(max(WRITING_PX, max(grey.shape) // MOST_SHRUNK))
    few = grey[:: _step(grey), :: _step(grey)]
    low, paper, high = quantiles(few, (0.005, 0.5, 0.995))
    below, above = paper - low, high - paper
    if max(below, above) >= max(LEAST_DIFFERENCE, CLEAN_RATIO * min(below, above)):
        far = (small > (paper + high) / 2) if above > below else (small < (paper + low) / 2)
        if _are_strokes(far):
            return above > below
    # The broadest strokes, in a picture a quarter as large: a broad kernel takes long.
    broad = _find_strokes(shrink(small, max(small.shape) // 4), STROKES_PX[-1] // 4 + 1)
    least = max(LEAST_WRITTEN, NOT_CORNERS * max(float(strokes.mean()) for strokes in broad))
    for stroke_px in STROKES_PX:
        dark, light = (float(strokes.mean()) for strokes in _find_strokes(small, stroke_px))
        if max(dark, light) >= max(CLEAR_RATIO * min(dark, light), least):
            return light > dark
    if max(below, above) >= CLEAR_RATIO * min(below, above):
        return above > below
    return is_light_on_dark(page.overview)


def _are_strokes(mask: npt.NDArray[np.bool_]) -> bool:
    """Tell whether nothing in ``mask`` is as broad as a sheet would be, the writing on which is filled first."""
    fine, broad = (np.ones((side, side), np.uint8) for side in (max(3, round(min(mask.shape) * pen)) for pen in PENS))
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, fine)
    return not cv2.erode(closed, broad, borderType=cv2.BORDER_CONSTANT, borderValue=0).any()


def _find_strokes(small: FloatArray, stroke_px: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return where narrow strokes are that are clearly darker, and clearly lighter, than what is around them."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (stroke_px, stroke_px))
    filled, emptied = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), cv2.morphologyEx(small, cv2.MORPH_OPEN, kernel)
    dark, light = (filled - small) / np.maximum(filled, DARKEST_PAPER), small - emptied
    level = max(LEAST_CONTRAST, DEEP * max(quantile(depth[::2, ::2], 0.999) for depth in (dark, light)))
    return dark > level, light > level


def _step(grey: FloatArray) -> int:
    """Every so many pixels are enough for a quantile."""
    return max(1, int(min(grey.shape)) // 256)


def _without_written(surroundings: npt.NDArray[np.bool_], photo: Views) -> npt.NDArray[np.bool_]:
    """Keep the connected regions that carry no writing like that on the rest of the picture."""
    if not surroundings.any():
        return surroundings
    small = photo.shrink(WRITING_PX)
    dark, light = _find_strokes(small, STROKES_PX[-1])
    size = small.shape[::-1]
    regions = cv2.resize(surroundings.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    edge = np.ones((EDGE_PX, EDGE_PX), np.uint8)
    outside = cv2.erode(1 - regions, edge) > 0
    strokes = light if is_light_on_dark_page(photo) else dark
    written = strokes[outside].mean() if outside.any() else 0.0
    count, regions_of = cv2.connectedComponents(surroundings.astype(np.uint8), connectivity=8)
    labels = cv2.resize(regions_of.astype(np.float32), size, interpolation=cv2.INTER_NEAREST).astype(np.int64)
    keep = np.ones(count, bool)
    for region in range(1, count):
        if (regions_of == region).mean() < LEAST_SHADOW:
            continue
        # Ink is no part of the region it stands in until that is closed.
        closed = cv2.morphologyEx((labels == region).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((CLOSED_PX, CLOSED_PX)))
        place = cv2.erode(closed, edge) > 0
        keep[region] = not place.any() or strokes[place].mean() < max(AS_WRITTEN * written, LEAST_WRITTEN)
    keep[0] = False
    return np.asarray(keep[regions_of])


def _along_border(differs: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Keep the connected parts that run along one of the four sides."""
    count, labels = cv2.connectedComponents(differs.astype(np.uint8), connectivity=8)
    keep = np.zeros(count, bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        runs = np.bincount(side, minlength=count)
        keep |= runs >= LEAST_RUN * len(side)
    keep[0] = False
    return np.asarray(keep[labels])

"""A hand goes in, numbers as people write them come out: amounts, dates, times, lists of figures, struck-out ones."""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.result import FloatArray
from digits.training.detector.composing.marks.glyphs import Alphabet, Hand, draw_digit
from digits.training.detector.composing.marks.pens import draw_strokes, shaken, smooth
from digits.training.detector.composing.marks.typefaces import render
from digits.training.detector.composing.sheet import FIRM, JOINING, STRUCK, Ink, Random, Target, empty

# Signs that stand beside numbers and that nobody reads as a digit.
OTHER_SIGNS = "+×=$€%#()[]*&£"
STRUCK_OUT = 0.06


def some_text(random: Random) -> str:
    """Return a number, with the signs that people put into it."""

    def digits(least: int, most: int) -> str:
        return "".join(map(str, random.integers(0, 10, int(random.integers(least, most + 1)))))

    kind = random.random()
    if kind < 0.5:
        return digits(1, 7)
    if kind < 0.62:
        return digits(1, 4) + str(random.choice([".", ","])) + digits(1, 3)
    if kind < 0.68:
        return digits(1, 3) + str(random.choice([".", ",", " "])) + digits(3, 3) + str(random.choice([".", ","])) + "00"
    if kind < 0.78:
        sign = str(random.choice([".", "/", "-", ":"]))
        return sign.join(
            [digits(1, 2), digits(1, 2), *([digits(2, 4)] if sign != ":" or random.random() < 0.3 else [])]
        )
    if kind < 0.83:
        return digits(1, 2) + ":" + digits(2, 2)
    if kind < 0.88:
        return "-" + digits(1, 4)
    if kind < 0.93:
        return digits(1, 4) + str(random.choice(["-", ",-", "/", "."]))
    return " ".join(digits(1, 4) for _ in range(int(random.integers(2, 5))))


def write_number(text: str, hand: Hand, height_px: float, alphabet: Alphabet, random: Random) -> Ink:
    """Return ``text`` of digits, joining signs and spaces in this hand, digits about ``height_px`` high."""
    if hand.source == "print":
        ink = render(text, hand.face, height_px, stroke_px=int(random.random() < 0.15 and height_px > 18))
    else:
        ink = _write(text, hand, height_px, alphabet, random)
    return struck_out(ink, height_px, random) if random.random() < STRUCK_OUT else ink


def _write(text: str, hand: Hand, height: float, alphabet: Alphabet, random: Random) -> Ink:
    line = empty(int(2.2 * height), int((1.6 * len(text) + 3) * height * max(1.0, hand.width)))
    edge = np.full(line.height, -1000.0)
    middle, right = 1.1 * height, 0.5 * height
    slope = random.normal(0, 0.03)
    for character in text:
        if character == " ":
            right += height * random.uniform(0.5, 1.6)
            edge[:] = right
            continue
        if character in JOINING:
            piece, top = _sign(character, hand, height, middle, random)
        else:
            piece = draw_digit(int(character), hand, height, alphabet, random)
            top = middle + 0.5 * height - piece.height if random.random() < 0.5 else middle - piece.height / 2
        top += slope * (right - height) + random.normal(0, hand.wander) * height
        top = float(np.clip(top, 0, max(0, line.height - piece.height)))
        gap = float(random.normal(*hand.gap)) * height
        x = max(0.5 * height, _beside(edge, piece.pixels, int(top), gap)) if right > 0.5 * height else right
        if character not in JOINING and line.targets:
            x = max(x, line.targets[-1].x + 0.22 * height - piece.width / 2)
        if x + piece.width >= line.width:
            break
        line.put(piece, x, top)
        _extend(edge, piece.pixels, int(top), round(x))
        right = max(right, x + piece.width)
    line.pixels = line.pixels[:, : int(right) + 3]
    return line


def _beside(edge: FloatArray, pixels: FloatArray, top: int, gap: float) -> float:
    """Return the column at which the ink comes as near as ``gap`` to what is written."""
    firm = pixels > FIRM
    starts = np.where(firm.any(axis=1), firm.argmax(axis=1), 10_000)
    reach = max(1, round(0.06 * len(edge)))
    kernel = np.ones((2 * reach + 1, 1), np.uint8)
    near = cv2.dilate(edge.astype(np.float32)[:, None], kernel)[top : top + len(pixels), 0]
    return float((near - starts[: len(near)]).max()) + 1 + gap


def _extend(edge: FloatArray, pixels: FloatArray, top: int, x: int) -> None:
    firm = pixels > FIRM
    ends = np.where(firm.any(axis=1), x + pixels.shape[1] - 1 - firm[:, ::-1].argmax(axis=1), -1000)
    place = edge[top : top + len(pixels)]
    np.maximum(place, ends[: len(place)], out=place)


def _sign(sign: str, hand: Hand, height: float, middle: float, random: Random) -> tuple[Ink, float]:
    """Return a joining sign and where its top is."""
    pen = max(1.0, (hand.pen if hand.source == "pen" else random.uniform(0.06, 0.14)) * height)
    box = np.zeros((int(1.6 * height) + 4, int(1.2 * height) + 4), np.float32)
    x, base = 0.3 * height, 1.1 * height
    if sign == ".":
        strokes = [np.array([[x, base], [x + random.uniform(0, 1.5), base + random.uniform(-1, 1)]])]
        pen *= random.uniform(0.9, 1.4)
    elif sign == ",":
        reach = random.uniform(0.12, 0.3) * height
        strokes = [
            smooth(np.array([[x + 0.4 * reach, base - 0.3 * reach], [x + 0.4 * reach, base], [x, base + reach]]))
        ]
    elif sign == "-":
        reach, y = random.uniform(0.25, 0.6) * height, 0.6 * height + random.normal(0, 0.06) * height
        strokes = [np.array([[x, y], [x + reach, y + random.normal(0, 0.08) * reach]])]
    elif sign == "/":
        lean, up = random.uniform(0.25, 0.6) * height, random.uniform(1.0, 1.3) * height
        strokes = [np.array([[x, base + 0.1 * height], [x + lean, base + 0.1 * height - up]])]
    else:
        apart = random.uniform(0.3, 0.5) * height
        strokes = [np.array([[x, base], [x + 1, base]]), np.array([[x, base - apart], [x + 1, base - apart]])]
    draw_strokes(box, [shaken(points, 0.01 * height, random) for points in strokes], pen)
    firm = box > min(FIRM, 0.5 * float(box.max()))
    rows, columns = np.flatnonzero(firm.any(axis=1)), np.flatnonzero(firm.any(axis=0))
    pixels = box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    high, wide = pixels.shape
    target = Target(10 + JOINING.index(sign), (wide - 1) / 2, (high - 1) / 2, wide, high)
    return Ink(pixels, [target]), middle - 0.6 * height + float(rows[0])


def struck_out(ink: Ink, height: float, random: Random) -> Ink:
    """Strike a number out, as people do who have made a mistake: its digits become marks of kind struck."""
    digits = [one for one in ink.targets if one.kind < 10]
    if not digits:
        return ink
    left = min(one.x - one.width / 2 for one in digits) - 0.2 * height
    right = max(one.x + one.width / 2 for one in digits) + 0.2 * height
    y, pen = float(np.mean([one.y for one in digits])), max(1.0, random.uniform(0.05, 0.14) * height)
    margin = int(0.4 * height)
    pixels = np.pad(ink.pixels, margin)
    kind = random.random()
    if kind < 0.4:
        rows = [0.0] if random.random() < 0.7 else [-0.12, 0.12]
        strokes = [
            np.array([[left, y + row * height + random.normal(0, 0.1) * height], [right, y + row * height]])
            for row in rows
        ]
    elif kind < 0.6:
        low, high = y + 0.6 * height, y - 0.6 * height
        strokes = [np.array([[left, low], [right, high]]), np.array([[left, high], [right, low]])]
        strokes = strokes if right - left < 2 * height or random.random() < 0.4 else strokes[:1]
    else:
        turns = max(4, int((right - left) / height * random.uniform(3, 7)))
        x = np.linspace(left, right, turns)
        zigzag = y + np.where(np.arange(turns) % 2, 0.4, -0.4) * height * random.uniform(0.6, 1.1, turns)
        strokes = [
            smooth(np.stack([x, zigzag], axis=1), 8 * turns) if random.random() < 0.5 else np.stack([x, zigzag], 1)
        ]
    draw_strokes(pixels, [shaken(points + margin, 0.03 * height, random) for points in strokes], pen)
    targets = [Target(STRUCK, one.x + margin, one.y + margin, one.width, one.height, one.is_printed) for one in digits]
    return Ink(pixels, targets)

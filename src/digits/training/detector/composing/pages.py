"""A random source goes in, a composed page comes out: grey as a camera would see it, with all its digits.

Kinds of pages: rows of numbers, tables, forms, printed text, pictures without any writing, a few large digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digits.reading.result import FloatArray
from digits.training.detector.composing.forms import write_form, write_table
from digits.training.detector.composing.marks.glyphs import Alphabet, some_hand
from digits.training.detector.composing.paper import clutter, texture
from digits.training.detector.composing.paper.ruling import rule_paper
from digits.training.detector.composing.sheet import Ink, Random, Target, empty
from digits.training.detector.composing.writer import Writer

PAGE_PX = 512
# A digit's height on a page, and on one that shows little else.
LEAST_PX, MOST_PX, LARGE_PX = 20.0, 56.0, 170.0


@dataclass(frozen=True, eq=False)
class Page:
    """``grey`` float32 (512, 512) in [0, 1], dark ink on light paper; ``targets`` may reach beyond the page."""

    grey: FloatArray
    targets: list[Target]
    height_px: float


def compose_page(alphabet: Alphabet, random: Random) -> Page:
    """Return one page."""
    kinds: tuple[tuple[float, Callable[[Ink, Writer], None]], ...] = (
        (0.4, _rows),
        (0.2, write_table),
        (0.13, write_form),
        (0.11, _text),
        (0.1, _nothing),
        (0.06, _large),
    )
    chosen = kinds[random.choice(len(kinds), p=[share for share, _ in kinds])][1]
    most = LARGE_PX if chosen is _large else MOST_PX
    height = float(np.exp(random.uniform(np.log(MOST_PX if chosen is _large else LEAST_PX), np.log(most))))
    ink = empty(PAGE_PX, PAGE_PX)
    pen = Writer(alphabet, random, height, some_hand(alphabet, random), str(random.choice(np.array(alphabet.printed))))
    chosen(ink, pen)
    if not ink.targets:  # letters on their side or upside down are no digits either
        ink.pixels = np.ascontiguousarray(np.rot90(ink.pixels, int(random.integers(4))))
    lines = empty(PAGE_PX, PAGE_PX)
    if chosen in (_rows, _text, _large) and random.random() < 0.4:
        rule_paper(lines, height, random)
    if random.random() < 0.12:
        clutter.stray_strokes(lines, height, random)
    return Page(_photographed(ink, lines, chosen is _nothing, pen), ink.targets, height)


def _photographed(ink: Ink, lines: Ink, is_empty: bool, pen: Writer) -> FloatArray:
    random = pen.random
    paper = texture.some_paper(PAGE_PX, random)
    if is_empty and random.random() < 0.7:
        paper = texture.some_background(PAGE_PX, pen.alphabet.photos, random)
    depth, faint = np.float32(random.uniform(0.35, 1)), np.float32(random.uniform(0.15, 1))
    if random.random() < 0.25:  # a pen that gives its ink unevenly
        ink.pixels = ink.pixels * np.clip(0.75 + 0.25 * texture.noise(PAGE_PX, (9, 9), random), 0, 1)
    grey = paper * (1 - np.maximum(ink.pixels * depth, lines.pixels * depth * faint))
    if not is_empty and random.random() < 0.12:  # the sheet lies on something
        grey = _lay_on(grey, texture.some_background(PAGE_PX, pen.alphabet.photos, random), ink.targets, random)
    return clutter.light(np.asarray(grey, np.float32), random)


def _lay_on(grey: FloatArray, ground: FloatArray, targets: list[Target], random: Random) -> FloatArray:
    """Cut the sheet at a slanting edge and show what it lies on; targets beyond are gone."""
    side = grey.shape[0]
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    angle, reach = random.uniform(0, 2 * np.pi), random.uniform(0.1, 0.42) * side
    cos, sin = np.cos(angle), np.sin(angle)
    is_off = (x - side / 2) * cos + (y - side / 2) * sin > reach
    far = [(one.x - side / 2) * cos + (one.y - side / 2) * sin - reach for one in targets]
    kept = [one for one, away in zip(targets, far, strict=True) if away < -0.5 * one.height]
    for one, away in zip(targets, far, strict=True):
        if away >= -0.5 * one.height:  # no digit is cut in two
            top, left = int(one.y - 0.6 * one.height), int(one.x - 0.6 * one.width)
            is_off[max(0, top) : int(one.y + 0.6 * one.height) + 1, max(0, left) : int(one.x + 0.6 * one.width) + 1] = (
                True
            )
    targets[:] = kept
    return np.asarray(np.where(is_off, ground, grey), np.float32)


def _rows(ink: Ink, pen: Writer) -> None:
    """Numbers in rows, with words among them."""
    random, height = pen.random, pen.height
    share = random.choice([0.05, 0.25, 0.6])
    y, step = random.uniform(-0.5, 1) * height, random.uniform(1.25, 2.6)
    while y < ink.height:
        x = random.uniform(-1, 2.5) * height
        while x < ink.width:
            piece = pen.something() if random.random() < share else pen.number()
            ink.put(piece, x, y + 0.5 * height - piece.height / 2)
            if random.random() < 0.02:
                clutter.ring(ink, x + piece.width / 2, y + 0.5 * height, max(piece.width / 2, 0.9 * height), random)
            x += piece.width + random.uniform(0.4, 3.5) * height
        y += step * height * random.uniform(0.85, 1.2)


def _text(ink: Ink, pen: Writer) -> None:
    """Lines of printed or written words, with a number or none."""
    random, height = pen.random, pen.height
    is_printed, share = random.random() < 0.6, random.choice([0.0, 0.0, 0.1])
    y = random.uniform(-0.5, 1) * height
    while y < ink.height:
        x = random.uniform(-1, 1) * height
        while x < ink.width:
            has_number = random.random() < share
            piece = pen.number() if has_number else pen.words(int(random.integers(1, 5)), is_printed=is_printed)
            ink.put(piece, x, y + 0.5 * height - piece.height / 2)
            x += piece.width + random.uniform(0.3, 0.8) * height
        y += height * random.uniform(1.3, 1.8)


def _nothing(ink: Ink, pen: Writer) -> None:
    """No digit at all: drawings, crosses, codes, shapes, or bare ground."""
    random, height = pen.random, pen.height
    for _ in range(int(random.choice([0, 3, 25], p=[0.4, 0.3, 0.3]))):
        kind = random.integers(7)
        if kind == 0:
            piece = clutter.bar_code(height, random)
        elif kind == 1:
            piece = clutter.stamp(pen.words(1, is_printed=True), height, random)
        elif kind == 2:
            piece = clutter.shape(height, random)
        elif kind == 3:
            piece = clutter.scribble(height, random)
        else:
            piece = clutter.doodle(height, random) if kind < 6 else pen.something()
        x, y = (random.uniform(-0.1, 0.9, 2) * PAGE_PX).tolist()
        ink.put(piece, x, y, random.uniform(0.4, 1))


def _large(ink: Ink, pen: Writer) -> None:
    """A few large digits with much room, as in a close-up."""
    random, height = pen.random, pen.height
    y = random.uniform(-0.3, 0.6) * height
    while y < ink.height:
        x = random.uniform(-0.3, 1) * height
        while x < ink.width:
            text = "".join(map(str, random.integers(0, 10, int(random.integers(1, 4)))))
            piece = pen.number(text) if random.random() < 0.8 else pen.something()
            ink.put(piece, x, y + 0.5 * height - piece.height / 2)
            x += piece.width + random.uniform(0.4, 2) * height
        y += height * random.uniform(1.3, 2)

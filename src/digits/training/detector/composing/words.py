"""Writing that is no number: words, letters of several scripts, signs, and strokes that only look like writing."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from digits.reading.result import FloatArray
from digits.training.detector.composing.marks.glyphs import Alphabet
from digits.training.detector.composing.marks.pens import draw_strokes, shaken
from digits.training.detector.composing.marks.typefaces import render
from digits.training.detector.composing.numbers import OTHER_SIGNS
from digits.training.detector.composing.sheet import FIRM, Ink, Random, cropped

# Letters that a digit may look exactly like are never written alone.
LETTERS = "abcdefhijkmnpqrtuvwxyzACDEFGHJKLMNPQRTUVWXYäöüßéèñçÄÖÜ"
_COMMON = (
    "total sum amount name date page street house phone score exam student class room week monday april august "
    "number signed customer invoice bonus test answer question points grade mark first second family town country "
    "birth place price quantity item tax net gross order account bank the of and to in is that for it with as was "
    "on are be this by from or at which have not an you were all one has been their more will can out up other into "
    "some them then these two may only any now such like our over man me even most made after also did many before "
    "must through years where much your way well down should because each just those people how too little state "
    "good very make summe betrag datum seite strasse hausnummer telefon unterschrift kunde rechnung menge preis "
    "woche montag montant nom prénom adresse ville téléphone numéro signature quantité prix semaine lundi jumlah "
    "nama tanggal "
)
COMMON = _COMMON.split()


def some_word(random: Random) -> str:
    """Return a word, of a language or of letters alone, as labels and texts have them."""
    if random.random() < 0.75:
        word = str(COMMON[random.integers(len(COMMON))])
    else:
        letters = "abcdefghijklmnopqrstuvwxyz"
        word = "".join(letters[i] for i in random.integers(0, 26, int(random.integers(2, 10))))
    style = random.random()
    word = word.upper() if style < 0.15 else word.capitalize() if style < 0.5 else word
    ending = random.random()
    return word + (":" if ending < 0.15 else "," if ending < 0.2 else "." if ending < 0.28 else "")


def print_words(count: int, face: str, height_px: float, random: Random) -> Ink:
    """Return words of one typeface on a line; a digit would be ``height_px`` high. Nothing in them is a target."""
    text = " ".join(some_word(random) for _ in range(count))
    return Ink(render(text, face, height_px, stroke_px=int(random.random() < 0.1 and height_px > 20)).pixels)


def write_words(count: int, height_px: float, alphabet: Alphabet, random: Random) -> Ink:
    """Return words in a handwriting: a typeface that looks like one, bent, or loops of a pen."""
    if not alphabet.handlike or random.random() < 0.35:
        return scribbled_words(count, height_px, random)
    face = str(alphabet.handlike[int(random.integers(len(alphabet.handlike)))])
    return Ink(bent(print_words(count, face, height_px, random).pixels, height_px, random))


def bent(pixels: FloatArray, height_px: float, random: Random) -> FloatArray:
    """Return ink moved by a smooth random field, slanted, as no two letters of a hand are alike."""
    pixels = np.pad(pixels, int(0.3 * height_px) + 2)
    height, width = pixels.shape
    grid = max(2, round(height / height_px) + 1), max(2, round(width / height_px) + 1)
    reach = random.uniform(0.02, 0.1) * height_px
    moves = [
        cv2.resize(random.normal(0, reach, grid).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    ]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    slant = np.float32(random.normal(0.1, 0.2))
    return np.asarray(
        cv2.remap(pixels, columns + moves[0] + slant * (rows - height / 2), rows + moves[1], cv2.INTER_LINEAR)
    )


def scribbled_words(count: int, height_px: float, random: Random) -> Ink:
    """Return joined loops and arcs of one pen that look like words from afar."""
    lengths = random.integers(3, 9, count)
    letter = random.uniform(0.3, 0.6) * height_px
    pixels = np.zeros((int(3 * height_px), int((lengths.sum() + 2 * count + 2) * letter * 1.6)), np.float32)
    x, middle, pen = letter, 1.6 * height_px, max(1.0, random.uniform(0.04, 0.12) * height_px)
    for letters in lengths.tolist():
        t = np.linspace(0, 2 * np.pi * letters, 10 * letters)
        tall = random.uniform(0.2, 0.35) * height_px
        heights = np.repeat(random.choice([1.0, 1.0, 1.0, 2.2], letters) * random.uniform(0.6, 1.2, letters), 10) * tall
        columns = x + letter * t / (2 * np.pi) - random.uniform(0.2, 1.0) * letter / 2 * np.sin(t)
        rows = middle + tall - heights * (1 - np.cos(t)) + random.normal(0, 0.04 * tall, len(t))
        columns = columns - random.normal(0.2, 0.15) * (rows - middle)
        draw_strokes(pixels, [np.stack([columns, rows], axis=1)], pen)
        x += letter * (letters + random.uniform(0.8, 1.6))
    return Ink(cropped(pixels))


def letter(height_px: float, faces: Sequence[str], random: Random) -> Ink:
    """Return one letter that no digit looks like."""
    text = LETTERS[random.integers(len(LETTERS))]
    pixels = render(text, faces[int(random.integers(len(faces)))], height_px * random.uniform(0.8, 1.2)).pixels
    return Ink(bent(pixels, height_px, random) if random.random() < 0.6 else pixels)


def sign(height_px: float, faces: tuple[str, ...], random: Random) -> Ink:
    """Return a sign beside numbers, printed or bent as if written."""
    text = OTHER_SIGNS[random.integers(len(OTHER_SIGNS))]
    pixels = render(text, faces[int(random.integers(len(faces)))], height_px).pixels
    return Ink(cropped(bent(pixels, height_px, random) if random.random() < 0.6 else pixels))


def cross_or_tick(height_px: float, random: Random) -> Ink:
    """Return an X or a tick, as in a box of a form."""
    size = height_px * random.uniform(0.7, 1.3)
    pixels = np.zeros((int(1.8 * size) + 6, int(2 * size) + 6), np.float32)
    pen = max(1.0, float(np.exp(random.uniform(np.log(0.04), np.log(0.16)))) * size)
    corner = np.array([0.4 * size, 0.4 * size])
    if random.random() < 0.5:
        ends = np.array([[0, 0], [1, 1], [1, 0], [0, 1]]) + random.normal(0, 0.12, (4, 2))
        strokes = [ends[:2], ends[2:]]
    else:
        low = np.array([random.uniform(0.2, 0.5), 1.0])
        strokes = [
            np.array([[0, random.uniform(0.4, 0.7)], low, [random.uniform(0.9, 1.5), random.uniform(-0.3, 0.1)]])
        ]
    draw_strokes(pixels, [shaken(corner + each * size, 0.02 * size, random) for each in strokes], pen)
    return Ink(cropped(pixels)) if (pixels > FIRM).any() else Ink(pixels)

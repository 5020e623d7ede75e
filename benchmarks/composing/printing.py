"""Words and figures go in, their print comes out: in the typefaces that are kept for measuring, never trained with."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from composing.sheet import Ink, Random
from composing.writing import trim
from digits.training.typefaces import HANDWRITING_LIKE, typefaces_to_measure

_LABELS = """
Name Datum Klasse Punkte Summe Note Gruppe Wert Menge Preis Betrag Konto Telefon Straße Ort Aufgabe Team Runde
Player Score Total Date Amount Room Order Hours Week Monday Tuesday Friday January March Weight Height Length Alice
Bob Carla Dmitri Emma Farid Greta Hugo Inés Jonas Lena Malik Nora Oskar Paula Quentin Rosa Samir Tove Ursula Apples
Bread Butter Coffee Eggs Flour Milk Onions Rice Sugar Tea Water Account Phone Postcode Birthday Zip Unit
"""
LABELS = tuple(_LABELS.split())
_PROSE = """
the of and to in is that for it was with as his on be at by had not are but from or have an they which one you were
her all she there would their we him been has when who will more no if out so said what up its about into than them
can only other new some could time these two may then do first any my now such like our over man me even most made
after also did many before must through years where much your way well down should because each just those people
take state good very make world still own see men work long here get both between life being under never day same
"""
PROSE = tuple(_PROSE.split())


@lru_cache(maxsize=512)
def _font(slug: str, which: int, size_px: int) -> ImageFont.FreeTypeFont:
    family = next(one for one in typefaces_to_measure() if one.slug == slug)
    upright = [file for file in family.files if file.style == "normal"]
    return ImageFont.truetype(str(upright[which % len(upright)].path), size_px)


class Printer:
    """Prints in one typeface: one of those reserved, like print or like handwriting."""

    def __init__(self, random: Random, *, is_handwriting_like: bool | None = False) -> None:
        families = [
            family.slug
            for family in typefaces_to_measure()
            if is_handwriting_like is None or (family.slug in HANDWRITING_LIKE) == is_handwriting_like
        ]
        self.random = random
        self.slug, self.which = str(random.choice(families)), int(random.integers(100))

    def text(self, text: str, size_px: float) -> Ink:
        """Return the ink of a line of text, float32 (height, width), trimmed; ``size_px`` is the font's."""
        font = _font(self.slug, self.which, max(6, round(size_px)))
        left, top, right, bottom = font.getbbox(text)
        canvas = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4))
        ImageDraw.Draw(canvas).text((2 - left, 2 - top), text, fill=255, font=font)
        return trim(np.asarray(canvas, np.float32) / 255)

    def label(self) -> str:
        """Return a word as forms have it, without figures."""
        return str(self.random.choice(LABELS))

    def prose(self, words: int) -> str:
        """Return so many words in a row."""
        text = " ".join(str(word) for word in self.random.choice(PROSE, words))
        return text[0].upper() + text[1:]

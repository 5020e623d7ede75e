"""Typefaces to train with and to measure with: many, free, and never the same."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from PIL import ImageFont

from digits.errors import MissingExtraError
from digits.training import typefaces

fontpkg = pytest.importorskip("fontpkg", reason="needs the extra typefaces")


def test_no_typeface_that_measures_is_trained_with() -> None:
    trained = {family.slug for family in typefaces.typefaces_to_train()}
    measured = {family.slug for family in typefaces.typefaces_to_measure()}
    assert measured == typefaces.RESERVED
    assert not trained & measured
    assert len(trained) >= 60
    assert len(measured) == 10


def test_both_hold_print_and_what_looks_like_handwriting() -> None:
    for families in (typefaces.typefaces_to_train(), typefaces.typefaces_to_measure()):
        is_written = [family.slug in typefaces.HANDWRITING_LIKE for family in families]
        assert 3 <= sum(is_written) < len(families) - 3


def test_every_typeface_is_free_and_opens() -> None:
    for family in (*typefaces.typefaces_to_train(), *typefaces.typefaces_to_measure()):
        assert family.license in typefaces.LICENCES
        font = ImageFont.truetype(str(family.files[0].path), 32)
        assert font.getlength("8") > 0


def test_names_of_families_are_names_of_installed_ones() -> None:
    installed = {family.slug for family in (*typefaces.typefaces_to_train(), *typefaces.typefaces_to_measure())}
    assert installed >= typefaces.HANDWRITING_LIKE
    assert installed >= set(typefaces.OTHER_SCRIPTS)


def test_without_font_packages_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **keywords: Any) -> Any:
        if name == "fontpkg":
            raise ImportError(name)
        return real(name, *args, **keywords)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[typefaces\]"):
        typefaces.typefaces_to_train()

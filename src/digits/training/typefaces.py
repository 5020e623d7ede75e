"""In: the font packages that are installed. Out: typefaces to train with, and ten others to measure with.

A detector that has seen a typeface in training knows its letters; how it does on print in general only shows on
typefaces that it never saw. So the ten that are reserved are kept from training, in every weight. This draws nothing.

The packages are those of the extra ``typefaces``, one a family, with Google Fonts' files as they are; all are under the
SIL Open Font License 1.1 or the Apache License 2.0, as each family's ``license`` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digits.errors import MissingExtraError

if TYPE_CHECKING:
    from fontpkg import Family

LICENCES = ("OFL-1.1", "Apache-2.0")
# By slug. Print: sans, serif, slab, narrow and monospaced; the last three look like handwriting.
RESERVED = frozenset(
    {
        *("atkinson-hyperlegible", "titillium-web", "archivo-narrow", "libre-baskerville", "vollkorn", "zilla-slab"),
        *("space-mono", "kalam", "shadows-into-light", "zeyada"),
    }
)
HANDWRITING_LIKE = frozenset(
    {
        *("caveat", "dancing-script", "delius", "great-vibes", "indie-flower", "kalam", "lobster", "lobster-two"),
        *("oleo-script", "pacifico", "permanent-marker", "satisfy", "shadows-into-light", "yellowtail", "zeyada"),
    }
)
# Families that are here for another script than Latin, and which.
OTHER_SCRIPTS = {
    "amiri": "Arabic",
    "noto-sans-arabic": "Arabic",
    "noto-sans-devanagari": "Devanagari",
    "noto-sans-khmer": "Khmer",
    "noto-sans-tamil": "Tamil",
    "noto-sans-telugu": "Telugu",
    "noto-sans-thai": "Thai",
}


def typefaces_to_train() -> list[Family]:
    """Return all families that are installed but the reserved ones, other scripts' among them, by name.

    Raises:
        MissingExtraError: no font packages are installed.
    """
    return [family for family in _installed() if family.slug not in RESERVED]


def typefaces_to_measure() -> list[Family]:
    """Return the ten reserved families, by name.

    Raises:
        MissingExtraError: one of them is not installed.
    """
    families = [family for family in _installed() if family.slug in RESERVED]
    missing = RESERVED - {family.slug for family in families}
    if missing:
        raise _missing(", ".join(f"fontpkg-{slug}" for slug in sorted(missing)))
    return families


def _installed() -> list[Family]:
    try:
        import fontpkg
    except ImportError as error:
        raise _missing("font packages") from error
    # Fonts that another kind of package brings come without a licence.
    families = [family for family in fontpkg.families().values() if family.license in LICENCES]
    if not families:
        raise _missing("font packages")
    return sorted(families, key=lambda family: str(family.slug))


def _missing(packages: str) -> MissingExtraError:
    return MissingExtraError(packages, "drawing print", "typefaces")

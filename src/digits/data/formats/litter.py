"""Files that computers leave in folders by themselves, and notes that people keep beside their pictures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from digits.data.dataset import mismatch

# All without regard to case: Windows, macOS, Synology, archives, trash.
NAMES = frozenset(
    (
        "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "icon\r", "@eadir", "#recycle", "$recycle.bin",
        "system volume information", "lost+found", "__macosx", "__pycache__",
    )
)  # fmt: skip
# Copies that editors keep, downloads that did not end, and text, of which no picture is made.
SUFFIXES = (
    "~", ".bak", ".tmp", ".part", ".partial", ".crdownload", ".download", ".lnk", ".url", ".db", ".ini", ".log",
    ".txt", ".md", ".csv", ".tsv", ".json", ".xml", ".yaml", ".yml", ".htm", ".html",
)  # fmt: skip
MOST_NAMED = 5


def list_visible(folder: Path, passed: list[str] | None = None) -> list[Path]:
    """Return the entries of ``folder``, sorted by name, without litter; add the litter's names to ``passed``.

    Raises DataError if the folder cannot be listed.
    """
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        raise mismatch(folder, "a folder that can be listed", str(error), "Check its permissions.") from error
    visible = [child for child in children if not is_litter(child)]
    if passed is not None and len(visible) < len(children):
        passed += [child.name for child in children if is_litter(child)]
    return visible


def is_litter(path: Path) -> bool:
    """Whether its name shows that it is not meant as a picture or a folder of pictures."""
    name = path.name.casefold()
    if name.startswith((".", "~$")) or name in NAMES:
        return True
    return name.endswith(SUFFIXES) and not path.is_dir()


def tell_passed(names: list[str]) -> str | None:
    """A sentence that counts the skipped files and names the most frequent; None if nothing was skipped."""
    if not names:
        return None
    counted = Counter(name.strip() for name in names).most_common()
    shown = [f"{name} ({count:,} times)" if count > 1 else name for name, count in counted[:MOST_NAMED]]
    more = f" and {len(counted) - MOST_NAMED:,} more" if len(counted) > MOST_NAMED else ""
    what = (
        "1 file or folder that is not a picture"
        if len(names) == 1
        else f"{len(names):,} files or folders that are not pictures"
    )
    return f"Skipped {what} in the class folders: {', '.join(shown)}{more}."

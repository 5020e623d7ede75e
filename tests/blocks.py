"""The fenced blocks of a guide: what a test runs, what a reader saves as a file, and what is only shown."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

RUNNERS = {"sh": ["sh", "-eu", "-c"], "python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}
# A text block below this line is what the block above it prints.
PRINTS = "<!-- prints -->"
# Below this line stands a file that the reader saves.
SAVED = re.compile(r"<!-- file: (\S+) -->")
NOT_RUN = re.compile(r"<!-- not run here: \S.* -->")
FENCE = re.compile(r"^```(\S*)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its fence's line (from 1), language, text, whether a test may run it, what it must print.

    One that the reader is to save has the name of the file; it is not run by itself.
    """

    line: int
    language: str
    text: str
    is_run: bool
    prints: str | None = None
    saved_as: str | None = None


def blocks_of(path: Path) -> list[Block]:
    """Return the blocks of a Markdown file in their order."""
    blocks, lines = [], path.read_text(encoding="utf-8").splitlines()
    start = None
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if fence and start is None:
            start = number
        elif line == "```" and start is not None:
            language = lines[start].removeprefix("```")
            above = lines[start - 1] if start else ""
            saved = SAVED.fullmatch(above)
            is_run = language in RUNNERS and not saved and not NOT_RUN.fullmatch(above)
            text = "\n".join(lines[start + 1 : number]) + "\n"
            if above == PRINTS:
                assert blocks[-1].is_run, f"{path}:{start}: nothing runs that could print this"
                blocks[-1] = replace(blocks[-1], prints=text)
            blocks.append(Block(start + 1, language, text, is_run, saved_as=saved[1] if saved else None))
            start = None
    assert start is None, f"{path}:{(start or 0) + 1}: a block without an end"
    return blocks


def prose_of(path: Path) -> str:
    """Return the text of a Markdown file without its fenced blocks, where brackets and # mean something else."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for block in reversed(blocks_of(path)):
        start = block.line - 1
        del lines[start : start + len(block.text.splitlines()) + 2]
    return "\n".join(lines)

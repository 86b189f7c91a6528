"""Names of units: listed in a file, and as names of files."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from egov_scoring.errors import Position, Problem
from egov_scoring.excerpt import with_excerpts
from egov_scoring.forms.csv_table import decoded
from egov_scoring.forms.marking import original_of

LONGEST_FILE_NAME = 50  # characters, each of up to four bytes, with room for what is written beside the file
REFUSED = '<>:"/\\|?*'
TAKEN = ("con", "prn", "aux", "nul", *(f"{port}{at}" for port in ("com", "lpt") for at in range(1, 10)))


def names_in(path: Path) -> tuple[list[str], list[Problem]]:
    """The names that a text file lists, one a line; empty lines and names that stand twice are problems."""
    text, problem = decoded(path)
    if problem is not None:
        return [], [problem]
    first: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        name, place = line.strip(), Position(str(path), number, 1)
        if not name:
            problems.append(Problem("names-empty-line", place))
        elif name in first:
            problems.append(Problem("names-twice", place, name=name, first_line=first[name]))
        first.setdefault(name, number)
    if not first:
        problems = [Problem("empty-file", Position(str(path), 1, 1))]
    return list(first), with_excerpts(problems)


def file_names(names: Sequence[str]) -> list[str]:
    """Names that any system takes for its files, all different, each as like the name given as may be.

    >>> file_names(["甲市", "甲市:本级", "../乙县", "CON"])
    ['甲市', '甲市_本级', '_乙县', 'CON_2']
    """
    seen = set(TAKEN)
    found = []
    for name in names:
        plain = "".join("_" if c in REFUSED or not c.isprintable() else c for c in name).strip("~. ")
        number, tried = 1, plain[:LONGEST_FILE_NAME].rstrip() or "_"
        while _known(tried) in seen or original_of(Path(f"{tried}.xlsx")):
            number += 1
            tried = f"{plain[:LONGEST_FILE_NAME]}_{number}"
        seen.add(_known(tried))
        found.append(tried)
    return found


def _known(name: str) -> str:
    """The same for names that some system takes for one: capitals, and accents written as one character or as two."""
    return unicodedata.normalize("NFC", name).casefold()

"""Files of cases: `cases/NAME.yaml` and `cases/NAME/*.yaml` beside the ruleset `NAME.yaml`."""

from __future__ import annotations

import re
from pathlib import Path

from egov_scoring.locate import CASES


def files_in(folder: Path) -> list[Path]:
    """The files of cases below a folder."""
    return [file for file in sorted(folder.rglob("*.yaml")) if file.is_file() and _holds_cases(file)]


def beside(path: Path) -> list[Path]:
    """The files of cases of a ruleset file. A file of cases is its own."""
    if _holds_cases(path):
        return [path]
    folder = path.parent / CASES
    return [file for file in (folder / path.name, *sorted((folder / path.stem).glob("*.yaml"))) if file.is_file()]


def ruleset_beside(path: Path) -> Path | None:
    """The ruleset file of a file of cases, if it stands in its place."""
    places = [path.parents[1] / path.name] if path.parent.name == CASES else []
    if path.parent.parent.name == CASES:
        places.append(path.parents[2] / f"{path.parent.name}.yaml")
    return next((place for place in places if place.is_file()), None)


def _holds_cases(path: Path) -> bool:
    return re.search(r"^cases:", path.read_text("utf-8", errors="replace"), re.MULTILINE) is not None

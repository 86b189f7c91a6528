"""The source lines that problems point at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from egov_scoring.errors import Problem


def with_excerpts(problems: Iterable[Problem], texts: Mapping[str, str] | None = None) -> list[Problem]:
    """The problems, each with its source line where it has a position; `texts` hold files that are not on disk."""
    lines: dict[str, list[str]] = {}
    found = list(problems)
    for problem in found:
        if problem.position is not None:
            file, line = problem.position.file, problem.position.line
            if file not in lines:
                text = (texts or {}).get(file)
                lines[file] = (_read(file) if text is None else text).removeprefix("\ufeff").splitlines()
            if line <= len(lines[file]):
                problem.excerpt = lines[file][line - 1]
    return found


def _read(file: str) -> str:
    try:
        return Path(file).read_text("utf-8", errors="replace")
    except (OSError, ValueError):
        return ""

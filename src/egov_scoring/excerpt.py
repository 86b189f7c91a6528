"""The source lines that problems point at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from egov_scoring.errors import Position, Problem


def with_excerpts(problems: Iterable[Problem], texts: Mapping[str, str] | None = None) -> list[Problem]:
    """The problems, each with its source line where it has a position; `texts` hold files that are not on disk."""
    lines: dict[str, list[str]] = {}
    found = list(problems)
    for problem in found:
        if problem.position is not None and problem.position.line and not problem.position.sheet:
            file, line = problem.position.file, problem.position.line
            if file not in lines:
                text = (texts or {}).get(file)
                lines[file] = (_read(file) if text is None else text).removeprefix("\ufeff").splitlines()
            if line <= len(lines[file]):
                problem.excerpt = lines[file][line - 1]
                _point_into_expression(problem)
    return found


def _point_into_expression(problem: Problem) -> None:
    """Moves the position to the character meant, where the expression stands as it is read: on one line, with no escapes."""
    text, offset, place = problem.args.get("text"), problem.args.get("offset"), problem.position
    if place is None or not isinstance(text, str) or not isinstance(offset, int):
        return
    quoted = problem.excerpt[place.column - 1 : place.column] in ("'", '"')
    start = place.column + quoted
    if problem.excerpt.startswith(text, start - 1):
        problem.position = Position(place.file, place.line, start + offset - 1)


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:
            text = stream.read()
        return "" if "\0" in text else text  # of a workbook no line can be shown
    except (OSError, ValueError):
        return ""

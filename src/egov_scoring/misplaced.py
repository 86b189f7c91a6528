"""Whether the id that a ruleset gives itself leads to its file."""

from __future__ import annotations

from pathlib import Path

from egov_scoring.errors import Position, Problem
from egov_scoring.excerpt import with_excerpts
from egov_scoring.locate import file_of, find, id_of
from egov_scoring.yaml_reader import Map, read


def misplaced(path: Path, name: str) -> list[Problem]:
    """The warning that whoever names the ruleset of that file by its id, `name`, does not reach it."""
    found = find(name, path)
    if found is not None and found.resolve() == path.resolve():
        return []
    data, _ = read(path)
    marks = data.value_marks if isinstance(data, Map) else {}
    place = marks.get("ruleset", Position(str(path), 1, 1))
    told = {"id": name, "own": id_of(path), "file": file_of(name, path)}
    if found is not None:
        return with_excerpts([Problem.warning("id-of-another-file", place, other=str(found), **told)])
    return with_excerpts([Problem.warning("id-leads-nowhere", place, **told)])

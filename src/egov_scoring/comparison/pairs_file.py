"""A file that says which indicators belong together: `pairs: {new_id: old_id}`, or a list of ids, or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

from egov_scoring.comparison.edition import Edition
from egov_scoring.errors import Problem, RulesetError, shown
from egov_scoring.excerpt import with_excerpts
from egov_scoring.facts import nearest
from egov_scoring.model import Model, NotEmpty, Words
from egov_scoring.validate import validated
from egov_scoring.yaml_reader import Map, key_position, position_of, read


class PairsSource(Model):
    """The whole file."""

    pairs: Annotated[Mapping[str, Words], NotEmpty]


def read_pairs(file: str | Path, old: Edition, new: Edition) -> Mapping[str, tuple[str, ...]]:
    """The ids of the old edition by those of the new one; raises `RulesetError` with all that is wrong with the file."""
    data, problems = read(Path(file))
    if not isinstance(data, Map):
        found = problems or [Problem("not-a-mapping", position_of(data, ()))]
        raise RulesetError(with_excerpts(found))
    checked = validated(data, PairsSource)
    problems += checked.problems
    stated = checked.model.pairs if checked.model else {}
    for now, all_ in stated.items():
        problems += _unknown([now], new, data, now)
        problems += _unknown(all_, old, data, now)
    if problems:
        raise RulesetError(with_excerpts(problems))
    return stated


def _unknown(names: Iterable[str], edition: Edition, data: Map, key: str) -> Iterator[Problem]:
    for name in names:
        if name not in edition.indicators:
            place = key_position(data, ("pairs", key))
            near = nearest(name, edition.indicators)
            yield Problem("pair-unknown", place, name=shown(name), ruleset=edition.id, nearest=near)

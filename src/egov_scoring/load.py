"""From a name to a ruleset: the one kept since it was last loaded, or loaded afresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egov_scoring import cache as kept
from egov_scoring.origin import Origin
from egov_scoring.ruleset import Ruleset

if TYPE_CHECKING:
    from pathlib import Path

    from egov_scoring.yaml_reader import Map


def load(ruleset: str | Path, *, cache: bool = True) -> Ruleset:
    """Loads a ruleset by its id (`2019/city`) or by the path of its file.

    Raises `RulesetError` with every mistake found, each with file, line and column. What only deserves a remark stands in
    `Ruleset.warnings`. A ruleset loaded before comes from the user's cache folder while nothing that it was made from has
    changed; `cache=False` neither looks there nor writes.

    >>> load("2019/city").title
    '2019年度设区市政府电子政务绩效考核（综合应用部分）'
    """
    entry = kept.entry(ruleset) if cache else None
    if entry is not None and (found := entry.read()) is not None:
        return Ruleset(*found)
    from egov_scoring import loading

    origin = Origin()
    loaded = loading.named(ruleset, origin)
    if entry is not None:
        entry.write(loaded.program, loaded.warnings, origin)
    return loaded


def load_text(text: str, file: str = "ruleset.yaml") -> Ruleset:
    """As `load`, for the text of a ruleset; what it names is looked for around a file of that name.

    >>> facts = "{done: {type: yes_no, label: done}}"
    >>> rule = "{kind: per_unit, each: 1, of: done}"
    >>> indicators = f"[{{id: only, name: the only one, max: 1, rule: {rule}}}]"
    >>> load_text(f"{{ruleset: one, title: One, max: 1, facts: {facts}, indicators: {indicators}}}").title
    'One'
    """
    from egov_scoring import loading

    return loading.of_text(text, file)


def load_data(data: Map, path: Path) -> Ruleset:
    """As `load`, for a ruleset that stands as a mapping in another file, the one at that path."""
    from egov_scoring import loading

    return loading.Loading().ruleset(path, data, [])

"""Two rulesets compared: paired, told apart, linked, weighed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from egov_scoring.comparison.accepted import read_accepted, with_accepted
from egov_scoring.comparison.compare import Comparison
from egov_scoring.comparison.difference import Diff
from egov_scoring.comparison.edition import Data, Edition, edition
from egov_scoring.comparison.follows import Sources
from egov_scoring.comparison.judging import Judge
from egov_scoring.comparison.pairing import Stated, pairs
from egov_scoring.comparison.pairs_file import read_pairs


def diff(
    old: str | Path,
    new: str | Path,
    *,
    pairs_file: str | Path | None = None,
    accept_file: str | Path | None = None,
    today: date | None = None,
) -> Diff:
    """Everything that differs between two rulesets, each with what it means for points.

    `old` and `new` are ids or paths; a `pairs_file` says which indicators belong together where the rulesets do not,
    an `accept_file` which differences somebody takes as they are, and up to which day. Raises `RulesetError` where one of
    them cannot be read.

    >>> from egov_scoring import diff
    >>> [each.id for each in diff("2018/city", "2019/city").tree()["network_cloud"]]
    ['points-each-changed']
    """
    entries = read_accepted(accept_file) if accept_file is not None else ()
    before, now = edition(old), edition(new)
    found = between(before, now, read_pairs(pairs_file, before, now) if pairs_file is not None else None)
    return with_accepted(found, entries, today or date.today())


def between(old: Edition, new: Edition, stated: Stated | None = None) -> Diff:
    """The differences of two editions."""
    comparison = Comparison(old, new, pairs(old, new, stated))
    linked = Sources(comparison, list(comparison.differences())).linked()
    judge = Judge(comparison)
    found = tuple(replace(each, meaning=judge.meaning(each)) for each in linked)
    names, files = dict(names_in(old, new)), (old.file, new.file)
    return Diff(old.program, new.program, found, names, tuple(comparison.pairs), files)


def names_in(old: Edition, new: Edition) -> Iterator[tuple[str, str]]:
    """What indicators and facts are called: as now, or as before where they are gone."""
    for each in (old, new):
        yield from ((name, indicator.data["name"]) for name, indicator in each.indicators.items())
        yield from ((key, fact.label) for key, fact in each.program.facts.items())
        yield from ((key, document["title"]) for key, document in each.program.about["documents"].items())
        yield from _clauses([each.data, *(indicator.data for indicator in each.indicators.values())])


def _clauses(listed: Iterable[Data]) -> Iterator[tuple[str, str]]:
    """The clauses of rules, and penalties, that have a name."""
    for data in listed:
        for term in (*data.get("rule", {}).get("terms", ()), *data.get("penalties", ())):
            if "id" in term and "name" in term:
                yield term["id"], term["name"]

"""A program in whole numbers: the same points, and the same open questions, as scoring one unit."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from egov_scoring.columns import Columns, columns
from egov_scoring.expression import Fact, Node
from egov_scoring.load import load, load_text
from egov_scoring.locate import ids_in, shipped
from egov_scoring.readers.exact import function
from egov_scoring.ruleset import Ruleset
from egov_scoring.samples import _Search

UNRANKED = [name for name in ids_in(shipped()) if not columns(load(name).program).peers]


def evaluated(made: Columns, facts: Mapping[str, int]) -> dict[Node, int]:
    """The values of all that is asked for."""
    return dict(zip(made.roots, function(made.roots)(facts, {}), strict=True))


def agrees(ruleset: Ruleset, facts: dict[str, int], search: _Search) -> bool:
    """Whether every indicator comes out the same; False where the facts fit no check."""
    made = columns(ruleset.program)
    values = evaluated(made, facts)
    if not all(values[check] for check in made.checks.values()):
        return False
    card = ruleset.score(search.unit(facts, "unit"), incomplete=True, ledger=False)
    scale = 10**ruleset.program.places
    added = [score for score in card if score.added]
    assert bool(values[made.asks]) == any(score.points is None for score in added)
    for score in added:
        if score.points is not None:
            assert values[made.points[score.id]] == score.points * scale, score.id
            assert values[made.max_applicable[score.id]] == score.max_applicable * scale, score.id
    return True


@pytest.mark.parametrize("name", UNRANKED)
def test_a_shipped_ruleset_scores_alike(name: str) -> None:
    ruleset = load(name)
    search = _Search(ruleset, 1)
    assert sum(agrees(ruleset, search.random(Random(seed)), search) for seed in range(25)) > 0


def test_statistics_come_with_what_they_are_taken_of() -> None:
    made = columns(load("2019/department").program)
    assert {node.statistic for node in made.peers} == {"rank", "count"}


def test_what_no_facts_can_change_is_left_out() -> None:
    made = columns(load_text(SMALL).program)
    assert made.points["few_points"] == 100 * Fact("few")  # 0 to 3 of at most 3: neither limit binds


SMALL = """
ruleset: small
title: small
max: 3
facts: {few: {type: count, label: few, range: [0, 3]}}
indicators: [{id: few_points, name: few, max: 3, rule: {kind: per_unit, each: 1, of: few}}]
"""

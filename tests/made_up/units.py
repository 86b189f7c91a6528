"""Made-up units for any ruleset: facts at the edges first, and what people record about indicators."""

from __future__ import annotations

import string
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from egov_scoring import amounts
from egov_scoring.expression import Const, in_order
from egov_scoring.facts import FactDeclaration, Unit
from egov_scoring.flags import of_flag
from egov_scoring.program import Item
from egov_scoring.readers.bounds import of_fact
from egov_scoring.ruleset import Ruleset

SELDOM = st.integers(0, 2).map(lambda number: number == 2)
SIGNED = {"by": "someone", "why": "made up"}
MOST_EDGES = 60


@lru_cache(maxsize=64)
def edges(ruleset: Ruleset) -> dict[str, list[int]]:
    """Whole numbers worth trying for each fact: the ends of its range, and all that lies around a number in the rules."""
    roots = [item.points for item in ruleset.total]
    written = sorted({node.value for node in in_order(roots) if isinstance(node, Const)}, key=abs)
    return {key: list(dict.fromkeys(_edges(fact, written)))[:MOST_EDGES] for key, fact in ruleset.facts.items()}


def _edges(fact: FactDeclaration, written: list[Fraction]) -> Iterator[int]:
    low, high = limits(fact)
    yield from (max(low, 0), high, min(high, max(low, 1)), low)
    for value in written:
        units = int(value * 10**fact.places)
        yield from (near for near in (units, units + 1, units - 1) if low <= near <= high)


def limits(fact: FactDeclaration) -> tuple[int, int]:
    """The smallest and the largest value, in whole numbers of its places."""
    declared = of_fact(fact)
    scale = 10**fact.places
    return int(declared.low * scale), int(declared.high * scale)


def values(ruleset: Ruleset) -> st.SearchStrategy[dict[str, int]]:
    """A value for every fact, in whole numbers of its places: often 0, 1 or an end, often near a number of the rules."""
    return st.fixed_dictionaries({key: _value(fact, edges(ruleset)[key]) for key, fact in ruleset.facts.items()})


def _value(fact: FactDeclaration, tried: list[int]) -> st.SearchStrategy[int]:
    return st.sampled_from(tried[:4]) | st.sampled_from(tried) | st.integers(*limits(fact))


def written(ruleset: Ruleset, values: dict[str, int]) -> dict[str, Any]:
    """Facts as one would write them; small numbers of findings as records."""
    facts = {key: ruleset.facts[key].decode(units) for key, units in values.items()}
    for key, value in facts.items():
        if ruleset.facts[key].type == "findings" and value in (1, 2):
            facts[key] = [{"note": f"{key} {at}"} for at in range(values[key])]
    return facts


@st.composite
def records(draw: st.DrawFn, ruleset: Ruleset, placed: list[Item]) -> dict[str, dict[str, Any]]:
    """Overrides, marks and stated places; each indicator in `placed` has a place."""
    leaves = [item for item in ruleset.total if item.is_leaf]
    marked = [item.id for item in ruleset.total][1:]
    if draw(SELDOM):
        overridden = draw(st.lists(st.sampled_from(leaves), max_size=2, unique_by=lambda item: item.id))
        overrides = {item.id: {"points": draw(points(ruleset, item)), **SIGNED} for item in overridden}
    else:
        overrides = {}
    absent = draw(st.lists(st.sampled_from(marked), max_size=2, unique=True)) if draw(SELDOM) else []
    places = {}
    for item in placed:
        of = draw(st.integers(2, 9))
        places[item.id] = {"place": draw(st.integers(1, of)), "of": of}
    return {"overrides": overrides, "not_applicable": dict.fromkeys(absent, SIGNED), "places": places}


def points(ruleset: Ruleset, item: Item) -> st.SearchStrategy[Any]:
    """Points that a person may give for an indicator."""
    places = ruleset.program.places
    most = int(item.max * 10**places)
    return st.integers(0, most).map(lambda units: amounts.units_to_decimal(units, places))


@st.composite
def cohorts(
    draw: st.DrawFn, ruleset: Ruleset, *, most: int = 4, recorded: bool = True, complete: bool = True
) -> list[Unit]:
    """Units that are ranked with one another: with what people recorded, and with all facts, unless said otherwise."""
    ranked = [item for item in ruleset.total if of_flag(item.id) in ruleset.program.flags]
    placed = ranked if recorded and draw(st.booleans()) else []
    units = []
    for name in string.ascii_uppercase[: draw(st.integers(1, most))]:
        facts = written(ruleset, draw(values(ruleset)))
        if facts and not complete and draw(SELDOM):
            for key in draw(st.sets(st.sampled_from(sorted(facts)))):
                del facts[key]
        units.append(Unit(name, facts, **(draw(records(ruleset, placed)) if recorded else {})))
    return units

"""Made-up expressions as rulesets: each one is an indicator, so whatever scores units can say what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from egov_scoring.amounts import units_to_decimal
from egov_scoring.expression import TRUE, ZERO, Fact, Node, Peers, clamp, const, facts_in, multiply, rounded, substitute
from egov_scoring.facts import FactDeclaration
from egov_scoring.program import Item, Program
from egov_scoring.ruleset import Ruleset
from tests.made_up.expressions import DECLARED, PEERS, World, reference

PLACES = 2
MOST = Fraction(10**12)

# The keys of the other facts, with ranges whose products lie around 2^63.
WIDE = {
    **DECLARED,
    "few": replace(DECLARED["few"], high=Fraction(3_037_000_499)),  # its square is just below 2^63
    "many": replace(DECLARED["many"], high=Fraction(3_037_000_500)),  # its square is just above
    "signed": FactDeclaration("signed", "number", low=Fraction(-(2**31)), high=Fraction(2**31), places=1),
    "share": replace(DECLARED["share"], high=Fraction(2**56)),
}

PRODUCTS: dict[Node, Node] = {
    Fact("few"): multiply(Fact("few"), Fact("few")),
    Fact("many"): multiply(Fact("few"), Fact("many")),
    Fact("signed"): multiply(Fact("signed"), Fact("few")),
    Fact("share"): Fact("share"),
}


def of_products(expressions: Sequence[Node]) -> list[Node]:
    """The same expressions over products of facts."""
    found = substitute(expressions, PRODUCTS)
    return [found[root] for root in expressions]


def ruleset_of(expressions: Sequence[Node], declared: Mapping[str, FactDeclaration] = DECLARED) -> Ruleset:
    """Each number is an indicator, what it is below 0 another one; nothing is added up."""
    items = [
        _item(f"e{at}_{side}", rounded(clamp(multiply(sign, root), ZERO, const(MOST)), PLACES))
        for at, root in enumerate(expressions)
        for side, sign in (("above", 1), ("below", -1))
    ]
    return of_items(items, declared)


def of_items(items: Sequence[Item], declared: Mapping[str, FactDeclaration]) -> Ruleset:
    """A ruleset of these indicators."""
    total = Item("total", "T", MOST, tuple(items), TRUE, TRUE, ZERO, ZERO, ZERO, (), added=False)
    return Ruleset(Program("made/up", "T", "-", "-", PLACES, "points", dict(declared), {}, total, (), {}))


def _item(name: str, points: Node) -> Item:
    needs = facts_in([points])
    return Item(name, name, MOST, (), TRUE, TRUE, points, points, const(MOST), (), frozenset(), needs)


def by_hand(ruleset: Ruleset, cohort: Sequence[dict[str, int]]) -> list[dict[str, str | None]]:
    """What the reference says of every indicator of each unit, by its facts in smallest units, as text."""
    worlds = [World(values, {node: _statistic(node, values, cohort) for node in PEERS}) for values in cohort]
    return [
        {"status": "scored", **{item.id: _said(item, world) for item in ruleset.total.children}} for world in worlds
    ]


def _said(item: Item, world: World) -> str | None:
    return str(units_to_decimal(int(reference(item.points, world) * 10**PLACES), PLACES))


def _statistic(node: Peers, values: dict[str, int], cohort: Sequence[dict[str, int]]) -> Fraction:
    """A statistic over all units."""
    own, *all_of_them = (reference(node.a, World(facts, {})) for facts in (values, *cohort))
    better = [other for other in all_of_them if other > own]
    found = {
        "rank": 1 + len(better),
        "dense": 1 + len(set(better)),
        "count": len(all_of_them),
        "min": min(all_of_them),
        "max": max(all_of_them),
        "sum": sum(all_of_them),
    }
    return Fraction(found[node.statistic])

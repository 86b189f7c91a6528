"""The bounds reader: sound for any facts, known or not, and true about grains."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring.expression import Fact, Node, Peers, Round, clamp, divide, either, floor, in_order, when
from egov_scoring.facts import FactDeclaration
from egov_scoring.lower import lower
from egov_scoring.readers.bounds import Bounds, Range, of_fact
from tests.made_up.expressions import PLACES, RANGES, World, expressions, numbers, reference, worlds

FEW, MANY, SIGNED, FILED = Fact("few"), Fact("many"), Fact("signed"), Fact("filed")


some_facts = st.sets(st.sampled_from(sorted(RANGES.keys() - {"ranked"})))


def known(world: World, keys: set[str]) -> dict[str, Range]:
    """Those facts as they are, the others as declared."""
    values = {key: Fraction(world.facts[key], 10 ** PLACES[key]) for key in keys}
    return RANGES | {key: Range(value, value, 10 ** PLACES[key]) for key, value in values.items()}


def holds(found: Range, value: Fraction) -> bool:
    """Whether the value is one that the range allows."""
    on_grain = found.grain is None or (value * found.grain).denominator == 1
    return found.low <= value <= found.high and on_grain


@given(expressions(), worlds(), some_facts)
def test_no_value_leaves_its_bounds(root: Node, world: World, keys: set[str]):
    bounds = Bounds(known(world, keys))
    for node in in_order([root]):
        assert holds(bounds.of(node), Fraction(reference(node, world)))


@given(expressions(), worlds(), some_facts, some_facts)
def test_what_is_learned_never_widens_them(root: Node, world: World, keys: set[str], more: set[str]):
    before, after = Bounds(known(world, keys)), Bounds(known(world, keys | more))
    for node in in_order([root]):
        wide, narrow = before.of(node), after.of(node)
        assert wide.low <= narrow.low <= narrow.high <= wide.high


@given(expressions(), worlds())
def test_what_is_known_in_full_leaves_one_value(root: Node, world: World):
    """But for statistics over peers, and for quotients and what is made of them, nothing is open."""
    if not any(isinstance(node, Peers) for node in in_order([root])):
        found = Bounds(known(world, set(RANGES))).of(root)
        assert found.low == found.high == reference(root, world)


@given(numbers(), worlds(), st.integers(0, 2))
def test_a_proof_by_other_means_is_taken(root: Node, world: World, places: int):
    value = reference(root, world)
    found = Bounds(RANGES, {root: Range(value, value, None)}).of(Round(root, places))
    assert found.is_single


DECLARATIONS = {
    "count": (FactDeclaration("a", "count"), Range(Fraction(0), Fraction(1_000_000))),
    "number": (
        FactDeclaration("a", "number", low=Fraction(-1), high=Fraction("2.5"), places=2),
        Range(Fraction(-1), Fraction("2.5"), 100),
    ),
    "yes_no": (FactDeclaration("a", "yes_no"), Range(Fraction(0), Fraction(1))),
    "choice": (FactDeclaration("a", "choice", options=("x", "y", "z")), Range(Fraction(1), Fraction(3))),
}


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_fact_lies_where_it_is_declared(name: str):
    declaration, expected = DECLARATIONS[name]
    assert of_fact(declaration) == expected


EXACT: dict[str, tuple[Node, str, str]] = {
    "a sum": (FEW + SIGNED, "-3", "6.5"),
    "a product of signs": (SIGNED * SIGNED, "-7.5", "9"),
    "a quotient whose divisor may be 0": (divide(FEW, MANY, 7), "0", "7"),
    "a quotient with a smallest divisor": (divide(SIGNED, MANY + 2, 0), "-1.5", "1.25"),
    "a clamp": (clamp(SIGNED, 0, 2), "0", "2"),
    "a rounding": (Round(Fraction(1, 3) * SIGNED, 1), "-1", "0.8"),
    "a floor": (floor(SIGNED), "-3", "2"),
    "a case that cannot be": (when(FEW <= 4, FEW, 100), "0", "4"),
    "a case that may be": (when(FEW <= 3, FEW, 100), "0", "100"),
    "never": (FEW > 4, "0", "0"),
    "always": (either(FILED, MANY >= 0), "1", "1"),
}


@pytest.mark.parametrize("name", EXACT)
def test_bounds(name: str):
    node, low, high = EXACT[name]
    found = Bounds(RANGES).of(node)
    assert (found.low, found.high) == (Fraction(low), Fraction(high))


@given(expressions())
def test_a_grain_is_known_exactly_where_no_quotient_is_read(root: Node):
    bounds = Bounds(RANGES)
    for node, whole in lower([root], PLACES).items():
        assert (bounds.of(node).grain is None) == isinstance(whole.denominator, Node)

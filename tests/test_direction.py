"""The direction reader: what it says of a fact is so, for any facts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring.expression import TRUE, Fact, Node, Peers, Round, clamp, divide, equal, floor, in_order, least, when
from egov_scoring.readers.direction import Direction, directions
from tests.made_up.expressions import PLACES, RANGES, World, expressions, numbers, reference, worlds

UP, DOWN, BOTH = Direction.UP, Direction.DOWN, Direction.BOTH
FEW, MANY, SIGNED, FILED, ONLINE = map(Fact, ("few", "many", "signed", "filed", "online"))


@st.composite
def growths(draw: st.DrawFn) -> tuple[str, World, World]:
    """A fact, and two worlds that differ only in it; it is larger in the second."""
    world = draw(worlds())
    key = draw(st.sampled_from(sorted(RANGES.keys() - {"ranked"})))
    top = int(RANGES[key].high * 10 ** PLACES[key])
    units = draw(st.integers(world.facts[key], top) | st.just(min(world.facts[key] + 1, top)))
    return key, world, World(world.facts | {key: units}, world.statistics)


def as_said(direction: Direction, before: Fraction, after: Fraction) -> bool:
    """Whether a value may move like this where its fact has grown."""
    return (
        direction is BOTH
        or before == after
        or (direction is UP and before < after)
        or (direction is DOWN and before > after)
    )


@given(expressions(), growths())
def test_a_fact_moves_every_node_only_as_said(root: Node, growth: tuple[str, World, World]):
    key, before, after = growth
    found = directions([root], RANGES)
    for node in in_order([root]):
        said = found[node].get(key, Direction.NONE)
        assert as_said(said, reference(node, before), reference(node, after)), node


@given(numbers(), growths())
def test_what_is_held_moves_nothing(root: Node, growth: tuple[str, World, World]):
    """A held condition is one that stays as it is; where it does, the rest moves as said."""
    key, before, after = growth
    held = frozenset(
        node for node in in_order([root]) if reference(node, before) == reference(node, after) and node.parts
    )
    said = directions([root], RANGES, held)[root].get(key, Direction.NONE)
    assert as_said(said, reference(root, before), reference(root, after))


SAID: dict[str, tuple[Node, dict[str, Direction]]] = {
    "a sum": (FEW - MANY, {"few": UP, "many": DOWN}),
    "a fact on both sides": (FEW - FEW * 2, {"few": BOTH}),
    "a negative factor": (-2 * FEW, {"few": DOWN}),
    "a factor of either sign": (SIGNED * FEW, {"signed": UP, "few": BOTH}),
    "a quotient": (divide(FEW, MANY + 1, 0), {"few": UP, "many": DOWN}),
    "a quotient whose divisor may be 0": (divide(FEW, MANY, 0), {"few": UP, "many": BOTH}),
    "a clamp": (clamp(4 - FEW, 0, 2), {"few": DOWN}),
    "a rounding": (Round(floor(least(FEW, MANY)), 1), {"few": UP, "many": UP}),
    "a comparison": (FEW <= MANY, {"few": DOWN, "many": UP}),
    "an equality": (equal(FEW, 3), {"few": BOTH}),
    "a case that pays": (when(FILED, 5, FEW), {"filed": UP, "few": UP}),
    "a case that costs": (when(FILED, 0, FEW), {"filed": DOWN, "few": UP}),
    "a case that may pay": (when(FILED, 2, FEW), {"filed": BOTH, "few": UP}),
    "conditions": (FILED & ~ONLINE, {"filed": UP, "online": DOWN}),
    "a rank": (Peers("rank", FEW, FILED, ()), {"few": DOWN, "filed": BOTH}),
    "a rank the other way": (Peers("rank", -1 * FEW, TRUE, ()), {"few": UP}),
    "how many": (Peers("count", FEW, TRUE, ()), {}),
}


@pytest.mark.parametrize("name", SAID)
def test_directions(name: str):
    node, expected = SAID[name]
    assert directions([node], RANGES)[node] == expected


def test_a_held_condition_is_not_moved():
    node = when(FEW <= 2, 0, MANY)
    assert directions([node], RANGES)[node] == {"few": UP, "many": UP}
    assert directions([node], RANGES, frozenset([FEW <= 2]))[node] == {"many": UP}

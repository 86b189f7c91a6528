"""What a comparison rests on: proofs over made-up expressions, checked against every value that facts can take."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_scoring.comparison.order import Order
from egov_scoring.comparison.proof import ends
from egov_scoring.comparison.two_units import OTHER, written_out
from egov_scoring.expression import (
    ONE,
    Fact,
    Node,
    Peers,
    Round,
    add,
    both,
    clamp,
    const,
    facts_in,
    greatest,
    least,
    multiply,
    rounded,
    substitute,
    subtract,
    unmarked,
    when,
)
from egov_scoring.facts import Unit
from egov_scoring.readers.bounds import Bounds
from tests.made_up.expressions import DECLARED, PEERS, PLACES, RANGES, World, conditions, numbers, reference
from tests.made_up.programs import ruleset_of

# Facts that take few values, and what stands for the others.
SMALL = ("few", "filed", "online")
INSTEAD: dict[Node, Node] = {
    Fact("many"): multiply(3, Fact("few")),
    Fact("signed"): subtract(Fact("few"), 2),
    Fact("share"): multiply(Fraction(1, 2), Fact("few")),
    **dict.fromkeys(PEERS, ONE),
}
BOX = {"few": (0, 4), "filed": (0, 1), "online": (0, 1)}


def of_small_facts(root: Node) -> Node:
    """The expression over facts that can all be tried."""
    found = substitute([root], INSTEAD)[root]
    return unmarked([found])[found]


def values(root: Node) -> list[Fraction]:
    """What it comes to for all facts there are."""
    all_facts = (dict(zip(SMALL, tried, strict=True)) for tried in product(range(5), range(2), range(2)))
    return [reference(root, World(facts, {})) for facts in all_facts]


small_numbers = numbers(3).map(of_small_facts)
small_conditions = conditions(1).map(of_small_facts)


@given(small_numbers)
def test_the_ends_of_an_expression_are_its_least_and_its_most(root: Node) -> None:
    found = values(root)
    assert ends(root, BOX, PLACES) == (min(found), max(found))


def test_the_ends_over_a_wide_range_need_few_pieces() -> None:
    many = Fact("many")
    earned, lost = least(multiply(2, many), 8), greatest(subtract(const(8), many), 0)
    box = {"many": (0, 10**6)}
    assert ends(subtract(earned, lost), box, PLACES) == (Fraction(-8), Fraction(8))
    assert ends(rounded(multiply(Fraction(1, 3), least(many, 2)), 2), box, PLACES) == (Fraction(0), Fraction("0.67"))


def test_where_pieces_have_no_end_nothing_is_said() -> None:
    product_of_two = multiply(Fact("few"), Fact("many"))
    assert (
        ends(Round(multiply(Fraction(1, 7), product_of_two), 2), {"few": (0, 10**6), "many": (0, 10**6)}, PLACES)
        is None
    )


@st.composite
def ordered(draw: st.DrawFn) -> tuple[Node, Node]:
    """Two expressions of which the first is often never above the second, and is not always."""
    one, other, condition = draw(small_numbers), draw(small_numbers), draw(small_conditions)
    pairs = [
        (one, other),
        (least(one, other), one),
        (one, greatest(other, one)),
        (when(condition, one, other), when(condition, greatest(one, 2), other)),
        (when(condition, 0, one), one),
        (subtract(one, greatest(other, 0)), one),
        (subtract(one, other), one),
        (clamp(subtract(one, greatest(other, 0)), 0, 5), clamp(one, 0, 5)),
        (rounded(one, 1), rounded(greatest(one, other), 1)),
        (multiply(2, one), multiply(3, one)),
        (add(one, other, 1), add(one, 2, other)),
    ]
    return draw(st.sampled_from(pairs))


@settings(max_examples=200)
@given(ordered())
def test_what_is_never_above_is_never_above(pair: tuple[Node, Node]) -> None:
    bounds = Bounds({key: RANGES[key] for key in SMALL})
    if Order(bounds).never_above(*pair):
        assert all(a <= b for a, b in zip(*map(values, pair), strict=True))


@pytest.mark.parametrize(
    ("below", "above"),
    [
        (clamp(subtract(const(6), add(Fact("few"), Fact("many"))), 0, 6), clamp(subtract(const(6), Fact("few")), 0, 6)),
        (when(Fact("filed"), 0, Fact("few")), Fact("few")),
        (greatest(subtract(Fact("share"), multiply(2, Fact("few"))), 0), Fact("share")),
        (rounded(multiply(Fraction(1, 2), Fact("many")), 2), Fact("many")),
    ],
)
def test_what_is_seen_by_its_form(below: Node, above: Node) -> None:
    order = Order(Bounds(RANGES))
    assert order.never_above(below, above)
    assert not order.never_above(above, below)


@settings(max_examples=50)
@given(
    statistic=st.sampled_from(["rank", "dense", "count", "min", "max", "sum"]),
    among=st.sampled_from([(), ("filed",)]),
    within=st.sampled_from([(), ("online",)]),
    facts=st.tuples(
        *[st.fixed_dictionaries({"few": st.integers(0, 4), "filed": st.booleans(), "online": st.booleans()})] * 2
    ),
)
def test_two_units_are_compared_as_scoring_compares_them(
    statistic: str, among: tuple[str, ...], within: tuple[str, ...], facts: tuple[dict[str, int], dict[str, int]]
) -> None:
    node = Peers(statistic, Fact("few"), both(*map(Fact, among)), tuple(map(Fact, within)))
    first, _ = ruleset_of([node]).score_all([Unit("甲市", facts[0]), Unit("乙县", facts[1])], incomplete=True)
    whole = written_out(node)
    together = facts[0] | {OTHER + key: value for key, value in facts[1].items()}
    assert facts_in([whole]) <= together.keys()
    assert first["e0_above"].points == _value(whole, together)


def _value(root: Node, facts: dict[str, int]) -> Fraction:
    """What it comes to: `reference` knows plain keys alone, so each fact is put in."""
    conditions_ = {key for key in facts if DECLARED[key.removeprefix(OTHER)].is_condition}
    put: dict[Node, Node] = {
        Fact(key): (ONE <= 1 if value else ONE <= 0) if key in conditions_ else const(value)
        for key, value in facts.items()
    }
    found = substitute([root], put)[root]
    return Fraction(reference(found, World({}, {})))

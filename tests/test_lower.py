"""The exact reader: every node comes to what the reference says, in whole numbers all the way."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from egov_scoring.expression import (
    TRUE,
    Div,
    Fact,
    Mul,
    Node,
    Peers,
    Round,
    add,
    cases,
    const,
    divide,
    in_order,
    rounded,
)
from egov_scoring.lower import Down, HalfUp, PeersOfQuotient, lower
from egov_scoring.readers.exact import Exact
from tests.made_up.expressions import PLACES, World, expressions, numbers, reference, worlds

FEW, MANY, SIGNED = Fact("few"), Fact("many"), Fact("signed")


@given(expressions(), worlds())
def test_every_node_comes_to_what_the_reference_says(root: Node, world: World):
    exact = Exact({node: node for node in in_order([root])}, PLACES)
    reading = exact.evaluate(world.facts, world.units(exact))
    for node in exact.wholes:
        expected = reference(node, world)
        assert reading.fraction(node) == expected
        if isinstance(expected, bool):
            assert reading.holds(node) is expected


@given(expressions())
def test_whole_numbers_are_all_that_is_left(root: Node):
    for whole in lower([root], PLACES).values():
        for node in in_order([whole.numerator, whole.below], closed=Peers):
            assert not isinstance(node, (Div, Round))
            constant = getattr(node, "value", Fraction(0))
            assert constant.denominator == 1


@given(numbers(), worlds())
def test_denominators_are_above_zero(root: Node, world: World):
    exact = Exact({node: node for node in in_order([root])}, PLACES)
    values = exact.evaluate(world.facts, world.units(exact)).values
    for node in exact.wholes:
        _, below, denominator = exact.slot(node)
        assert (denominator if below is None else values[below]) > 0


@given(st.integers(-10_000, 10_000), st.integers(0, 3))
@example(-25, 0)
@example(25, 0)
def test_rounding_is_half_up_on_the_magnitude(tenths: int, places: int):
    node = rounded(SIGNED * Fraction(1, 10), places)
    found = Exact({node: node}, PLACES).evaluate({"signed": tenths}, {}).fraction(node)
    assert abs(found * 10**places - Fraction(tenths, 100) * 10**places) <= Fraction(1, 2)
    if abs(Fraction(tenths, 100) * 10**places) % 1 == Fraction(1, 2):
        assert abs(found) > abs(Fraction(tenths, 100))


def test_nothing_is_divided_where_nothing_can_be_lost():
    for node in (rounded(Fraction(1, 2) * SIGNED, 2), rounded(FEW * Fraction(5), 0)):
        assert not any(isinstance(part, (HalfUp, Down)) for part in in_order([lower([node], PLACES)[node].numerator]))


def test_a_constant_is_shortened_against_the_denominator():
    whole = lower([Mul(const(10), SIGNED)], PLACES)[Mul(const(10), SIGNED)]
    assert whole.numerator is SIGNED
    assert whole.denominator == 1


def test_a_quotient_has_no_statistic_of_its_values():
    quotient = divide(FEW, MANY, 0)
    for statistic in ("min", "max", "sum"):
        with pytest.raises(PeersOfQuotient):
            lower([Peers(statistic, quotient, TRUE, ())], PLACES)
    assert lower([Peers("count", quotient, TRUE, ())], PLACES)


def test_what_is_not_given_counts_as_zero():
    node = FEW + MANY
    assert Exact({node: node}, PLACES).evaluate({"few": 3}, {}).fraction(node) == 3


def test_width_is_no_limit():
    steps = cases([(step >= FEW, step) for step in range(3_000)], 7)
    total = add(*[FEW + MANY + step for step in range(3_000)], steps)
    reading = Exact({node: node for node in (steps, total)}, PLACES).evaluate({"few": 5, "many": 2}, {})
    assert reading.fraction(steps) == 5
    assert reading.fraction(total) == 3_000 * 7 + sum(range(3_000)) + 5

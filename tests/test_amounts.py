"""Exact numbers: what is read is what was written, and only one rounding there is."""

from __future__ import annotations

import decimal
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import amounts

whole_numbers = st.integers(-(10**30), 10**30)
places = st.integers(0, 9)


@st.composite
def decimals(draw: st.DrawFn) -> Fraction:
    """A number that a decimal can write."""
    return Fraction(draw(whole_numbers), 10 ** draw(st.integers(0, 12)))


@pytest.mark.parametrize("text", ["0", "-0", "2.50", "-1", "0.1", "100", "12345678901234567890.000000000000000000001"])
def test_a_plain_decimal_is_what_it_says(text: str):
    assert amounts.parse(text) == Fraction(Decimal(text))


@pytest.mark.parametrize(
    "text",
    ["", "+1", "01", ".5", "1.", "1e3", "1_000", "0x10", "inf", "nan", "1/2", " 1", "1\n", "--1", "١", "１"],
)
def test_anything_else_is_no_decimal(text: str):
    with pytest.raises(ValueError, match=r"^"):
        amounts.parse(text)


@given(decimals(), places)
def test_what_is_printed_is_read_back(value: Fraction, least: int):
    text = amounts.to_text(value, least)
    assert amounts.parse(text) == value
    assert len(text.partition(".")[2]) == max(least, amounts.places_needed(value) or 0)


@given(st.fractions())
def test_what_no_decimal_can_write_stands_as_a_fraction(value: Fraction):
    if amounts.places_needed(value) is None:
        assert amounts.to_text(value) == f"{value.numerator}/{value.denominator}"
    else:
        assert Fraction(amounts.to_text(value)) == value


@given(st.fractions())
def test_places_needed_are_enough_and_no_more(value: Fraction):
    needed = amounts.places_needed(value)
    if needed is None:
        assert 10**400 % value.denominator != 0
    else:
        assert (value * 10**needed).denominator == 1
        assert needed == 0 or (value * 10 ** (needed - 1)).denominator != 1


@given(whole_numbers, st.integers(1, 10**20))
def test_half_up_is_the_nearest_and_a_half_goes_outwards(numerator: int, denominator: int):
    found, exact = amounts.half_up(numerator, denominator), Fraction(numerator, denominator)
    assert abs(found - exact) <= Fraction(1, 2)
    if abs(found - exact) == Fraction(1, 2):
        assert abs(found) > abs(exact)


@given(whole_numbers, st.integers(1, 10**20))
def test_half_up_treats_both_signs_alike(numerator: int, denominator: int):
    assert amounts.half_up(-numerator, denominator) == -amounts.half_up(numerator, denominator)


@given(decimals(), places)
def test_rounding_agrees_with_decimals(value: Fraction, to: int):
    with decimal.localcontext(prec=100):
        expected = amounts.to_decimal(value).quantize(Decimal(1).scaleb(-to), ROUND_HALF_UP)
        assert amounts.round_half_up(value, to) == Fraction(expected)


@given(whole_numbers, places)
def test_units_come_with_exactly_their_places(units: int, to: int):
    found = amounts.units_to_decimal(units, to)
    assert found.as_tuple().exponent == -to
    assert Fraction(found) == Fraction(units, 10**to)


@given(decimals(), places)
def test_the_caller_s_context_changes_nothing(value: Fraction, to: int):
    with decimal.localcontext(prec=1):
        assert Fraction(amounts.to_decimal(value, to)) == value

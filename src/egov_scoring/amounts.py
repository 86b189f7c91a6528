"""Exact numbers: read from text, rounded in one place, printed without losing a digit."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

INT64 = 2**63 - 1
DOUBLE = 2**53  # up to here a double holds every whole number
MOST_KEPT = 20_000  # amounts of points are fewer, amounts of facts without end
_EXACT = Context(prec=10_000)  # far more digits than any amount has
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def parse(text: str) -> Fraction:
    """The exact value of a plain decimal; anything else raises `ValueError`.

    >>> parse("2.50")
    Fraction(5, 2)
    """
    if not DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Fraction(text)


def half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to numerator / denominator; a half goes away from zero. The denominator is above 0.

    >>> half_up(5, 2), half_up(-5, 2), half_up(1, 3)
    (3, -3, 0)
    """
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def round_half_up(value: Fraction, places: int) -> Fraction:
    """`value` to that many decimal places, half up on its magnitude.

    >>> round_half_up(Fraction("-0.125"), 2)
    Fraction(-13, 100)
    """
    scale: int = 10**places
    return Fraction(half_up(value.numerator * scale, value.denominator), scale)


def places_needed(value: Fraction) -> int | None:
    """How many decimal places write the value exactly, or None where none do.

    >>> places_needed(Fraction(1, 8)), places_needed(Fraction(1, 3))
    (3, None)
    """
    return _places_of(value.denominator)


@lru_cache(maxsize=MOST_KEPT)
def _places_of(denominator: int) -> int | None:
    rest, twos, fives = denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def to_text(value: Fraction, places: int = 0) -> str:
    """The value in decimals, at least `places` of them; a value no decimal can write comes as `numerator/denominator`.

    >>> to_text(Fraction(5, 2)), to_text(Fraction(5, 2), 2), to_text(Fraction(2, 3))
    ('2.5', '2.50', '2/3')
    """
    needed = places_needed(value)
    if needed is None:
        return f"{value.numerator}/{value.denominator}"
    places = max(places, needed)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def to_decimal(value: Fraction, places: int = 0) -> Decimal:
    """The value as a `Decimal` with at least `places` places; the caller knows that a decimal can write it.

    >>> to_decimal(Fraction(13, 2), 2)
    Decimal('6.50')
    """
    return Decimal(to_text(value, places))


def units_to_decimal(units: int, places: int) -> Decimal:
    """`units` times 10^-places, with exactly that many places.

    >>> units_to_decimal(650, 2)
    Decimal('6.50')
    """
    return _EXACT.scaleb(Decimal(units), -places)


class Amounts(dict[int, Decimal]):
    """So many units of 10^-places as a `Decimal`: the same few amounts come again and again, and each is worked out once.

    >>> Amounts(2)[650]
    Decimal('6.50')
    """

    def __init__(self, places: int) -> None:
        self._places = places

    def __missing__(self, units: int) -> Decimal:
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[units] = units_to_decimal(units, self._places)
        return found

"""What each whole-number node is over NumPy columns.

An operation fills `out`, none of its parts, and works in numbers of one kind, `loop`, wide enough for its parts and all that is
added up on the way. What no such numbers hold is worked out in Python's integers, by a table of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egov_scoring.amounts import DOUBLE
from egov_scoring.expression import ZERO, Add, And, Eq, Greatest, If, Le, Least, Mul, Node, Not, Or, Sub
from egov_scoring.lower import Down, HalfUp
from egov_scoring.readers.bounds import Range

Column = NDArray[Any]
Part = Column | int | bool
Parts = list[Any]
Slots = tuple[int, ...]
Operation = Callable[[list[Any], Column, "Scratch"], None]
Maker = Callable[[Any, Slots, tuple[Range, ...], Any], Operation]


class Scratch:
    """Columns of one block for what lies between parts and result, two of each kind of number."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._made: dict[tuple[Any, int], Column] = {}
        self.length = rows

    def column(self, dtype: Any, which: int = 0) -> Column:
        """The first or the second of that kind."""
        key = (dtype, which)
        if key not in self._made:
            self._made[key] = np.empty(self._rows, dtype)
        return self._made[key][: self.length]


def operation(item: Node, slots: Slots, ranges: tuple[Range, ...], loop: Any) -> Operation:
    """How the node is worked out from the values in these slots, which lie between these numbers."""
    return TABLE[type(item)](item, slots, ranges, loop)


def in_python(item: Node, parts: Parts) -> Column:
    """The node in Python's integers, or true and false."""
    plain = [part.item() if isinstance(part, np.generic) else part for part in parts]  # np.int32 would overflow
    return WIDE[type(item)]([np.asarray(part, np.object_) for part in plain])


def _of_two(function: Callable[..., Column]) -> Maker:
    """A function of two numbers."""

    def made(_: Node, slots: Slots, __: tuple[Range, ...], loop: Any) -> Operation:
        a, b = slots

        def run(values: list[Any], out: Column, _: Scratch) -> None:
            function(values[a], values[b], out=out, dtype=loop)

        return run

    return made


def _holds(function: Callable[..., Column]) -> Maker:
    """A function of two that comes to true or false."""

    def made(_: Node, slots: Slots, *__: object) -> Operation:
        a, b = slots

        def run(values: list[Any], out: Column, _: Scratch) -> None:
            function(values[a], values[b], out=out)

        return run

    return made


def _not(_: Node, slots: Slots, *__: object) -> Operation:
    (a,) = slots

    def run(values: list[Any], out: Column, _: Scratch) -> None:
        np.logical_not(values[a], out)

    return run


def _if(item: If, slots: Slots, ranges: tuple[Range, ...], loop: Any) -> Operation:
    """By the difference of two values where it is held: NumPy multiplies several times faster than it chooses.

    The last branch comes first, so that an earlier one has the last word.
    """
    branches, otherwise = list(zip(slots[:-1:2], slots[1::2], strict=True))[::-1], slots[-1]
    sizes = sorted(found.size for found in [*ranges[1::2], ranges[-1]])
    is_held = loop is not np.bool_ and sum(sizes[-2:]) <= np.iinfo(loop).max

    def chosen(values: list[Any], out: Column, _: Scratch) -> None:
        np.copyto(out, values[otherwise])
        for condition, value in branches:
            np.copyto(out, values[value], where=values[condition])

    def or_nothing(values: list[Any], out: Column, _: Scratch) -> None:
        ((condition, value),) = branches
        np.multiply(values[value], values[condition], out, dtype=loop)

    def by_difference(values: list[Any], out: Column, scratch: Scratch) -> None:
        more = scratch.column(loop)
        np.copyto(out, values[otherwise])
        for condition, value in branches:
            np.subtract(values[value], out, more, dtype=loop)
            np.multiply(more, values[condition], more, dtype=loop)
            np.add(out, more, out, dtype=loop)

    if is_held and len(branches) == 1 and item.otherwise is ZERO:
        return or_nothing
    return by_difference if is_held else chosen


def _half_up(_: Node, slots: Slots, ranges: tuple[Range, ...], loop: Any) -> Operation:
    """On magnitudes: the quotient of |a| + half of b, down; then the sign again."""
    a, b = slots
    above, below = (found.size for found in ranges)
    signed = ranges[0].low < 0
    divide = _by_doubles if above + 2 * below < DOUBLE else _by_integers

    def run(values: list[Any], out: Column, scratch: Scratch) -> None:
        more, divisor = scratch.column(loop), values[b]
        is_column = isinstance(divisor, np.ndarray)
        half = np.right_shift(divisor, 1, scratch.column(loop, 1)) if is_column else divisor // 2
        np.add(np.abs(values[a], more) if signed else values[a], half, more, dtype=loop)
        divide(more, divisor, out, scratch)
        if signed:
            np.negative(out, out, where=np.less(values[a], 0))

    return run


def _down(_: Node, slots: Slots, ranges: tuple[Range, ...], __: Any) -> Operation:
    a, b = slots
    exact = sum(found.size for found in ranges) < DOUBLE
    divide = _by_integers if not exact else _by_doubles if ranges[0].low >= 0 else _by_signed_doubles
    return lambda values, out, scratch: divide(values[a], values[b], out, scratch)


# The largest whole number that is at most a / b. By a column, doubles take less than half the time. Where |a| + b is below
# 2^53, a quotient that is no whole number lies at least 1 / b from the next one, and a double is nearer to it than that: so
# none is rounded up to a whole number.


def _by_integers(a: Column, b: Part, out: Column, _: Scratch) -> None:
    np.floor_divide(a, b, out=out)


def _by_doubles(a: Column, b: Part, out: Column, scratch: Scratch) -> None:
    """Where a is not negative: to cut off is to go down."""
    if isinstance(b, np.ndarray):
        np.divide(a, b, out=out, casting="unsafe")
    else:
        _by_integers(a, b, out, scratch)


def _by_signed_doubles(a: Column, b: Part, out: Column, scratch: Scratch) -> None:
    if isinstance(b, np.ndarray):
        quotient = np.divide(a, b, out=scratch.column(np.float64))
        np.copyto(out, np.floor(quotient, out=quotient), casting="unsafe")
    else:
        _by_integers(a, b, out, scratch)


TABLE: Mapping[type[Node], Maker] = {
    Add: _of_two(np.add),
    Sub: _of_two(np.subtract),
    Mul: _of_two(np.multiply),
    Least: _of_two(np.minimum),
    Greatest: _of_two(np.maximum),
    Le: _holds(np.less_equal),
    Eq: _holds(np.equal),
    And: _holds(np.logical_and),
    Or: _holds(np.logical_or),
    Not: _not,
    If: _if,
    HalfUp: _half_up,
    Down: _down,
}


# In Python's integers.


def _reduced(function: Callable[..., Column]) -> Callable[[Parts], Column]:
    return lambda parts: reduce(function, parts)


def _half_up_wide(parts: Parts) -> Column:
    a, b = parts
    whole = (abs(a) + b // 2) // b
    found: Column = np.where(a < 0, -whole, whole)
    return found


def _if_wide(parts: Parts) -> Column:
    found: Column = parts[-1]
    for condition, value in list(zip(parts[:-1:2], parts[1::2], strict=True))[::-1]:
        found = np.where(condition.astype(np.bool_), value, found)
    return found


WIDE: Mapping[type[Node], Callable[[Parts], Column]] = {
    Add: _reduced(np.add),
    Sub: _reduced(np.subtract),
    Mul: _reduced(np.multiply),
    Least: _reduced(np.minimum),
    Greatest: _reduced(np.maximum),
    And: _reduced(np.logical_and),
    Or: _reduced(np.logical_or),
    Not: lambda parts: np.logical_not(parts[0]),
    Le: _reduced(np.less_equal),
    Eq: _reduced(np.equal),
    If: _if_wide,
    HalfUp: _half_up_wide,
    Down: lambda parts: parts[0] // parts[1],
}

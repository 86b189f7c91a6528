"""The spread reader: by how much a value can differ at most for two values of one fact, all other facts being the same.

Whatever the others are, as long as they lie in their ranges. Sound, not always tight; never more than the bounds allow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

from egov_scoring.expression import (
    Add,
    And,
    Div,
    Eq,
    Fact,
    Floor,
    Greatest,
    If,
    Le,
    Least,
    Mark,
    Mul,
    Node,
    Not,
    Or,
    Peers,
    Round,
    Sub,
    in_order,
)
from egov_scoring.readers.bounds import UNLIMITED, Bounds, Range

ZERO, ONE = Fraction(0), Fraction(1)


def spread(root: Node, key: str, bounds: Bounds) -> Fraction:
    """The most by which the value differs for two values of that fact.

    >>> from egov_scoring.expression import Const
    >>> low = Range(Fraction(0), Fraction(9))
    >>> facts = Bounds({"done": low, "planned": low})
    >>> str(spread(Least((Fact("done") + Fact("planned"), Const(Fraction(5)))), "done", facts))
    '5'
    """
    found: dict[Node, Fraction] = {}
    for node in in_order([root]):
        parts = [found[part] for part in node.parts]
        if isinstance(node, Fact):
            found[node] = _width([bounds.of(node)]) if node.key == key else ZERO
        elif not any(parts):
            found[node] = ZERO
        else:
            most = TABLE[type(node)](node, [bounds.of(part) for part in node.parts], parts)
            found[node] = min(most, _width([bounds.of(node)]))
    return found[root]


def _width(ranges: Iterable[Range]) -> Fraction:
    every = list(ranges)
    return max(each.high for each in every) - min(each.low for each in every)


def _sum(_: Node, __: list[Range], parts: list[Fraction]) -> Fraction:
    return sum(parts, ZERO)


def _largest(_: Node, __: list[Range], parts: list[Fraction]) -> Fraction:
    return max(parts)


def _product(_: Node, ranges: list[Range], parts: list[Fraction]) -> Fraction:
    (a, b), (of_a, of_b) = ranges, parts
    return a.size * of_b + b.size * of_a


def _quotient(_: Node, ranges: list[Range], parts: list[Fraction]) -> Fraction:
    """Where the divisor differs too, as much as there is."""
    b, (of_a, of_b, otherwise) = ranges[1], parts
    if of_b:
        return UNLIMITED
    smallest = b.low if b.low > 0 else Fraction(1, b.grain) if b.grain else ZERO
    return max(of_a / smallest if smallest else UNLIMITED, otherwise if b.low <= 0 else ZERO)


def _anything(_: Node, __: list[Range], ___: list[Fraction]) -> Fraction:
    return UNLIMITED


def _truth(_: Node, __: list[Range], ___: list[Fraction]) -> Fraction:
    return ONE


def _cases(_: Node, ranges: list[Range], parts: list[Fraction]) -> Fraction:
    """Where a condition may turn out otherwise, all that the cases may come to; elsewhere what one of them may."""
    return _width([*ranges[1::2], ranges[-1]]) if any(parts[:-1:2]) else max(*parts[1::2], parts[-1])


def _rounded(node: Node, ranges: list[Range], parts: list[Fraction]) -> Fraction:
    """As many steps as it takes to cover it; one more where halves go up on one side of 0 and down on the other."""
    assert isinstance(node, Round)
    scale = 10**node.places
    return Fraction(math.ceil(parts[0] * scale) + (ranges[0].low < 0 < ranges[0].high), scale)


def _floor(_: Node, __: list[Range], parts: list[Fraction]) -> Fraction:
    return Fraction(math.ceil(parts[0]))


TABLE: dict[type[Node], Callable[[Node, list[Range], list[Fraction]], Fraction]] = {
    Add: _sum,
    Sub: _sum,
    Mul: _product,
    Div: _quotient,
    Least: _largest,
    Greatest: _largest,
    Le: _truth,
    Eq: _truth,
    And: _truth,
    Or: _truth,
    Not: _truth,
    If: _cases,
    Round: _rounded,
    Floor: _floor,
    Peers: _anything,
    Mark: _largest,
}

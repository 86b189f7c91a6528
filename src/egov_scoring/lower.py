"""From exact fractions to whole numbers: every node becomes whole-number nodes over a known denominator.

A node's value is `numerator / denominator`. The denominator is a plain number, the same for all facts, except between a `Div`
and the `Round` or `Floor` around it, where it is a node of its own and always above 0. So the readers that work on whole
numbers need neither fractions nor floats; `HalfUp` and `Down` are the only divisions left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from egov_scoring import amounts
from egov_scoring.expression import (
    ONE,
    ZERO,
    Add,
    And,
    Const,
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
    add,
    at_most,
    both,
    cases,
    const,
    either,
    equal,
    fold,
    greatest,
    least,
    multiply,
    negate,
    rebuilt,
    subtract,
    when,
)
from egov_scoring.records import Record


class HalfUp(Node):
    """The whole number nearest to a / b, a half away from zero; b is above 0."""

    a: Node
    b: Node


class Down(Node):
    """The largest whole number that is at most a / b; b is above 0."""

    a: Node
    b: Node


def rebuilt_whole(item: Node, parts: list[Node]) -> Node:
    """The same kind of whole-number node over other parts, folded again where constants meet."""
    return type(item)(*parts) if isinstance(item, (HalfUp, Down)) else rebuilt(item, parts)


class PeersOfQuotient(Exception):
    """A statistic over peers of a value that has no fixed denominator."""

    def __init__(self, peers: Peers) -> None:
        super().__init__(peers.statistic)
        self.peers = peers


class Whole(Record):
    """numerator / denominator, both whole numbers; the denominator above 0."""

    numerator: Node
    denominator: int | Node = 1

    @property
    def below(self) -> Node:
        """The denominator as a node."""
        return self.denominator if isinstance(self.denominator, Node) else const(self.denominator)

    def over(self, denominator: int) -> Node:
        """The numerator over that multiple of the plain denominator."""
        assert isinstance(self.denominator, int)
        return multiply(denominator // self.denominator, self.numerator)


def lower(roots: Iterable[Node], places: Mapping[str, int]) -> dict[Node, Whole]:
    """Every node below the roots in whole numbers; `places` are the decimal places in which each fact is carried.

    A statistic over peers stays a node: over the same whole numbers as its argument, whose lowered form is in the result.
    A `min`, `max` or `sum` of a quotient raises `PeersOfQuotient`.
    """

    def visit(item: Node, parts: list[Whole]) -> Whole:
        if isinstance(item, Fact):
            return Whole(item, 10 ** places[item.key])
        return TABLE[type(item)](item, *parts)

    return fold(roots, visit)


def _plain(items: Iterable[Whole]) -> int | None:
    """The smallest plain denominator that all have in common, or None if one has none."""
    found = [item.denominator for item in items]
    plain = [denominator for denominator in found if isinstance(denominator, int)]
    return math.lcm(*plain) if len(plain) == len(found) else None


def _aligned(items: tuple[Whole, ...]) -> tuple[list[Node], int | Node]:
    """The numerators over one common denominator."""
    common = _plain(items)
    if common is not None:
        return [item.over(common) for item in items], common
    below = [item.below for item in items]
    product = _product(below)
    return [multiply(item.numerator, _product(below[:i] + below[i + 1 :])) for i, item in enumerate(items)], product


def _product(items: Iterable[Node]) -> Node:
    result: Node = ONE
    for item in items:
        result = multiply(result, item)
    return result


def _const(item: Const) -> Whole:
    return Whole(const(item.value.numerator), item.value.denominator)


def _add(_: Node, *terms: Whole) -> Whole:
    numerators, denominator = _aligned(terms)
    return Whole(add(*numerators), denominator)


def _sub(_: Node, a: Whole, b: Whole) -> Whole:
    (x, y), denominator = _aligned((a, b))
    return Whole(subtract(x, y), denominator)


def _mul(_: Node, a: Whole, b: Whole) -> Whole:
    if isinstance(a.denominator, int) and isinstance(b.denominator, int):
        return _reduced(a.numerator, b.numerator, a.denominator * b.denominator)
    return Whole(multiply(a.numerator, b.numerator), multiply(a.below, b.below))


def _reduced(a: Node, b: Node, denominator: int) -> Whole:
    """a x b / denominator, a constant factor shortened against the denominator."""
    if isinstance(a, Const):
        shared = math.gcd(a.value.numerator, denominator)
        a, denominator = const(a.value.numerator // shared), denominator // shared
    return Whole(multiply(a, b), denominator)


def _div(_: Node, a: Whole, b: Whole, otherwise: Whole) -> Whole:
    defined = negate(equal(b.numerator, ZERO))
    return Whole(
        when(defined, multiply(a.numerator, b.below), otherwise.numerator),
        when(defined, multiply(a.below, b.numerator), otherwise.below),
    )


def _least(_: Node, *items: Whole) -> Whole:
    return _extreme(least, _at_most, items)


def _greatest(_: Node, *items: Whole) -> Whole:
    return _extreme(greatest, lambda a, b: _at_most(b, a), items)


def _extreme(
    pick: Callable[..., Node], first_is_picked: Callable[[Whole, Whole], Node], items: tuple[Whole, ...]
) -> Whole:
    common = _plain(items)
    if common is not None:
        return Whole(pick(*[item.over(common) for item in items]), common)
    best = items[0]
    for item in items[1:]:
        condition = first_is_picked(best, item)
        best = Whole(when(condition, best.numerator, item.numerator), when(condition, best.below, item.below))
    return best


def _at_most(a: Whole, b: Whole) -> Node:
    (x, y), _ = _aligned((a, b))
    return at_most(x, y)


def _le(_: Node, a: Whole, b: Whole) -> Whole:
    return Whole(_at_most(a, b))


def _eq(_: Node, a: Whole, b: Whole) -> Whole:
    (x, y), _denominator = _aligned((a, b))
    return Whole(equal(x, y))


def _and(_: Node, *items: Whole) -> Whole:
    return Whole(both(*[item.numerator for item in items]))


def _or(_: Node, *items: Whole) -> Whole:
    return Whole(either(*[item.numerator for item in items]))


def _not(_: Node, a: Whole) -> Whole:
    return Whole(negate(a.numerator))


def _if(_: Node, *parts: Whole) -> Whole:
    conditions = [part.numerator for part in parts[:-1:2]]
    values = (*parts[1::2], parts[-1])
    common = _plain(values)
    if common is not None:
        return Whole(_choose(conditions, [value.over(common) for value in values]), common)
    return Whole(
        _choose(conditions, [value.numerator for value in values]), _choose(conditions, [v.below for v in values])
    )


def _choose(conditions: list[Node], values: list[Node]) -> Node:
    return cases(list(zip(conditions, values[:-1], strict=True)), values[-1])


def _round(item: Round, a: Whole) -> Whole:
    return Whole(_divided(HalfUp, a, 10**item.places), 10**item.places)


def _floor(_: Node, a: Whole) -> Whole:
    return Whole(_divided(Down, a, 1))


def _divided(kind: type[HalfUp] | type[Down], a: Whole, scale: int) -> Node:
    """a x scale as a whole number; no division is left where nothing can be lost."""
    if isinstance(a.denominator, Node):
        return kind(multiply(scale, a.numerator), a.denominator)
    shared = math.gcd(scale, a.denominator)
    numerator, denominator = multiply(scale // shared, a.numerator), a.denominator // shared
    if denominator == 1:
        return numerator
    if isinstance(numerator, Const):
        value = Fraction(numerator.value, denominator)
        return const(amounts.half_up(value.numerator, value.denominator) if kind is HalfUp else math.floor(value))
    return kind(numerator, const(denominator))


def _peers(item: Peers, a: Whole, *_: Whole) -> Whole:
    if item.statistic in ("rank", "dense", "count"):
        return Whole(item)
    if not isinstance(a.denominator, int):
        raise PeersOfQuotient(item)
    return Whole(item, a.denominator)


def _mark(_: Node, a: Whole) -> Whole:
    return a


TABLE: dict[type[Node], Callable[..., Whole]] = {
    Const: _const,
    Add: _add,
    Sub: _sub,
    Mul: _mul,
    Div: _div,
    Least: _least,
    Greatest: _greatest,
    Le: _le,
    Eq: _eq,
    And: _and,
    Or: _or,
    Not: _not,
    If: _if,
    Round: _round,
    Floor: _floor,
    Peers: _peers,
    Mark: _mark,
}

"""Rounding written out: `HalfUp` as the division that Python has, which goes down; and constant factors put in place.

Half up on the magnitude is (2a + b) // 2b where a is not negative, and (2a + b - 1) // 2b where it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from egov_scoring.expression import (
    TRUE,
    ZERO,
    Add,
    Const,
    Greatest,
    If,
    Least,
    Mul,
    Node,
    Peers,
    Sub,
    add,
    at_most,
    both,
    cases,
    const,
    fold,
    multiply,
    peers_in,
    rebuilt,
    subtract,
    when,
)
from egov_scoring.lower import Down, HalfUp
from egov_scoring.readers.bounds import UNLIMITED, Bounds, Range

Branch = tuple[Node, Node, Node]
ANYTHING = Range(-UNLIMITED, UNLIMITED)


class Quotients(Node):
    """a // b of the first branch (condition, a, b) whose condition holds, or of the last two.

    One node, since a divisor may be 0 outside its branch; and no division is worked out before its condition is known.
    """

    branches: tuple[Branch, ...]
    a: Node
    b: Node


def divided(
    roots: Iterable[Node], facts: Mapping[str, Range], proved: Mapping[Node, Range] | None = None
) -> dict[Node, Node]:
    """Each root without `HalfUp` (of divisions only `Down` and `Quotients` are left), and with constant factors in place.

    `facts` are their ranges in smallest units, `proved` is what else is known of a node.
    """
    wanted = list(roots)
    bounds = Bounds(facts, proved, known=dict.fromkeys(peers_in(wanted), ANYTHING))

    def visit(item: Node, parts: list[Node]) -> Node:
        if isinstance(item, (HalfUp, Down)):
            return _written_out(item, *parts, never_negative=bounds.of(item.a).low >= 0)
        return item if isinstance(item, Peers) else rebuilt(item, parts)

    found = fold(wanted, visit, closed=Peers)
    scaled = _Scaled()
    return {root: scaled.of(1, found[root]) for root in wanted}


def _written_out(item: HalfUp | Down, a: Node, b: Node, *, never_negative: bool) -> Node:
    """a / b of that kind, by cases where it is one."""
    if isinstance(item, Down):
        return _quotients(list(_branches(a, b)))
    return _quotients([(holds, *_half_up(x, y, never_negative)) for holds, x, y in _branches(a, b)])


def _branches(a: Node, b: Node, holds: Node = TRUE) -> Iterator[Branch]:
    """What is divided by what in which case; a case within a case stands beside it. The last holds wherever the case does."""
    if isinstance(a, Mul) and isinstance(a.a, Const) and isinstance(a.b, If):
        a = rebuilt(
            a.b, [part if at in conditions(a.b) else _times(a.a.value, part) for at, part in enumerate(a.b.parts)]
        )
    if not (isinstance(a, If) and isinstance(b, If) and [x for x, _ in a.branches] == [x for x, _ in b.branches]):
        if b is not ZERO:  # no facts lead to where one would divide by 0
            yield holds, a, b
        return
    for (condition, x), (_, y) in zip(a.branches, b.branches, strict=True):
        yield from _branches(x, y, both(holds, condition))
    yield from _branches(a.otherwise, b.otherwise, holds)


def conditions(item: If) -> range:
    """Which parts of a case are conditions."""
    return range(0, len(item.parts) - 1, 2)


def _quotients(branches: list[Branch]) -> Node:
    *first, (_, a, b) = branches
    if first:
        return Quotients(tuple(first), a, b)
    if isinstance(a, Const) and isinstance(b, Const):
        return const(a.value // b.value)
    return Down(a, b)


def _half_up(a: Node, b: Node, never_negative: bool) -> tuple[Node, Node]:
    """What is divided by what, down, to have a / b half up; below 0 a half goes down, so it is one less that is divided."""
    if isinstance(b, Const):
        a, b = _shortened(a, b)
    less = ZERO if never_negative else when(at_most(a, -1), -1, 0)
    if isinstance(b, Const) and b.value % 2 == 0:
        return add(a, const(b.value // 2), less), b
    return add(_times(2, a), b, less), _times(2, b)


def _shortened(a: Node, b: Const) -> tuple[Node, Const]:
    """a / b without what a factor of a and b have in common."""
    factor = a.a if isinstance(a, Mul) else a
    if not isinstance(factor, Const):
        return a, b
    shared = math.gcd(int(factor.value), int(b.value))
    return _times(Fraction(1, shared), a), const(b.value // shared)


def _times(factor: int | Fraction, a: Node) -> Node:
    """factor x a, with a constant that a has already."""
    if isinstance(a, Mul) and isinstance(a.a, Const):
        return multiply(const(a.a.value * factor), a.b)
    return multiply(const(factor), a)


class _Scaled:
    """Multiplies by constants where the numbers are, not where they have been added up: so that a part is carried in the
    same units as the whole."""

    def __init__(self) -> None:
        self._made: dict[tuple[Fraction, Node], Node] = {}

    def of(self, factor: int | Fraction, item: Node) -> Node:
        """factor x item."""
        key = Fraction(factor), item
        if key not in self._made:
            self._made[key] = self._times(key[0], item)
        return self._made[key]

    def _times(self, factor: Fraction, item: Node) -> Node:
        if isinstance(item, Mul) and isinstance(item.a, Const):
            return self.of(factor * item.a.value, item.b)
        if isinstance(item, Add):
            return Add(tuple(self.of(factor, term) for term in item.terms))
        if isinstance(item, Sub):
            a, b = (item.a, item.b) if factor > 0 else (item.b, item.a)
            return subtract(self.of(abs(factor), a), self.of(abs(factor), b))
        if isinstance(item, (Least, Greatest)):
            return _signed(factor, rebuilt(item, [self.of(abs(factor), part) for part in item.items]))
        if isinstance(item, If):
            branches = [(self.of(1, holds), self.of(abs(factor), value)) for holds, value in item.branches]
            otherwise = _without([holds for holds, _ in branches], self.of(abs(factor), item.otherwise))
            return _signed(factor, cases(branches, otherwise))
        if isinstance(item, Peers):
            return multiply(const(factor), item)
        parts = [self.of(1, part) for part in item.parts]
        if isinstance(item, Quotients):
            *first, a, b = parts
            return multiply(
                const(factor), Quotients(tuple(zip(first[::3], first[1::3], first[2::3], strict=True)), a, b)
            )
        return multiply(const(factor), Down(*parts) if isinstance(item, Down) else rebuilt(item, parts))


def _without(tried: list[Node], otherwise: Node) -> Node:
    """What is left of a case where these conditions do not hold."""
    if not isinstance(otherwise, If) or not any(holds in tried for holds, _ in otherwise.branches):
        return otherwise
    return cases([(holds, value) for holds, value in otherwise.branches if holds not in tried], otherwise.otherwise)


def _signed(factor: Fraction, magnitude: Node) -> Node:
    return magnitude if factor > 0 else multiply(-1, magnitude)

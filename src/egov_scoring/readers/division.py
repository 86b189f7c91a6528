"""Rounding written out: `HalfUp` as the division that Python has, which goes down; and constant factors put in place.

Half up on the magnitude is (2a + b) // 2b where a is not negative, and (2a + b - 1) // 2b where it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from egov_scoring.amounts import DOUBLE
from egov_scoring.expression import (
    TRUE,
    ZERO,
    Const,
    If,
    Mul,
    Node,
    Peers,
    add,
    at_most,
    both,
    const,
    fold,
    multiply,
    peers_in,
    rebuilt,
    when,
)
from egov_scoring.lower import Down, HalfUp, rebuilt_whole
from egov_scoring.readers.bounds import ANYTHING, Bounds, Range
from egov_scoring.readers.scaling import Scaled

Branch = tuple[Node, Node, Node]


class ByDoubles(Node):
    """The largest whole number that is at most a / b, which a division of doubles finds: a is not below 0."""

    a: Node
    b: Node


class Quotients(Node):
    """a // b of the first branch (condition, a, b) whose condition holds, or of the last two.

    One node, since a divisor may be 0 outside its branch; and no division is worked out before its condition is known.
    """

    branches: tuple[Branch, ...]
    a: Node
    b: Node


def divided(
    roots: Iterable[Node],
    facts: Mapping[str, Range],
    proved: Mapping[Node, Range] | None = None,
    *,
    doubles: bool = False,
) -> dict[Node, Node]:
    """Each root without `HalfUp` (of divisions only `Down` and `Quotients` are left), and with constant factors in place.

    `facts` are their ranges in smallest units, `proved` is what else is known of a node. With `doubles` a quotient that a
    division of doubles finds is one: where |a| + b is below 2^53, a quotient that is no whole number lies at least 1 / b from
    the next one, and a double is nearer to it than that.
    """
    wanted = list(roots)
    bounds = Bounds(facts, proved, known=dict.fromkeys(peers_in(wanted), ANYTHING))

    def visit(item: Node, parts: list[Node]) -> Node:
        if isinstance(item, (HalfUp, Down)):
            never_negative = bounds.of(item.a).low >= 0
            found = _written_out(item, *parts, never_negative=never_negative)
            exact = 2 * bounds.of(item.a).size + 3 * bounds.of(item.b).size < DOUBLE
            is_found = doubles and never_negative and exact and isinstance(found, Down)
            return ByDoubles(*found.parts) if is_found else found
        return item if isinstance(item, Peers) else rebuilt(item, parts)

    found = fold(wanted, visit, closed=Peers)
    placed = Scaled(_rebuilt)
    return {root: placed.of(1, found[root]) for root in wanted}


def _rebuilt(item: Node, parts: list[Node]) -> Node:
    """The same kind of node over other parts."""
    if isinstance(item, Quotients):
        *first, a, b = parts
        return Quotients(tuple(zip(first[::3], first[1::3], first[2::3], strict=True)), a, b)
    if isinstance(item, ByDoubles):
        return ByDoubles(*parts)
    return rebuilt_whole(item, parts)


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

"""Rounding moved inward, to the quotients: what keeps the order may be done before the least or the greatest is taken.

So every quotient stands alone under its rounding, limited by whole numbers, and none is divided where its divisor is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from egov_scoring.expression import (
    ZERO,
    Const,
    Div,
    Eq,
    Floor,
    Greatest,
    If,
    Le,
    Least,
    Mark,
    Mul,
    Node,
    Round,
    cases,
    divide,
    equal,
    fold,
    greatest,
    least,
    multiply,
    negate,
    rebuilt,
    when,
)
from egov_scoring.readers.bounds import Bounds, Range


def moved_inward(roots: Iterable[Node], facts: Mapping[str, Range]) -> dict[Node, Node]:
    """Each root with `Round` and `Floor` directly around its quotients, for facts in these ranges."""
    inward = _Inward(Bounds(facts))

    def visit(item: Node, parts: list[Node]) -> Node:
        return inward.of(item, parts[0]) if isinstance(item, (Round, Floor)) else rebuilt(item, parts)

    return fold(roots, visit)


Conditions = frozenset[Node]
NONE: Conditions = frozenset()


class _Inward:
    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._quotients: dict[Node, bool] = {}
        self._made: dict[tuple[object, Node, Conditions], Node] = {}

    def of(self, rounding: Node, a: Node, untrue: Conditions = NONE) -> Node:
        """`a` under a rounding of that kind, where these conditions do not hold."""
        key = (rounding.places if isinstance(rounding, Round) else None), a, untrue
        if key not in self._made:
            fold([a], _has_quotient, results=self._quotients)
            self._made[key] = self._moved(rounding, a, untrue) if self._quotients[a] else rebuilt(rounding, [a])
        return self._made[key]

    def _moved(self, rounding: Node, a: Node, untrue: Conditions) -> Node:
        match a:
            case Mark(_, inner):
                return self.of(rounding, inner, untrue)
            case Least(items):
                return least(*[self.of(rounding, item, untrue) for item in items])
            case Greatest(items):
                return greatest(*[self.of(rounding, item, untrue) for item in items])
            case If():
                return self._chosen(rounding, a, untrue)
            case Mul(Const(factor), inner) if factor > 0 and (shared := _times(factor, inner)) is not None:
                return self.of(rounding, shared, untrue)
            case Div(above, below, otherwise) if (grain := self._bounds.of(below).grain) is not None:
                quotient = rebuilt(rounding, [divide(above, greatest(below, Fraction(1, grain)), ZERO)])
                is_nothing = equal(below, ZERO)
                return (
                    quotient
                    if is_nothing in untrue
                    else when(is_nothing, self.of(rounding, otherwise, untrue), quotient)
                )
            case _:
                return rebuilt(rounding, [a])

    def _chosen(self, rounding: Node, a: If, untrue: Conditions) -> Node:
        branches = []
        for holds, value in a.branches:
            branches.append((holds, self.of(rounding, value, untrue | {negate(holds)})))
            untrue = untrue | {holds}
        return cases(branches, self.of(rounding, a.otherwise, untrue))


def _times(factor: Fraction, a: Node) -> Node | None:
    """factor x a with the factor further in, where it can be."""
    match a:
        case Mark(_, inner):
            return multiply(factor, inner)
        case Least() | Greatest():
            return rebuilt(a, [multiply(factor, item) for item in a.parts])
        case If(branches, otherwise):
            return cases([(holds, multiply(factor, b)) for holds, b in branches], multiply(factor, otherwise))
        case Mul(Const(inner), b):
            return multiply(factor * inner, b)
        case Div(above, below, otherwise):
            return divide(multiply(factor, above), below, multiply(factor, otherwise))
        case _:
            return None


def _has_quotient(item: Node, parts: list[bool]) -> bool:
    """Whether its value rests on a quotient that is not rounded."""
    if isinstance(item, If):
        return any((*parts[1::2], parts[-1]))
    return isinstance(item, Div) or (any(parts) and not isinstance(item, (Round, Floor, Le, Eq)))

"""Constant factors put in place: they multiply the numbers themselves, not what has been added up of them.

So a part is carried in the same units as the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from egov_scoring.expression import (
    Add,
    Const,
    Greatest,
    If,
    Least,
    Mul,
    Node,
    Peers,
    Sub,
    cases,
    const,
    multiply,
    rebuilt,
    subtract,
)
from egov_scoring.lower import rebuilt_whole

Rebuild = Callable[[Node, list[Node]], Node]


class Scaled:
    """Whole-number nodes with their constant factors in place; `rebuild` makes a node of the same kind over other parts."""

    def __init__(self, rebuild: Rebuild = rebuilt_whole) -> None:
        self._rebuild = rebuild
        self._made: dict[tuple[Fraction, Node], Node] = {}

    def of(self, factor: int | Fraction, item: Node) -> Node:
        """factor x item."""
        key = Fraction(factor), item
        if key not in self._made:
            self._made[key] = self._times(key[0], item)
        return self._made[key]

    def _times(self, factor: Fraction, item: Node) -> Node:
        match item:
            case Peers():
                return multiply(const(factor), item)
            case Mul(Const(value), b):
                return self.of(factor * value, b)
            case Add(terms):
                return Add(tuple(self.of(factor, term) for term in terms))
            case Sub(a, b):
                a, b = (a, b) if factor > 0 else (b, a)
                return subtract(self.of(abs(factor), a), self.of(abs(factor), b))
            case Least(items) | Greatest(items):
                return _signed(factor, rebuilt(item, [self.of(abs(factor), part) for part in items]))
            case If(branches, otherwise):
                chosen = [(self.of(1, holds), self.of(abs(factor), value)) for holds, value in branches]
                rest = _without([holds for holds, _ in chosen], self.of(abs(factor), otherwise))
                return _signed(factor, cases(chosen, rest))
            case _:
                return multiply(const(factor), self._rebuild(item, [self.of(1, part) for part in item.parts]))


def _without(tried: list[Node], otherwise: Node) -> Node:
    """What is left of a case where these conditions do not hold."""
    if not isinstance(otherwise, If) or not any(holds in tried for holds, _ in otherwise.branches):
        return otherwise
    return cases([(holds, value) for holds, value in otherwise.branches if holds not in tried], otherwise.otherwise)


def _signed(factor: Fraction, magnitude: Node) -> Node:
    return magnitude if factor > 0 else multiply(-1, magnitude)

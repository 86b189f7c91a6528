"""The direction reader: for every fact, whether more of it raises a value, lowers it, or may do both.

Statistics over peers are read with the peers held, so that only this unit's own value moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Flag

from egov_scoring.expression import (
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
    fold,
)
from egov_scoring.readers.bounds import Bounds, Range


class Direction(Flag):
    """Which way a value moves when a fact grows; `BOTH` where either may happen, `NONE` where nothing does."""

    NONE = 0
    UP = 1
    DOWN = 2
    BOTH = 3

    @property
    def reversed(self) -> Direction:
        """The other way round."""
        return {Direction.UP: Direction.DOWN, Direction.DOWN: Direction.UP}.get(self, self)


Directions = Mapping[str, Direction]


def directions(
    roots: Iterable[Node], facts: Mapping[str, Range], held: frozenset[Node] = frozenset()
) -> dict[Node, Directions]:
    """For every node below the roots the direction of each fact; nothing moves the conditions in `held`."""
    ranges = Bounds(facts)

    def visit(node: Node, parts: list[Directions]) -> Directions:
        if node in held:
            return {}
        if isinstance(node, Fact):
            return {node.key: Direction.UP}
        if isinstance(node, Peers):
            return _peers(node, parts)
        return TABLE[type(node)]([ranges.of(part) for part in node.parts], parts)

    return fold(roots, visit)


def _join(parts: Iterable[Directions]) -> Directions:
    joined: dict[str, Direction] = {}
    for part in parts:
        for key, direction in part.items():
            joined[key] = joined.get(key, Direction.NONE) | direction
    return joined


def _flip(part: Directions) -> Directions:
    return {key: direction.reversed for key, direction in part.items()}


def _both(part: Directions) -> Directions:
    return dict.fromkeys(part, Direction.BOTH)


def _signed(part: Directions, factor: Range) -> Directions:
    """The directions of a part that is multiplied by something in that range."""
    return part if factor.low >= 0 else _flip(part) if factor.high <= 0 else _both(part)


def _same(_: list[Range], parts: list[Directions]) -> Directions:
    return _join(parts)


def _sub(_: list[Range], parts: list[Directions]) -> Directions:
    return _join([parts[0], _flip(parts[1])])


def _mul(ranges: list[Range], parts: list[Directions]) -> Directions:
    return _join([_signed(parts[0], ranges[1]), _signed(parts[1], ranges[0])])


def _div(ranges: list[Range], parts: list[Directions]) -> Directions:
    a, b, otherwise = parts
    below = _both(b) if ranges[1].low <= 0 else _flip(_signed(b, ranges[0]))
    return _join([a, below, otherwise])


def _le(_: list[Range], parts: list[Directions]) -> Directions:
    return _join([_flip(parts[0]), parts[1]])


def _eq(_: list[Range], parts: list[Directions]) -> Directions:
    return _both(_join(parts))


def _not(_: list[Range], parts: list[Directions]) -> Directions:
    return _flip(parts[0])


def _if(ranges: list[Range], parts: list[Directions]) -> Directions:
    """From the last branch up: a condition moves the value towards its branch and away from all that come later."""
    result, low, high = parts[-1], ranges[-1].low, ranges[-1].high
    for at in range(len(parts) - 3, -1, -2):
        condition, value = parts[at], parts[at + 1]
        chosen = ranges[at + 1]
        if chosen.low >= high:
            moved = condition
        elif chosen.high <= low:
            moved = _flip(condition)
        else:
            moved = _both(condition)
        result = _join([moved, value, result])
        low, high = min(low, chosen.low), max(high, chosen.high)
    return result


def _nothing(_: list[Range], __: list[Directions]) -> Directions:
    return {}


def _peers(node: Peers, parts: list[Directions]) -> Directions:
    """A larger value of one's own means a better place; who is among the peers may change anything."""
    own = parts[0]
    if node.statistic in ("rank", "dense"):
        own = _flip(own)
    elif node.statistic == "count":
        own = {}
    return _join([own, *map(_both, parts[1:])])


TABLE: dict[type[Node], Callable[[list[Range], list[Directions]], Directions]] = {
    Const: _nothing,
    Add: _same,
    Sub: _sub,
    Mul: _mul,
    Div: _div,
    Least: _same,
    Greatest: _same,
    Le: _le,
    Eq: _eq,
    And: _same,
    Or: _same,
    Not: _not,
    If: _if,
    Round: _same,
    Floor: _same,
    Mark: _same,
}

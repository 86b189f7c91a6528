"""How large whole-number nodes can become, over any facts as declared and any number of peers."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from egov_scoring.amounts import half_up
from egov_scoring.columns import Columns
from egov_scoring.expression import Node, Peers
from egov_scoring.lower import Down, HalfUp
from egov_scoring.readers.bounds import Bounds, Range, of_fact

MOST_PEERS = 10**10  # more rows than any table of units has


class WholeBounds(Bounds):
    """Between which values the nodes of `columns` lie."""

    def __init__(self, columns: Columns) -> None:
        super().__init__({key: _whole(of_fact(fact), 10**fact.places) for key, fact in columns.facts.items()})
        self._peers = columns.peers

    def size(self, node: Node) -> int:
        """The largest magnitude."""
        found = self.of(node)
        return int(max(abs(found.low), abs(found.high)))

    def _visit(self, node: Node, parts: list[Range]) -> Range:
        if isinstance(node, (HalfUp, Down)):
            return _divided(half_up if isinstance(node, HalfUp) else int.__floordiv__, *parts)
        if isinstance(node, Peers):
            return self._statistic(node)
        return super()._visit(node, parts)

    def _statistic(self, node: Peers) -> Range:
        if node.statistic in ("rank", "dense", "count"):
            return Range(Fraction(0), Fraction(MOST_PEERS))
        own = self.of(self._peers[node][0])
        most = MOST_PEERS if node.statistic == "sum" else 1
        return Range(min(own.low, Fraction(0)) * most, max(own.high, Fraction(0)) * most)


def _whole(found: Range, scale: int) -> Range:
    return Range(Fraction(math.ceil(found.low * scale)), Fraction(math.floor(found.high * scale)))


def _divided(divide: Callable[[int, int], int], a: Range, b: Range) -> Range:
    """The divisor is a whole number above 0."""
    ends = [divide(int(x), y) for x in (a.low, a.high) for y in (max(1, int(b.low)), max(1, int(b.high)))]
    return Range(Fraction(min(ends)), Fraction(max(ends)))

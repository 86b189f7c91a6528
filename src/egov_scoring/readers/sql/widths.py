"""How large whole-number nodes can become, over any facts as declared and any number of peers."""

from __future__ import annotations

from fractions import Fraction

from egov_scoring.columns import Columns
from egov_scoring.expression import Node, Peers
from egov_scoring.readers.bounds import Bounds, Range, in_units

MOST_PEERS = 10**10  # more rows than any table of units has


class WholeBounds(Bounds):
    """Between which values the nodes of `columns` lie."""

    def __init__(self, columns: Columns) -> None:
        super().__init__({key: in_units(fact) for key, fact in columns.facts.items()})
        self._asked = columns.peers

    def size(self, node: Node) -> int:
        """The largest magnitude."""
        return int(self.of(node).size)

    def _visit(self, node: Node, parts: list[Range]) -> Range:
        return self._statistic(node) if isinstance(node, Peers) else super()._visit(node, parts)

    def _statistic(self, node: Peers) -> Range:
        if node.statistic in ("rank", "dense", "count"):
            return Range(Fraction(0), Fraction(MOST_PEERS))
        own = self.of(self._asked[node][0])
        most = MOST_PEERS if node.statistic == "sum" else 1
        return Range(min(own.low, Fraction(0)) * most, max(own.high, Fraction(0)) * most)

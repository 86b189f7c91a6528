"""How large whole-number nodes can become, over any facts as declared and any number of peers."""

from __future__ import annotations

from fractions import Fraction

from egov_scoring.columns import Columns
from egov_scoring.expression import Const, Mul, Node, Peers
from egov_scoring.lower import Down
from egov_scoring.readers.bounds import MOST_PEERS, Bounds, Range, in_units
from egov_scoring.readers.division import Quotients


def pairs(node: Node) -> list[tuple[Node, Node]]:
    """What a node divides by what, in each of its cases."""
    if isinstance(node, Quotients):
        return [*((a, b) for _, a, b in node.branches), (node.a, node.b)]
    return [(node.a, node.b)] if isinstance(node, Down) else []


class WholeBounds(Bounds):
    """Between which values the nodes of `columns` lie."""

    def __init__(self, columns: Columns) -> None:
        super().__init__({key: in_units(fact) for key, fact in columns.facts.items()})
        self._asked = columns.peers

    def size(self, node: Node) -> int:
        """The largest magnitude."""
        return int(self.of(node).size)

    def _visit(self, node: Node, parts: list[Range]) -> Range:
        if isinstance(node, Peers):
            return self._statistic(node)
        if isinstance(node, Quotients):
            found = [self.quotient(a, b) for a, b in pairs(node)]
            return Range(min(each.low for each in found), max(each.high for each in found))
        return self.quotient(node.a, node.b) if isinstance(node, Down) else super()._visit(node, parts)

    def quotient(self, a: Node, b: Node) -> Range:
        """Of a / b, down; a divisor is above 0, and a multiple of n at least n."""
        above, below = self.of(a), self.of(b)
        least = int(b.a.value) if isinstance(b, Mul) and isinstance(b.a, Const) else 1
        divisors = [max(least, int(below.low)), max(least, int(below.high))]
        ends = [Fraction(int(x) // y) for x in (above.low, above.high) for y in divisors]
        return Range(min(ends), max(ends))

    def _statistic(self, node: Peers) -> Range:
        if node.statistic in ("rank", "dense", "count"):
            return Range(Fraction(0), MOST_PEERS)
        own = self.of(self._asked[node][0])
        most = MOST_PEERS if node.statistic == "sum" else 1
        return Range(min(own.low, Fraction(0)) * most, max(own.high, Fraction(0)) * most)

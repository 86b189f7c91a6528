"""Statistics over peers for a unit among others whose values are known: between which values they lie while it moves."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from egov_scoring.expression import Node, Peers
from egov_scoring.readers.bounds import MOST_PEERS, TRUE, Bounds, Range

ZERO = Fraction(0)
Group = tuple[int, ...]


class Others:
    """What the others come to in one statistic, by group.

    >>> others = Others([((), Fraction(3)), ((), Fraction(7))])
    >>> others.range("rank", Range(Fraction(3), Fraction(9)), TRUE)
    Range(low=Fraction(1, 1), high=Fraction(2, 1), grain=1)
    """

    def __init__(self, values: Iterable[tuple[Group, Fraction]]) -> None:
        groups: dict[Group, list[Fraction]] = defaultdict(list)
        for group, value in values:
            groups[group].append(value)
        self._groups = {group: sorted(found) for group, found in groups.items()}

    def range(self, statistic: str, own: Range, among: Range, *within: Range) -> Range:
        """Between which values it lies for a unit of that value, which is among those counted or not, in that group."""
        if not all(part.is_single for part in within):
            return Range(-MOST_PEERS * own.size, MOST_PEERS * own.size, None)
        values = self._groups.get(tuple(int(part.low) for part in within), [])
        if statistic in ("rank", "dense"):
            return _place(values if statistic == "rank" else sorted(set(values)), own)
        if statistic == "count":
            return Range(len(values) + among.low, len(values) + among.high)
        alone = [] if among == TRUE else [_of(statistic, values)]
        counted = [_of(statistic, [*values, end]) for end in (own.low, own.high)] if among.high else []
        found = alone + counted
        return Range(min(found), max(found), None)


def _place(values: list[Fraction], own: Range) -> Range:
    """One after all that have more."""
    more = [len(values) - bisect_right(values, end) for end in (own.high, own.low)]
    return Range(Fraction(1 + more[0]), Fraction(1 + more[1]))


def _of(statistic: str, values: list[Fraction]) -> Fraction:
    if statistic == "sum":
        return sum(values, ZERO)
    pick = min if statistic == "min" else max
    return pick(values, default=ZERO)


class AmongOthers(Bounds):
    """The bounds for a unit among others; `others` are known for every statistic that is asked for."""

    def __init__(
        self, facts: Mapping[str, Range], proved: Mapping[Node, Range], others: Mapping[Peers, Others]
    ) -> None:
        super().__init__(facts, proved)
        self._others = others

    def _visit(self, node: Node, parts: list[Range]) -> Range:
        if isinstance(node, Peers) and node in self._others:
            return self._others[node].range(node.statistic, *parts)
        return super()._visit(node, parts)

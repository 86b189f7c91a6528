"""The pass before the batch reader: every statistic over peers for all rows at once.

What is one number for all is found block by block; what differs by row or by group, by sorting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from egov_scoring.amounts import INT64
from egov_scoring.expression import TRUE, Node, NthLargest, Peers, peers_in
from egov_scoring.facts import FactDeclaration
from egov_scoring.readers import bounds
from egov_scoring.readers.batch import Batch
from egov_scoring.readers.bounds import MOST_PEERS, Range
from egov_scoring.readers.operations import Column
from egov_scoring.readers.placing import Asked

# Rows at a time where one number for all is looked for.
PORTION = 262_144


class Cohort:
    """Knows the statistics that are asked for; `ranges` says between which numbers they lie, however many peers there are."""

    def __init__(self, asked: Mapping[Peers, Asked], facts: Mapping[str, FactDeclaration]) -> None:
        self._for_all = {node: parts for node, parts in asked.items() if is_for_all(node)}
        self._by_row = {node: parts for node, parts in asked.items() if node not in self._for_all}
        self._first, self._second = (_batch(some.values(), facts) for some in (self._for_all, self._by_row))
        own = {
            node: (self._first if node in self._for_all else self._second).bounds.of(asked[node][0]) for node in asked
        }
        self.ranges: dict[Node, Range] = {node: bounds.TABLE[type(node)](node, own[node]) for node in asked}
        self._own = own

    @staticmethod
    def is_plain(asked: Mapping[Peers, Asked]) -> bool:
        """Whether no statistic rests on another one."""
        return not any(peers_in([own, among, *within]) for own, among, within in asked.values())

    def statistics(self, facts: Mapping[str, Column], rows: int) -> dict[Peers, Column | int]:
        """The value of each statistic: for each row, or one for all. Raises `Unfit`."""
        assert rows <= MOST_PEERS
        return {**self._told_for_all(facts, rows), **self._told_by_row(facts, rows)}

    def _told_for_all(self, facts: Mapping[str, Column], rows: int) -> dict[Peers, Column | int]:
        tallies = {node: _Tally(node, self._own[node]) for node in self._for_all}
        for start in range(0, rows if tallies else 0, PORTION):
            portion = {key: column[start : start + PORTION] for key, column in facts.items()}
            found = self._first.evaluate(portion, rows=min(PORTION, rows - start))
            for node, (own, among, _) in self._for_all.items():
                tallies[node].take(found[own] if among is TRUE else found[own][found[among]])
        return {node: tally.value for node, tally in tallies.items()}

    def _told_by_row(self, facts: Mapping[str, Column], rows: int) -> dict[Peers, Column | int]:
        if not self._by_row:
            return {}
        found = self._second.evaluate(facts, rows=rows)
        groups: dict[Asked, _Groups] = {}
        results: dict[Peers, Column | int] = {}
        for node, parts in self._by_row.items():
            own, among, within = parts
            if parts not in groups:
                groups[parts] = _Groups(found[own], found[among], [found[part] for part in within])
            results[node] = groups[parts].statistic(node, self.ranges[node])
        return results


def is_for_all(node: Node) -> bool:
    """Whether it is a statistic that is one number for all rows."""
    return isinstance(node, Peers) and not node.within and node.statistic not in ("rank", "dense")


def _batch(asked: Iterable[Asked], facts: Mapping[str, FactDeclaration]) -> Batch:
    return Batch([part for own, among, within in asked for part in (own, among, *within)], facts)


def _n(node: Peers) -> int:
    """Which of the largest is looked for, or the smallest."""
    return node.n if isinstance(node, NthLargest) else 1


class _Tally:
    """One number for all rows, taken in portion by portion; values lie within `limits`."""

    def __init__(self, node: Peers, limits: Range) -> None:
        self._statistic, self._limits, self._n = node.statistic, limits, _n(node)
        self._number = 0
        self._found: list[int] = []

    def take(self, values: Column) -> None:
        """More values."""
        if not len(values):
            return
        match self._statistic:
            case "count":
                self._number += len(values)
            case "sum":
                is_held = self._limits.size * PORTION <= INT64
                self._number += int(values.sum(dtype=np.int64 if is_held else np.object_))
            case "min":
                self._found = [min([*self._found, int(values.min())])]
            case _:
                self._found = self._largest(values)

    def _largest(self, values: Column) -> list[int]:
        """The largest so far, from the largest down."""
        if len(self._found) == self._n:
            values = values[values > self._found[-1]]
        if len(values) > self._n and values.dtype != np.object_:
            values = np.partition(values, -self._n)[-self._n :]
        return sorted([*self._found, *values.tolist()], reverse=True)[: self._n]

    @property
    def value(self) -> int:
        """What it comes to; of nobody 0, as the nth largest of fewer than n the least that can be."""
        if self._statistic in ("count", "sum"):
            return self._number
        if self._statistic == "nth" and len(self._found) < self._n:
            return int(self._limits.low)
        return self._found[-1] if self._found else 0


class _Groups:
    """The peers of each group, counted by value: a key is a group and a value in it, in the order of both."""

    def __init__(self, own: Column, among: NDArray[np.bool_], within: list[Column]) -> None:
        values, place = np.unique(own, return_inverse=True)
        keys, self._key = np.arange(len(values)), place
        if within:
            group = np.zeros(len(own), np.int64)
            for column in within:
                _, part = np.unique(column, return_inverse=True)
                _, group = np.unique(group * len(own) + part, return_inverse=True)
            keys, self._key = np.unique(group * len(values) + place, return_inverse=True)
        width = max(len(values), 1)
        self._value = values[keys % width]
        self._first, self._last = (np.searchsorted(keys, (keys // width + more) * width) for more in (0, 1))
        self._times = np.bincount(self._key[among], minlength=len(keys))

    def statistic(self, node: Peers, limits: Range) -> Column:
        """The statistic by row, which lies within these limits."""
        return self._by_key(node, limits)[self._key]

    def _by_key(self, node: Peers, limits: Range) -> Column:
        name = node.statistic
        if name in ("rank", "dense"):
            ranked = _running(self._times if name == "rank" else self._times > 0)
            return ranked[self._last] - ranked[1:] + 1
        if name == "sum":
            value = self._value if limits.size <= INT64 else self._value.astype(np.object_)
            total = _running(value * self._times)
            return total[self._last] - total[self._first]
        ranked = _running(self._times)
        count: Column = ranked[self._last] - ranked[self._first]
        if name == "count":
            return count
        n = _n(node)
        before = ranked[self._first] if name == "min" else ranked[self._last] - n
        found = np.searchsorted(ranked, before, "right") - 1
        of_fewer = int(limits.low) if name == "nth" else 0
        return np.where(count >= n, self._value[np.clip(found, 0, len(self._value) - 1)], of_fewer)


def _running(numbers: Column) -> Column:
    """The sum of all before each, and of all."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(numbers)])

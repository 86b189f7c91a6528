"""The pass before the batch reader: every statistic over peers for all rows at once, by sorting."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from egov_scoring.amounts import INT64
from egov_scoring.expression import Node, Peers, peers_in
from egov_scoring.facts import MILLION, FactDeclaration
from egov_scoring.readers import bounds
from egov_scoring.readers.batch import Batch, Column
from egov_scoring.readers.bounds import Range

# What a statistic is taken of, among whom, within which groups; in whole numbers.
Asked = Mapping[Peers, tuple[Node, Node, tuple[Node, ...]]]


class Cohort:
    """Knows the statistics that are asked for; `ranges` says between which numbers they lie, among a million peers."""

    def __init__(self, asked: Asked, facts: Mapping[str, FactDeclaration]) -> None:
        self._asked = asked
        self._batch = Batch([part for own, among, within in asked.values() for part in (own, among, *within)], facts)
        self.ranges: dict[Node, Range] = {
            node: bounds.TABLE[Peers](node, self._batch.bounds.of(own)) for node, (own, _, _) in asked.items()
        }

    @staticmethod
    def is_plain(asked: Asked) -> bool:
        """Whether no statistic rests on another one."""
        return not any(peers_in([own, among, *within]) for own, among, within in asked.values())

    def statistics(self, facts: Mapping[str, Column], rows: int) -> dict[Peers, Column]:
        """The value of each statistic for each row. At most a million rows are compared."""
        assert rows <= MILLION
        found = self._batch.evaluate(facts, rows=rows)
        groups: dict[tuple[Node, Node, tuple[Node, ...]], _Groups] = {}
        results = {}
        for node, parts in self._asked.items():
            own, among, within = parts
            if parts not in groups:
                groups[parts] = _Groups(found[own], found[among], [found[part] for part in within])
            results[node] = groups[parts].statistic(node.statistic, self.ranges[node].size)
        return results


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

    def statistic(self, name: str, size: Fraction) -> Column:
        """One of rank, dense, count, min, max, sum, by row; `size` is the largest that it may come to."""
        return self._by_key(name, size)[self._key]

    def _by_key(self, name: str, size: Fraction) -> Column:
        if name in ("rank", "dense"):
            ranked = _running(self._times if name == "rank" else self._times > 0)
            return ranked[self._last] - ranked[1:] + 1
        if name == "sum":
            value = self._value if size <= INT64 else self._value.astype(np.object_)
            total = _running(value * self._times)
            return total[self._last] - total[self._first]
        ranked = _running(self._times)
        count: Column = ranked[self._last] - ranked[self._first]
        if name == "count":
            return count
        if name == "min":
            found = np.searchsorted(ranked, ranked[self._first], "right") - 1
        else:
            found = np.searchsorted(ranked, ranked[self._last], "left") - 1
        return np.where(count > 0, self._value[np.minimum(found, len(self._value) - 1)], 0)


def _running(numbers: Column) -> Column:
    """The sum of all before each, and of all."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(numbers)])

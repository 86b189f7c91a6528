"""The pass before scoring: every statistic over peers, worked out for every unit of the cohort."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from egov_scoring.errors import Problem
from egov_scoring.expression import Peers, facts_in, in_order
from egov_scoring.flags import given_flag, of_flag
from egov_scoring.intake import Stated
from egov_scoring.program import Item, Program
from egov_scoring.readers.exact import Exact

Group = tuple[int, ...]
Statistics = Mapping[Peers, int]


class PeerPass:
    """Knows which statistics a ruleset asks for and who asks."""

    def __init__(self, program: Program, places: Mapping[str, int]) -> None:
        self.asked: dict[Peers, Item] = {}
        for item in program.items():
            for node in in_order([item.value, *[undecided.condition for undecided in item.undecided]]):
                if isinstance(node, Peers):
                    self.asked.setdefault(node, item)
        roots = {part: part for node in self.asked for part in node.parts}
        roots |= {item.applies: item.applies for item in self.asked.values()}
        self._exact = Exact(roots, places)
        self._needs = {node: facts_in([node]) - program.flags.keys() for node in self.asked}
        self._facts = program.facts
        self.compared = frozenset[str]().union(*self._needs.values(), *[i.needs_to_apply for i in self.asked.values()])

    def statistics(self, cohort: Sequence[Stated]) -> list[Statistics]:
        """For each unit of the cohort the value of each statistic, in whole numbers.

        A unit that lacks a fact for a statistic is left out of it where the indicator does not ask it for that fact (it does
        not apply, is overridden, or its place is stated); elsewhere nobody gets the statistic.
        """
        readings = [self._exact.evaluate(stated.values, {}) for stated in cohort]
        results: list[dict[Peers, int]] = [{} for _ in cohort]
        for node, item in self.asked.items():
            ranked: dict[Group, list[int]] = defaultdict(list)
            own: list[tuple[Group, int] | None] = []
            complete = True
            for stated, reading in zip(cohort, readings, strict=True):
                if not reading.holds(item.applies) or not self._is_known(node, stated):
                    complete &= not reading.holds(item.applies) or self.excused(item, stated)
                    own.append(None)
                    continue
                group = tuple(reading.numerator(part) for part in node.within)
                value = reading.numerator(node.a)
                own.append((group, value))
                if reading.holds(node.among):
                    ranked[group].append(value)
            if complete:
                counted = {group: _Group(values) for group, values in ranked.items()}
                for result, mine in zip(results, own, strict=True):
                    if mine is not None:
                        result[node] = counted.get(mine[0], _NOBODY).statistic(node.statistic, mine[1])
        return list(results)

    def _is_known(self, node: Peers, stated: Stated) -> bool:
        return self._needs[node] <= stated.values.keys()

    @staticmethod
    def excused(item: Item, stated: Stated) -> bool:
        """Whether the unit need not say what the indicator compares: its points or its place are given."""
        return bool(stated.values.get(given_flag(item.id)) or stated.values.get(of_flag(item.id)))

    def missing(self, cohort: Iterable[Stated]) -> list[Problem]:
        """The facts that peers lack, without which nobody can be compared."""
        problems = []
        for stated in cohort:
            applies = self._exact.evaluate(stated.values, {})
            lacking = {
                key: item
                for node, item in self.asked.items()
                if applies.holds(item.applies) and not self.excused(item, stated)
                for key in sorted(self._needs[node] - stated.values.keys())
            }
            for key, item in lacking.items():
                label = self._facts[key].label
                problems.append(
                    Problem(
                        "missing-fact",
                        None,
                        unit=stated.unit.name,
                        fact=key,
                        label=label,
                        indicator=item.id,
                        name=item.name,
                    )
                )
        return problems


class _Group:
    """The ranked values of one group."""

    def __init__(self, values: Iterable[int]) -> None:
        self._values = sorted(values)
        self._different = sorted(set(self._values))

    def statistic(self, name: str, own: int) -> int:
        """One of rank, dense, count, min, max, sum."""
        if name == "rank":
            return len(self._values) - bisect_right(self._values, own) + 1
        if name == "dense":
            return len(self._different) - bisect_right(self._different, own) + 1
        if name == "count":
            return len(self._values)
        if name == "sum":
            return sum(self._values)
        if not self._values:
            return 0
        return self._values[0] if name == "min" else self._values[-1]


_NOBODY = _Group(())

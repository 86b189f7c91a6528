"""The pass before scoring: every statistic over peers, worked out for every unit of the cohort."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from egov_scoring.errors import Problem
from egov_scoring.expression import Peers, facts_in, peers_in
from egov_scoring.facts import place_of
from egov_scoring.flags import given_flag, of_flag
from egov_scoring.intake import Stated, truth
from egov_scoring.program import Item, Program
from egov_scoring.readers.exact import Exact, Reading

Group = tuple[int, ...]
Statistics = Mapping[Peers, int]
Counted = Mapping[Peers, tuple[Group, Fraction]]


class PeerPass:
    """Knows which statistics a ruleset asks for and who asks."""

    def __init__(self, program: Program, places: Mapping[str, int]) -> None:
        self.asked = askers(program)
        roots = {part: part for node in self.asked for part in node.parts}
        roots |= {item.applies: item.applies for item in self.asked.values()}
        self._exact = Exact(roots, places)
        self._needs = {node: facts_in([node]) - program.flags.keys() for node in self.asked}
        self._program = program
        self.compared = frozenset[str]().union(*self._needs.values(), *[i.needs_to_apply for i in self.asked.values()])

    def statistics(self, cohort: Sequence[Stated]) -> list[Statistics]:
        """For each unit of the cohort the value of each statistic, in whole numbers.

        A unit to which the indicator does not apply is no peer. One that lacks a fact for a statistic is left out of it where
        the indicator does not ask it for that fact (it is overridden, or its place is stated); elsewhere nobody gets the
        statistic.
        """
        readings = [self._exact.evaluate(stated.values, {}) for stated in cohort]
        results: list[dict[Peers, int]] = [{} for _ in cohort]
        for node, item in self.asked.items():
            ranked: dict[Group, list[int]] = defaultdict(list)
            own: list[tuple[Group, int] | None] = []
            complete = True
            for stated, reading in zip(cohort, readings, strict=True):
                if not self._is_compared(node, stated, reading):
                    complete &= not self._is_asked(item, stated, reading)
                    own.append(None)
                    continue
                group, value = _group_of(node, reading), reading.numerator(node.a)
                own.append((group, value))
                if reading.holds(node.among):
                    ranked[group].append(value)
            if complete:
                counted = {group: _Group(values) for group, values in ranked.items()}
                for result, mine in zip(results, own, strict=True):
                    if mine is not None:
                        result[node] = counted.get(mine[0], _NOBODY).statistic(node.statistic, mine[1])
        return list(results)

    def counted(self, cohort: Iterable[Stated]) -> list[Counted]:
        """For each unit its group and its value in every statistic that counts it."""
        readings = [(stated, self._exact.evaluate(stated.values, {})) for stated in cohort]
        return [
            {
                node: (_group_of(node, reading), reading.fraction(node.a))
                for node in self.asked
                if self._is_compared(node, stated, reading) and reading.holds(node.among)
            }
            for stated, reading in readings
        ]

    def _is_compared(self, node: Peers, stated: Stated, reading: Reading) -> bool:
        """Whether the indicator applies, and the facts are there that the statistic is made of."""
        applies = self._applies(self.asked[node], stated, reading)
        return applies is not False and self._needs[node] <= stated.values.keys()

    def _applies(self, item: Item, stated: Stated, reading: Reading) -> bool | None:
        if item.needs_to_apply <= stated.values.keys():
            return reading.holds(item.applies)
        return truth(item.applies, self._program, stated)

    def _is_asked(self, item: Item, stated: Stated, reading: Reading) -> bool:
        """Whether the unit must say what the indicator compares: not where its points or its place are given."""
        given = bool(stated.values.get(given_flag(item.id)) or stated.values.get(of_flag(item.id)))
        return not given and self._applies(item, stated, reading) is not False

    def missing(self, cohort: Iterable[Stated]) -> list[Problem]:
        """The facts that peers lack, without which nobody can be compared."""
        problems = []
        for stated in cohort:
            reading = self._exact.evaluate(stated.values, {})
            lacking = {
                key: item
                for node, item in self.asked.items()
                if self._is_asked(item, stated, reading)
                for key in sorted(self._needs[node] - stated.values.keys())
                if stated.unit.facts.get(key) is None
            }
            for key, item in lacking.items():
                label = self._program.facts[key].label
                problems.append(_problem("missing-fact", stated, item, fact=key, label=label))
        return problems

    def mixed_places(self, cohort: Sequence[Stated]) -> list[Problem]:
        """The units whose place would have to be computed while others state theirs: the two do not mix in one call."""
        problems = []
        for item in {item.id: item for item in self.asked.values()}.values():
            if any(stated.values.get(of_flag(item.id)) for stated in cohort):
                readings = [(stated, self._exact.evaluate(stated.values, {})) for stated in cohort]
                unplaced = [stated for stated, reading in readings if self._is_asked(item, stated, reading)]
                problems += [_problem("places-mixed", stated, item) for stated in unplaced]
        return problems


def askers(program: Program) -> dict[Peers, Item]:
    """Every statistic with the indicator that asks for it: a part before the whole that it is in."""
    asked: dict[Peers, Item] = {}
    for item in reversed(list(program.items())):
        lines = [node for line in item.lines for node in line.reads()]
        for node in peers_in([item.value, *[undecided.condition for undecided in item.undecided], *lines]):
            asked.setdefault(node, item)
    return asked


def _problem(code: str, stated: Stated, item: Item, **args: object) -> Problem:
    unit = stated.unit
    return Problem(code, place_of(unit.facts), unit=unit.name, indicator=item.id, name=item.name, **args)


def _group_of(node: Peers, reading: Reading) -> Group:
    return tuple(reading.numerator(part) for part in node.within)


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

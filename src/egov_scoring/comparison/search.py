"""Facts that tell two rules apart: tried where either rule bends, at the ends of ranges, and together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice, product
from math import prod
from random import Random

from egov_scoring.comparison.rules import Question
from egov_scoring.expression import Eq, Greatest, Le, Least, Node, at_most, facts_in
from egov_scoring.facts import FactDeclaration
from egov_scoring.readers.bounds import Bounds, in_units, of_fact
from egov_scoring.readers.edges import Edges
from egov_scoring.readers.exact import Exact
from egov_scoring.records import Record

Values = Mapping[str, int]

MOST_TRIED = 3000
NEAR_AN_END = 3


class Tried(Record):
    """Facts, and what the two rules make of them."""

    values: Values
    old: Fraction
    new: Fraction

    @property
    def gain(self) -> Fraction:
        """How much more the new rule gives."""
        return self.new - self.old


def limits(fact: FactDeclaration) -> tuple[int, int]:
    """The least and the most of a fact, in its smallest units."""
    found = in_units(fact)
    return int(found.low), int(found.high)


def tried(question: Question) -> list[Tried]:
    """Both rules for every set of facts worth trying that meets the checks, no set twice."""
    return _Search(question).run()


class _Search:
    """One question and the facts tried for it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._limits = {key: limits(fact) for key, fact in question.facts.items()}
        ranges = {key: of_fact(fact) for key, fact in question.facts.items()}
        conditions = {key for key, fact in question.facts.items() if fact.is_condition}
        decisions = Edges(Bounds(ranges), conditions).of([question.old, question.new, *question.checks])
        self._switches = {node: facts_in([node]) for each in decisions for node in _switches(each)}
        roots = [question.old, question.new, *question.checks, *self._switches]
        self._exact = Exact({root: root for root in roots}, {key: f.places for key, f in question.facts.items()})

    def run(self) -> list[Tried]:
        """All that is tried."""
        seen: dict[tuple[int, ...], Tried | None] = {}
        for values in islice(self._settings(), MOST_TRIED):
            key = tuple(values[name] for name in self._limits)
            if key not in seen:
                seen[key] = self._tried(values)
        return [found for found in seen.values() if found is not None]

    def _tried(self, values: Values) -> Tried | None:
        reading = self._exact.evaluate(values, {})
        if not all(reading.holds(check) for check in self._question.checks):
            return None
        return Tried(values, reading.fraction(self._question.old), reading.fraction(self._question.new))

    def _settings(self) -> Iterator[dict[str, int]]:
        """All of the values worth trying where they are few; else one fact or two away from an end, then at random."""
        bases = [
            {key: low for key, (low, _) in self._limits.items()},
            {key: high for key, (_, high) in self._limits.items()},
        ]
        worth = {key: sorted({at for base in bases for at in self._worth(key, base)}) for key in self._limits}
        if prod(map(len, worth.values())) <= MOST_TRIED:
            yield from (dict(zip(worth, values, strict=True)) for values in product(*worth.values()))
            return
        yield from bases
        for base in bases:
            yield from ({**base, key: value} for key in worth for value in worth[key])
        dice = Random(0)
        for _ in range(MOST_TRIED // 4):
            yield {key: dice.choice(values) for key, values in worth.items()}
        for base in bases:
            for one, other in combinations(worth, 2):
                yield from ({**base, one: a, other: b} for a, b in product(worth[one], worth[other]))

    def _worth(self, key: str, base: Values) -> Iterator[int]:
        """The ends of a fact, and where something switches while the others stay as in `base`."""
        low, high = self._limits[key]
        yield from range(low, min(low + NEAR_AN_END, high) + 1)
        yield high
        for switch, read in self._switches.items():
            if key in read:
                at = self._switched(switch, key, base)
                yield from (value for value in (at - 1, at, at + 1) if low <= value <= high)

    def _switched(self, switch: Node, key: str, base: Values) -> int:
        """The first value from which a condition is what it is at the high end."""
        low, high = self._limits[key]
        last = self._holds(switch, {**base, key: high})
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._holds(switch, {**base, key: middle}) == last else (middle + 1, high)
        return low

    def _holds(self, switch: Node, values: Values) -> bool:
        return self._exact.evaluate(values, {}).holds(switch)


def _switches(decision: Node) -> Iterator[Node]:
    """The conditions that tell the sides of a decision apart."""
    if isinstance(decision, (Least, Greatest)):
        yield from (at_most(a, b) for a, b in combinations(decision.items, 2))
    elif isinstance(decision, Eq):
        yield from (at_most(decision.a, decision.b), at_most(decision.b, decision.a))
    elif isinstance(decision, Le):
        yield decision


def best(found: Sequence[Tried], sign: int) -> Tried | None:
    """The one that shows a gain (sign 1) or a loss (-1) the most, with as little said of facts as that takes."""
    shown = [each for each in found if sign * each.gain > 0]
    return max(shown, key=lambda each: (sign * each.gain, *_little(each.values)), default=None)


def _little(values: Values) -> tuple[int, int]:
    return -sum(value != 0 for value in values.values()), -sum(map(abs, values.values()))

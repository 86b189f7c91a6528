"""Made-up units: the best and the worst that a ruleset allows, and random ones. For templates, tests and demonstrations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from random import Random
from typing import Literal

from egov_scoring.expression import (
    ZERO,
    And,
    Const,
    Eq,
    Fact,
    Le,
    Node,
    Not,
    Or,
    add,
    const,
    facts_in,
    greatest,
    in_order,
    least,
    when,
)
from egov_scoring.facts import MILLION, FactDeclaration, Unit
from egov_scoring.flags import of_flag, place_flag
from egov_scoring.program import Program
from egov_scoring.readers.bounds import of_fact
from egov_scoring.readers.direction import Direction, directions
from egov_scoring.readers.exact import Exact
from egov_scoring.ruleset import Ruleset

Fill = Literal["best", "worst", "random"]
Values = dict[str, int]

RANDOM_REACH = 30
RANDOM_TRIES = 500
ROUNDS = 6
ONE = const(1)
COUNTED = ("count", "findings")


@dataclass(frozen=True, slots=True, order=True)
class Goodness:
    """How good a made-up unit is: it breaks few conditions, leaves little out, breaks no check by much, and has many (or
    few) points."""

    broken: int
    excess: Fraction
    points: Fraction


def sample(ruleset: Ruleset, fill: Fill, seed: int = 0) -> Unit:
    """A made-up unit with all facts: of the most points, of the fewest, or random for that seed.

    >>> from egov_scoring import load
    >>> ruleset = load("2019/city")
    >>> ruleset.score(sample(ruleset, "best")).points
    Decimal('65.00')
    """
    search = _Search(ruleset, -1 if fill == "worst" else 1)
    values = search.random(Random(seed)) if fill == "random" else search.extreme()
    unit = search.unit(values, fill)
    card = ruleset.score(unit, incomplete=True, ledger=False)
    undecided = [score for score in card if score.status == "missing" and score.reason == "decision"]
    points = {score.id: "0" if fill == "worst" else str(score.max) for score in undecided}
    overrides = {name: {"points": amount, "by": "-", "why": fill} for name, amount in points.items()}
    return replace(unit, overrides=overrides)


class _Search:
    """Looks for facts that reach an end of the scale, one fact at a time; `sign` is 1 for the most, -1 for the fewest."""

    def __init__(self, ruleset: Ruleset, sign: int) -> None:
        self._program = ruleset.program
        self._sign = sign
        items = list(self._program.items())
        self._ranked = [item.id for item in items if of_flag(item.id) in self._program.flags]
        self._goal = self._program.goal
        self._applies = [item.applies for item in items]
        self._undecided = [undecided.condition for item in items for undecided in item.undecided]
        self._checks = [check.require for check in self._program.checks]
        self._excess = {_excess(check): sorted(facts_in([check])) for check in self._checks}
        roots = [self._goal, *self._excess, *self._applies, *self._undecided, *self._checks]
        declared = {**self._program.facts, **self._program.flags}
        self._exact = Exact({node: node for node in roots}, {key: fact.places for key, fact in declared.items()})
        ranges = {key: of_fact(fact) for key, fact in declared.items()}
        self._moves = directions([self._goal], ranges, frozenset(self._applies))[self._goal]
        self._edges = _edges(roots, self._program.facts)
        self._together = [change for check in self._checks for change in _together(check, self._program.facts)]

    def goodness(self, values: Values) -> Goodness:
        """Larger is better."""
        reading = self._exact.evaluate(values, {})
        broken = sum(not reading.holds(node) for node in (*self._applies, *self._checks))
        broken += sum(reading.holds(node) for node in self._undecided)
        return Goodness(
            -broken, -sum(map(reading.fraction, self._excess), Fraction(0)), self._sign * reading.fraction(self._goal)
        )

    def extreme(self) -> Values:
        """Facts at the end of the scale, each then as small as it may be."""
        values = {key: self._first(fact) for key, fact in self._program.facts.items()}
        of = 2 if self._sign > 0 else int(MILLION)
        for name in self._ranked:
            self._place(values, name, 1 if self._sign > 0 else of, of)
        best = self.goodness(values)
        for _ in range(ROUNDS):
            before = best
            for key in self._program.facts:
                for candidate in self._edges[key]:
                    best = self._try(values, {key: candidate}, best)
            for together in self._together:
                best = self._try(values, together, best)
            if best == before:
                break
        self._shrink(values, best)
        return values

    def _first(self, fact: FactDeclaration) -> int:
        """Where the direction points; the low end where it points both ways or nowhere."""
        low, high = _limits(fact)
        towards = self._moves.get(fact.key, Direction.NONE)
        rising = Direction.UP if self._sign > 0 else Direction.DOWN
        return high if towards is rising else low

    def _place(self, values: Values, name: str, place: int, of: int) -> None:
        values[place_flag(name)], values[of_flag(name)] = place * self._place_scale(name), of

    def _place_scale(self, name: str) -> int:
        scale: int = 10 ** self._program.flags[place_flag(name)].places
        return scale

    def _try(self, values: Values, change: Values, best: Goodness) -> Goodness:
        """Keeps the change if it is an improvement."""
        found = self.goodness({**values, **change})
        if found > best:
            values.update(change)
            return found
        return best

    def _shrink(self, values: Values, best: Goodness) -> None:
        """Every number of things down to the smallest that keeps what was reached; the same for how many are ranked.

        Facts that must fit together come down by turns, until none can.
        """
        for name in self._ranked:
            if self._sign < 0:
                low, high = 2, values[of_flag(name)]
                while low < high:
                    middle = (low + high) // 2
                    trial = dict(values)
                    self._place(trial, name, middle, middle)
                    low, high = (low, middle) if self.goodness(trial) >= best else (middle + 1, high)
                self._place(values, name, high, high)
        for _ in range(ROUNDS):
            for group in _bound(self._program):
                self._smallest(values, group, best)
            for key, fact in self._program.facts.items():
                if fact.type in COUNTED:
                    self._smallest(values, [key], best)

    def _smallest(self, values: Values, keys: Collection[str], best: Goodness) -> None:
        """These facts, in proportion, as small as they may be; a fact alone as small as its range allows."""
        top = max(values[key] for key in keys)
        lowest = [_limits(self._program.facts[key])[0] for key in keys]

        def scaled(part: int) -> Values:
            return {
                key: max(low, -(-values[key] * part // top) if top else 0)
                for key, low in zip(keys, lowest, strict=True)
            }

        low, high = 0, top
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.goodness({**values, **scaled(middle)}) >= best else (middle + 1, high)
        values.update(scaled(high))

    def random(self, dice: Random) -> Values:
        """Facts at random, small ones mostly; drawn again while they break a condition."""
        tries = (self._repaired(self._thrown(dice)) for _ in range(RANDOM_TRIES))
        best = next(tries)
        for values in tries:
            if self.goodness(best).broken == 0:
                break
            best = max(best, values, key=lambda drawn: self.goodness(drawn).broken)
        return best

    def _thrown(self, dice: Random) -> Values:
        values: Values = {}
        for key, fact in self._program.facts.items():
            low, high = _limits(fact)
            small = min(high, low + RANDOM_REACH * 10**fact.places)
            values[key] = dice.randint(low, high if fact.type in ("percent", "points", "number") else small)
        for name in self._ranked:
            of = dice.randint(2, 100)
            self._place(values, name, dice.randint(1, of), of)
        return values

    def _repaired(self, values: Values) -> Values:
        """Each check that fails is met as nearly as moving one of its facts after another can."""
        for excess, keys in self._excess.items():
            for key in keys:
                if self._exact.evaluate(values, {}).fraction(excess):
                    self._least(values, key, excess)
        return values

    def _least(self, values: Values, key: str, excess: Node) -> None:
        """Moves a fact to where the excess is least; on the way there it only falls."""

        def at(value: int) -> Fraction:
            return self._exact.evaluate({**values, key: value}, {}).fraction(excess)

        low, high = _limits(self._program.facts[key])
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if at(middle) <= at(middle + 1) else (middle + 1, high)
        values[key] = low

    def unit(self, values: Values, name: str) -> Unit:
        """The unit as one would write it."""
        facts = {key: fact.decode(values[key]) for key, fact in self._program.facts.items()}
        places = {
            ranked: {"place": values[place_flag(ranked)] // self._place_scale(ranked), "of": values[of_flag(ranked)]}
            for ranked in self._ranked
        }
        return Unit(name, facts, places=places)


def _together(check: Node, facts: Mapping[str, FactDeclaration]) -> Iterator[Values]:
    """What a check binds together has to move together: two of its facts at a time, to values worth trying."""
    edges = _edges([check], facts)
    for pair in combinations(sorted(facts_in([check])), 2):
        for values in product(*(edges[key][::-1] for key in pair)):
            yield dict(zip(pair, values, strict=True))


def _bound(program: Program) -> list[frozenset[str]]:
    """The facts that are counted, those together that checks bind to one another; then those of each check."""
    groups: list[frozenset[str]] = []
    checked: list[frozenset[str]] = []
    for check in program.checks:
        counted = frozenset(key for key in check.facts if program.facts[key].type in COUNTED)
        checked.append(counted)
        joined = counted.union(*(group for group in groups if group & counted))
        groups = [*(group for group in groups if not group & counted), *([joined] if joined else [])]
    return [*groups, *filter(None, checked)]


def _excess(condition: Node) -> Node:
    """By how much a condition fails; 0 where it holds."""
    match condition:
        case Le(a=a, b=b):
            return greatest(a - b, ZERO)
        case Eq(a=a, b=b):
            return greatest(a - b, b - a)
        case Not(a=Le(a=a, b=b)):
            return greatest(b - a, ZERO) + when(condition, ZERO, ONE)
        case And(items=items):
            return add(*map(_excess, items))
        case Or(items=items):
            return least(*map(_excess, items))
        case _:
            return when(condition, ZERO, ONE)


def _limits(fact: FactDeclaration) -> tuple[int, int]:
    if fact.options:
        return 1, len(fact.options)
    if fact.is_condition:
        return 0, 1
    return int(fact.low * 10**fact.places), int(fact.high * 10**fact.places)


def _edges(roots: list[Node], facts: Mapping[str, FactDeclaration]) -> dict[str, list[int]]:
    """For every fact the values worth trying: its ends, all options, and both sides of what it is compared with."""
    edges: dict[str, set[int]] = {key: set(_ends(fact)) for key, fact in facts.items()}
    for node in in_order(roots):
        if isinstance(node, (Le, Eq)):
            constants = [part.value for part in in_order([node]) if isinstance(part, Const)]
            for part in in_order([node]):
                if isinstance(part, Fact) and part.key in facts:
                    edges[part.key].update(_around(constants, facts[part.key]))
    return {key: sorted(found) for key, found in edges.items()}


def _ends(fact: FactDeclaration) -> Iterator[int]:
    low, high = _limits(fact)
    yield from range(low, high + 1) if fact.options else (low, min(low + 1, high), high)


def _around(constants: list[Fraction], fact: FactDeclaration) -> Iterator[int]:
    low, high = _limits(fact)
    for constant in constants:
        middle = int(constant * 10**fact.places)
        yield from (value for value in (middle - 1, middle, middle + 1) if low <= value <= high)

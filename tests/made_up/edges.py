"""Made-up units for any ruleset, in great number: where its decisions tip, with ties, missing facts and records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations
from random import Random

from egov_scoring import amounts
from egov_scoring.columns import columns
from egov_scoring.coverage import Coverage
from egov_scoring.expression import And, Eq, Greatest, Le, Least, Node, facts_in, subtract
from egov_scoring.facts import Unit
from egov_scoring.flags import of_flag
from egov_scoring.program import Program
from egov_scoring.readers.exact import Exact
from egov_scoring.ruleset import Ruleset
from egov_scoring.samples import _excess
from tests.made_up.units import SIGNED, edges, limits, written

Values = dict[str, int]

SMALL = 30
TRIES = 20


@lru_cache(maxsize=2)
def at_the_edges(ruleset: Ruleset, count: int) -> list[Unit]:
    """Units with all facts, which fit together; the same ones each time."""
    maker, dice = _Maker(ruleset), Random(f"{ruleset.id} {count}")
    drawn: list[Values] = []
    while len(drawn) < count:
        drawn.append(maker.values(dice, drawn))
    return [Unit(f"#{at}", written(ruleset, values)) for at, values in enumerate(drawn)]


@lru_cache(maxsize=2)
def with_facts_missing(ruleset: Ruleset, count: int) -> list[Unit]:
    """Of every third unit a few facts are not there; never what units are compared by, for then nobody has a place."""
    dice = Random(count)
    compared = compared_facts(ruleset)
    keys = [key for key in ruleset.facts if key not in compared]
    units = at_the_edges(ruleset, count)
    return [Unit(unit.name, _without(unit, dice, keys) if at % 3 == 0 else unit.facts) for at, unit in enumerate(units)]


@lru_cache(maxsize=2)
def with_records(ruleset: Ruleset, count: int) -> list[Unit]:
    """Of every other unit some indicators are overridden, and some are marked as not applicable."""
    dice = Random(count)
    places = ruleset.program.places
    items = list(ruleset.total)[1:]
    leaves = [item for item in items if item.is_leaf]
    units = []
    for at, unit in enumerate(at_the_edges(ruleset, count)):
        few = dice.randint(0, 2) if at % 2 else 0
        points = {item.id: dice.randint(0, int(item.max * 10**places)) for item in dice.sample(leaves, few)}
        overrides = {
            name: {"points": amounts.units_to_decimal(given, places), **SIGNED} for name, given in points.items()
        }
        absent = dice.sample([item.id for item in items], dice.randint(0, 2) if at % 2 else 0)
        units.append(Unit(unit.name, unit.facts, overrides, dict.fromkeys(absent, SIGNED)))
    return units


@lru_cache(maxsize=2)
def with_places(ruleset: Ruleset, count: int) -> list[Unit]:
    """Every unit states its place wherever units are compared."""
    dice = Random(count)
    placed = [item.id for item in ruleset.total if of_flag(item.id) in ruleset.program.flags]
    units = []
    for unit in at_the_edges(ruleset, count):
        among = {name: dice.randint(2, 100) for name in placed}
        places = {name: {"place": dice.randint(1, of), "of": of} for name, of in among.items()}
        units.append(Unit(unit.name, unit.facts, places=places))
    return units


def compared_facts(ruleset: Ruleset) -> frozenset[str]:
    """The facts that units are compared by."""
    asked = columns(ruleset.program).peers.values()
    return facts_in([part for own, among, within in asked for part in (own, among, *within)])


def _without(unit: Unit, dice: Random, keys: list[str]) -> dict[str, object]:
    absent = set(dice.sample(keys, min(len(keys), dice.randint(1, 3))))
    return {key: value for key, value in unit.facts.items() if key not in absent}


class _Maker:
    """Draws the facts of one unit after another, in smallest units."""

    def __init__(self, ruleset: Ruleset) -> None:
        program = ruleset.program
        self._limits = {key: limits(fact) for key, fact in program.facts.items()}
        self._small = {key: SMALL * 10**fact.places for key, fact in program.facts.items()}
        self._edges = edges(ruleset)
        self._compared = sorted(compared_facts(ruleset))
        self._places = {key: fact.places for key, fact in program.facts.items()}
        self._places |= {key: flag.places for key, flag in program.flags.items()}
        self._tips = [(self._reader(gap), key) for gap in _gaps(program) for key in self._facts_of(gap)]
        required = [part for check in program.checks for part in _joined(check.require)]
        self._checks = [(self._reader(_excess(part)), self._facts_of(part)) for part in required]
        self._open = [
            self._reader(undecided.condition)
            for item in program.items()
            for undecided in item.undecided
            if undecided.reason == "decision"
        ]

    def values(self, dice: Random, earlier: list[Values]) -> Values:
        """Facts that fit together; most of them leave no question to a person."""
        for _ in range(TRIES):
            values = self._thrown(dice, dice.choice((0.05, 0.2, 0.6)))
            if earlier and self._compared and dice.random() < 0.2:
                values |= {key: dice.choice(earlier)[key] for key in self._compared}
            for _ in range(dice.randint(0, 3)):
                self._tip(values, dice)
            if self._fits(values, dice) and (dice.random() < 0.2 or not any(read(values) for read in self._open)):
                return values
        raise AssertionError("no facts that fit together were found")

    def _facts_of(self, node: Node) -> list[str]:
        return sorted(facts_in([node]) & self._limits.keys())

    def _reader(self, node: Node) -> Callable[[Values], int]:
        """Its value for facts and no records, but for a positive factor."""
        exact = Exact({node: node}, self._places)
        return lambda values: exact.evaluate(values, {}).numerator(node)

    def _thrown(self, dice: Random, edged: float) -> Values:
        """Each fact at an edge of its own, small, or anywhere."""
        values = {}
        for key, (low, high) in self._limits.items():
            if dice.random() < edged:
                values[key] = dice.choice(self._edges[key])
            else:
                values[key] = dice.randint(low, min(high, low + self._small[key]) if dice.random() < 0.8 else high)
        return values

    def _tip(self, values: Values, dice: Random) -> None:
        """Moves a fact to where a decision tips, or to the value before it; to an end where it does not."""
        if self._tips:
            read, key = dice.choice(self._tips)
            above = dice.choice((0, 1))
            values[key] = dice.choice(self._around(values, key, lambda tried: read(tried) >= above))

    def _around(self, values: Values, key: str, holds: Callable[[Values], bool]) -> tuple[int, int]:
        """The last value of a fact as at its low end, and the first one as at its high end."""
        low, high = self._limits[key]
        at_low = holds({**values, key: low})
        if holds({**values, key: high}) is not at_low:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if holds({**values, key: middle}) is at_low else (low, middle)
        return low, high

    def _fits(self, values: Values, dice: Random) -> bool:
        """Whether all checks hold once some facts have been moved to where they just do."""
        for _ in range(5 * len(self._checks) + 1):
            failing = [(read, keys) for read, keys in self._checks if read(values)]
            if not failing:
                return True
            read, keys = dice.choice(failing)
            self._reduce(values, dice.choice(keys), read)
        return False

    def _reduce(self, values: Values, key: str, excess: Callable[[Values], int]) -> None:
        """Moves a fact to the last value without an excess, or to where there is less of it."""
        ends = self._around(values, key, lambda tried: not excess(tried))
        values[key] = min(ends, key=lambda value: excess({**values, key: value}))


def _joined(condition: Node) -> tuple[Node, ...]:
    return condition.items if isinstance(condition, And) else (condition,)


def _gaps(program: Program) -> Iterator[Node]:
    """What is 0 where a decision tips: how far the sides of a comparison, or two of several, are apart."""
    for decision in dict.fromkeys(edge.decision for edge in Coverage(program).edges):
        if isinstance(decision, (Le, Eq)):
            yield subtract(decision.a, decision.b)
        elif isinstance(decision, (Least, Greatest)):
            yield from (subtract(a, b) for a, b in combinations(decision.items, 2))

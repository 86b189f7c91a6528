"""What building a ruleset works with: its facts and flags, the expressions read so far, and every mistake found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from egov_scoring.declare import declared
from egov_scoring.errors import Position, Problem
from egov_scoring.expression import (
    FALSE,
    TRUE,
    ZERO,
    And,
    Div,
    Eq,
    Fact,
    Le,
    Node,
    Not,
    Or,
    Peers,
    both,
    fold,
    in_order,
    peers_in,
    substitute,
)
from egov_scoring.facts import MILLION, FactDeclaration, nearest
from egov_scoring.flags import of_flag, place_flag, points_flag
from egov_scoring.formula import FormulaError, parse
from egov_scoring.kinds.base import Expected
from egov_scoring.readers.bounds import Bounds, Range, of_fact
from egov_scoring.source import Path, RulesetSource
from egov_scoring.yaml_reader import Map, as_written, key_position, position_of


class Workbench:
    """Shared by all that build one ruleset."""

    def __init__(self, source: RulesetSource, data: Map) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self.flags: dict[str, FactDeclaration] = {}
        self.proved: dict[Node, Range] = {}
        self.cohort: Node = TRUE
        self._data = data
        self._reported: set[tuple[object, ...]] = set()
        self._parsed: dict[tuple[str, Path], Node] = {}
        self.facts = declared(source)
        self.ranges: dict[str, Range] = {key: of_fact(fact) for key, fact in self.facts.items()}
        self.places: dict[str, int] = {key: fact.places for key, fact in self.facts.items()}
        self.bounds = Bounds(self.ranges, self.proved)

    def problem(self, code: str, path: Path, **args: object) -> None:
        """Records a mistake in the value at that path, once."""
        self._record(Problem(code, self._place(path), **args), path)

    def key_problem(self, code: str, path: Path, **args: object) -> None:
        """Records a mistake in the key at that path, once."""
        self._record(Problem(code, key_position(self._data, path), **args), path)

    def warning(self, code: str, path: Path, **args: object) -> None:
        """Records a remark about the value at that path, once."""
        self._record(Problem.warning(code, self._place(path), **args), path)

    def _place(self, path: Path) -> Position:
        """Where the value stands; the keys of a single term stand on the rule itself."""
        return position_of(self._data, as_written(self._data, path))

    def _record(self, problem: Problem, path: Path) -> None:
        problem.path = path
        if (said := (problem.code, path, *problem.args.items())) not in self._reported:
            self._reported.add(said)
            self.problems.append(problem)

    def flag(self, key: str, type: str, high: Fraction = Fraction(1), places: int = 0) -> Node:
        """A declared fact that stands for what a person records about an indicator."""
        self.flags[key] = FactDeclaration(key, type, high=high, places=places, default=0)
        self.ranges[key] = of_fact(self.flags[key])
        self.places[key] = places
        return Fact(key)

    def rest_on(self, points: Node, most: Fraction) -> None:
        """Lets the whole rest on what is claimed of a part: that it stays within 0..most. Where it does not, that is told."""
        self.proved[points] = Range(Fraction(0), most)

    def drop_unused(self, inherited: frozenset[str]) -> None:
        """Lets inherited facts go that nothing reads, and reports the others."""
        for key in [key for key in self.facts if key not in self.used]:
            del self.facts[key]
            if key not in inherited:
                self.key_problem("unused-fact", ("facts", key), key=key)

    def expression(self, text: str, expected: Expected, path: Path) -> Node:
        """The node of an expression; a mistake is recorded and stands as 0 or false."""
        if (text, path) not in self._parsed:
            self._parsed[text, path] = self._among_cohort(self._parse(text, expected, path))
        return self._parsed[text, path]

    def _among_cohort(self, node: Node) -> Node:
        """The same with its statistics taken over the units to which the indicator being built applies: `cohort`."""
        among: dict[Node, Node] = {
            found: Peers(found.statistic, found.a, both(found.among, self.cohort), found.within)
            for found in peers_in([node])
        }
        return substitute([node], among)[node] if among else node

    def _parse(self, text: str, expected: Expected, path: Path) -> Node:
        try:
            formula = parse(text, self.facts, expected)
        except FormulaError as error:
            self.used.update(key for key in self.facts if key in text)
            for code, offset, args in error.problems:
                self.problem(code, path, **{"text": text, "offset": offset + 1, **args})
            return FALSE if expected == "condition" else ZERO
        self.used.update(formula.facts)
        for key in mentioned_twice(formula.node):
            self.warning("fact-mentioned-twice", path, key=key)
        for item in in_order([formula.node]):
            if isinstance(item, Div) and (low := self.bounds.of(item.b).low) < 0:
                self.problem("negative-divisor", path, low=low)
        if expected == "condition" and self.bounds.of(formula.node).high == 0:
            self.warning("never-holds", path, text=text)
        return formula.node


def mentioned_twice(node: Node) -> list[str]:
    """The facts that stand twice in one number or one comparison, where bounds may be wider than the truth."""
    twice: dict[str, None] = {}

    def count(item: Node, parts: list[Counter[str]]) -> Counter[str]:
        counted = Counter([item.key]) if isinstance(item, Fact) else sum(parts, Counter[str]())
        twice.update(dict.fromkeys(key for key, times in counted.items() if times > 1))
        return Counter() if isinstance(item, (Le, Eq, And, Or, Not)) else counted

    fold([node], count, closed=Peers)  # what peers have is another quantity
    return list(twice)


class RuleContext:
    """What a kind may ask while it builds the rule of one indicator; see `kinds.base.Context`."""

    def __init__(self, bench: Workbench, source: Any, path: Path) -> None:
        self._bench = bench
        self._path = path
        self.id: str = getattr(source, "id", "total")
        self.max: Fraction = source.max or Fraction(0)
        is_capped = getattr(source, "cap", None) and not (source.adjust or source.penalties)
        self.reach: Fraction = min(source.cap, self.max) if is_capped else self.max
        self.facts: Mapping[str, FactDeclaration] = bench.facts

    @property
    def cohort(self) -> Node:
        """To whom the indicator applies: whom a unit is compared with."""
        return self._bench.cohort

    @property
    def decision(self) -> Node:
        """The points that a person sets where the rule cannot."""
        return self._bench.flag(points_flag(self.id), "points", self.max, self._bench.source.places)

    def stated_place(self, places: int) -> Node:
        """The place taken over from elsewhere, with so many decimal places."""
        return self._bench.flag(place_flag(self.id), "number", MILLION, places)

    @property
    def stated_of(self) -> Node:
        """Among how many that place is; 0 where none is stated."""
        return self._bench.flag(of_flag(self.id), "count", MILLION)

    def expression(self, text: str, expected: Expected, *path: str | int) -> Node:
        """The node of an expression."""
        return self._bench.expression(text, expected, (*self._path, *path))

    def fact(self, key: str, *path: str | int) -> FactDeclaration | None:
        """The declaration of a fact named by its key alone."""
        declared = self.facts.get(key)
        if declared is None:
            near = nearest(key, self.facts)
            self.problem("formula-unknown-fact", *path, text=key, offset=1, name=key, nearest=near)
        else:
            self._bench.used.add(key)
        return declared

    def range(self, node: Node) -> Range:
        """Between which values the node lies."""
        return self._bench.bounds.of(node)

    def problem(self, code: str, *path: str | int, **args: object) -> None:
        """Records a mistake at that path below the rule."""
        self._bench.problem(code, (*self._path, *path), **args)

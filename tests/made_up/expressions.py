"""Made-up expressions over a few declared facts, and a reference that says what they come to without any reader."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from egov_scoring.expression import (
    TRUE,
    Add,
    And,
    Const,
    Div,
    Eq,
    Fact,
    Floor,
    Greatest,
    If,
    Le,
    Least,
    Mark,
    Mul,
    Node,
    Not,
    Or,
    Peers,
    Round,
    Sub,
    const,
    multiply,
)
from egov_scoring.facts import FactDeclaration
from egov_scoring.readers.bounds import Bounds, of_fact
from egov_scoring.readers.exact import Exact

Strategy = st.SearchStrategy[Node]

DECLARED = {
    declaration.key: declaration
    for declaration in (
        FactDeclaration("few", "count", high=Fraction(4)),
        FactDeclaration("many", "count", high=Fraction(1_000)),
        FactDeclaration("signed", "number", low=Fraction(-3), high=Fraction("2.5"), places=1),
        FactDeclaration("share", "percent", high=Fraction(100), places=2),
        FactDeclaration("filed", "yes_no"),
        FactDeclaration("online", "yes_no"),
        FactDeclaration("ranked", "number", high=Fraction(9), places=1),
    )
}
PLACES = {key: declaration.places for key, declaration in DECLARED.items()}
RANGES = {key: of_fact(declaration) for key, declaration in DECLARED.items()}

# A reader is handed these; who is among the peers is of no account to it.
PEERS = tuple(
    Peers(statistic, own, TRUE, ())
    for own in (Fact("ranked"), multiply(Fraction(-1, 3), Fact("ranked")))
    for statistic in ("rank", "dense", "count", "min", "max", "sum")
)

numeric_facts = st.sampled_from([Fact("few"), Fact("many"), Fact("signed"), Fact("share")])
counted_facts = st.sampled_from([Fact("few"), Fact("many"), Fact("share")])
yes_no_facts = st.sampled_from([Fact("filed"), Fact("online")])
constants = st.one_of(
    st.sampled_from([Fraction(text) for text in ("0", "1", "-1", "2", "0.5", "-0.5", "1/3", "2.5", "-1.25", "100")]),
    st.fractions(-10, 10, max_denominator=30),
).map(const)
DEPTH = 4


def _some(part: Strategy, least: int = 1) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(part, min_size=least, max_size=3).map(tuple)


def ceil(a: Node) -> Node:
    """Up to a whole number, as formulas build it."""
    return Mul(const(-1), Floor(Mul(const(-1), a)))


@cache
def numbers(depth: int = DEPTH, *, divided: bool = True) -> Strategy:
    """Numbers of any form, as written: nothing is folded. Without `divided` none that is a quotient when it is read."""
    if depth == 0:
        return numeric_facts | constants
    part, condition = numbers(depth - 1, divided=divided), conditions(depth - 1)
    whole = numbers(depth - 1)
    forms = [
        numbers(0),
        st.builds(Add, _some(part, least=0)),
        st.builds(Sub, part, part),
        st.builds(Mul, part, part),
        st.builds(Least, _some(part)),
        st.builds(Greatest, _some(part)),
        st.builds(If, st.lists(st.tuples(condition, part), min_size=1, max_size=3).map(tuple), part),
        st.builds(Round, whole, st.integers(0, 3)),
        st.builds(Floor, whole),
        st.builds(ceil, whole),
        st.builds(Mark, st.sampled_from(["a", "b"]), part),
        st.sampled_from(PEERS),
    ]
    if divided:
        forms += [st.builds(Div, part, not_negative(depth - 1), part)] * 2
    return st.one_of(forms)


@cache
def not_negative(depth: int = DEPTH) -> Strategy:
    """Numbers that no facts take below 0, and 0 often enough: what may stand below a line."""
    if depth == 0:
        return counted_facts | st.sampled_from([const(0), const(Fraction(1, 3)), const(7)])
    part = not_negative(depth - 1)
    return st.one_of(
        not_negative(0),
        st.builds(lambda a: Greatest((const(0), a)), numbers(depth - 1)),
        st.builds(Add, _some(part)),
        st.builds(Mul, part, part),
        st.builds(Floor, part),
        st.builds(Div, part, part, part),
    )


@cache
def conditions(depth: int = DEPTH) -> Strategy:
    """Conditions of any form."""
    if depth == 0:
        return yes_no_facts
    part, number = conditions(depth - 1), numbers(depth - 1)
    return st.one_of(
        yes_no_facts,
        st.builds(Le, number, number),
        st.builds(Eq, number, number),
        st.builds(And, _some(part, least=0)),
        st.builds(Or, _some(part, least=0)),
        st.builds(Not, part),
        st.builds(Mark, st.just("c"), part),
    )


def expressions() -> Strategy:
    """Numbers and conditions."""
    return numbers() | conditions()


@dataclass(frozen=True)
class World:
    """A value for every fact, in whole numbers of its places, and for every statistic."""

    facts: dict[str, int]
    statistics: dict[Peers, Fraction]

    def units(self, exact: Exact) -> dict[Peers, int]:
        """The statistics as the pass over the peers hands them in: over the denominators of what they are statistics of."""
        return {
            node: int(value * exact.slot(node)[2]) for node, value in self.statistics.items() if node in exact.wholes
        }


def worlds() -> st.SearchStrategy[World]:
    """Values for everything; the ends of a range often."""
    facts = {key: _between(found.low, found.high, found.grain or 1) for key, found in RANGES.items()}
    statistics = {node: _statistic(node) for node in PEERS}
    return st.builds(World, st.fixed_dictionaries(facts), st.fixed_dictionaries(statistics))


def _between(low: Fraction, high: Fraction, grain: int) -> st.SearchStrategy[int]:
    first, last = math.ceil(low * grain), math.floor(high * grain)
    return st.sampled_from([first, last, max(first, 0), min(last, max(first, 1))]) | st.integers(first, last)


def _statistic(node: Peers) -> st.SearchStrategy[Fraction]:
    found = Bounds(RANGES).of(node)
    grain = found.grain or 1
    return _between(found.low, found.high, grain).map(lambda units: Fraction(units, grain))


# The reference: what each node means, in fractions, by plain recursion.


def reference(root: Node, world: World) -> Any:
    """The value of an expression: a fraction, or true or false."""
    if isinstance(root, Fact):
        units = world.facts[root.key]
        return bool(units) if DECLARED[root.key].is_condition else Fraction(units, 10 ** PLACES[root.key])
    if isinstance(root, Peers):
        return world.statistics[root]
    return MEANING[type(root)](root, *[reference(part, world) for part in root.parts])


def _half_up(value: Fraction, places: int) -> Fraction:
    size = Fraction(math.floor(abs(value) * 10**places + Fraction(1, 2)), 10**places)
    return size if value >= 0 else -size


MEANING: dict[type[Node], Callable[..., Any]] = {
    Const: lambda node: node.value,
    Add: lambda _, *terms: sum(terms, Fraction(0)),
    Sub: lambda _, a, b: a - b,
    Mul: lambda _, a, b: a * b,
    Div: lambda _, a, b, otherwise: a / b if b else otherwise,
    Least: lambda _, *items: min(items),
    Greatest: lambda _, *items: max(items),
    Le: lambda _, a, b: a <= b,
    Eq: lambda _, a, b: a == b,
    And: lambda _, *items: all(items),
    Or: lambda _, *items: any(items),
    Not: lambda _, a: not a,
    If: lambda _, *parts: next(
        (value for holds, value in zip(parts[:-1:2], parts[1::2], strict=True) if holds), parts[-1]
    ),
    Round: lambda node, a: _half_up(a, node.places),
    Floor: lambda _, a: Fraction(math.floor(a)),
    Mark: lambda _, a: a,
}

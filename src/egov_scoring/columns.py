"""A program in whole numbers, for the readers that take many units at once or none of them apart.

What people may record about an indicator is an optional fact: a reader says which of these facts it is given, and all others
are taken for what they are where nobody recorded anything. What is left are whole-number nodes over facts in their own
smallest units (98.5 with one place is 985).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from egov_scoring.expression import (
    FALSE,
    TRUE,
    Fact,
    Node,
    NthLargest,
    Peers,
    both,
    const,
    either,
    facts_in,
    in_order,
    negate,
    peers_in,
    rebuilt,
    substitute,
)
from egov_scoring.facts import FactDeclaration
from egov_scoring.flags import given_flag
from egov_scoring.lower import lower, rebuilt_whole
from egov_scoring.peers import askers
from egov_scoring.program import Item, Program
from egov_scoring.readers.bounds import ANYTHING, Bounds, in_units, of_fact
from egov_scoring.readers.placing import Asked, by_value
from egov_scoring.readers.rounding import moved_inward
from egov_scoring.readers.scaling import Scaled
from egov_scoring.readers.simplifying import Simplified
from egov_scoring.records import Record


class Columns(Record):
    """What a reader of columns needs of a program.

    `points` and `max_applicable` are in smallest units of points, by indicator id, parts before wholes never; `asks` holds
    where a person has to decide, `unranked` where a unit has nobody to be compared with; in either case there are no
    points. `open` says both of each indicator alone, without its parts. `checks` hold where the facts fit together. `peers`
    are the statistics to be known beforehand, each with its argument, its condition and its groups in whole numbers; only
    units to which the indicator applies are among the peers, and the condition says so.
    """

    program: Program
    facts: Mapping[str, FactDeclaration]
    points: Mapping[str, Node]
    max_applicable: Mapping[str, Node]
    asks: Node
    unranked: Node
    open: Mapping[str, tuple[Node, Node]]
    checks: Mapping[str, Node]
    peers: Mapping[Peers, Asked]

    @property
    def roots(self) -> list[Node]:
        """Every node that is asked for."""
        return [*self.points.values(), *self.max_applicable.values(), self.asks, self.unranked, *self.checks.values()]


def columns(program: Program, recorded: Iterable[str] = ()) -> Columns:
    """The program for the facts that its points and its checks read, and those of its flags.

    >>> from egov_scoring import load
    >>> columns(load("2019/city").program).asks == FALSE
    True
    """
    flags = {key: program.flags[key] for key in recorded}
    items = [item for item in program.items() if item.added]
    asks, unranked = waiting(items, "decision"), waiting(items, "peers")
    undecided = {item.id: (waiting([item], "decision"), waiting([item], "peers")) for item in items if item.undecided}
    asked = [
        *[node for item in items for node in (item.points, item.max_applicable)],
        *[node for pair in undecided.values() for node in pair],
        *[check.require for check in program.checks],
        asks,
        unranked,
    ]
    only_graded = facts_in([grade.condition for grade in program.grades]) - facts_in(asked)
    facts = {**{key: fact for key, fact in program.facts.items() if key not in only_graded}, **flags}
    whole = _Whole(program, facts, asked)
    scale = 10**program.places
    found = Columns(
        program,
        facts,
        {item.id: whole.over(scale, item.points) for item in items},
        {item.id: whole.over(scale, item.max_applicable) for item in items},
        whole.over(1, asks),
        whole.over(1, unranked),
        {name: (whole.over(1, decision), whole.over(1, peers)) for name, (decision, peers) in undecided.items()},
        {check.id: whole.over(1, check.require) for check in program.checks},
        {},
    )
    return replace(found, peers=whole.peers([*found.roots, *chain(*found.open.values())]))


class _Whole:
    """Nodes of a program in whole numbers, for these facts."""

    def __init__(self, program: Program, facts: Mapping[str, FactDeclaration], asked: Iterable[Node]) -> None:
        roots = list(asked)
        applying = substitute(roots, _among_the_applying(program))
        unrecorded: dict[Node, Node] = {
            Fact(key): _nothing(flag) for key, flag in program.flags.items() if key not in facts
        }
        stated = substitute(applying.values(), unrecorded)
        ranges = {key: of_fact(declared) for key, declared in facts.items()}
        simple = Simplified(Bounds(ranges), rebuilt)
        plain = {root: simple.of(stated[applying[root]]) for root in roots}
        rounded = moved_inward(plain.values(), ranges)
        self._fractions = {root: rounded[plain[root]] for root in roots}
        self._wholes = lower(self._fractions.values(), {key: declared.places for key, declared in facts.items()})
        units = {key: in_units(declared) for key, declared in facts.items()}
        statistics: list[Node] = [*peers_in(whole.numerator for whole in self._wholes.values())]
        self._simple = Simplified(Bounds(units, known=dict.fromkeys(statistics, ANYTHING)), rebuilt_whole, closed=Peers)
        numerators = [self._simple.of(self._wholes[node].numerator) for node in self._fractions.values()]
        self._by_value = by_value(numerators, self._asked)
        self._scaled = Scaled()

    def over(self, denominator: int, node: Node) -> Node:
        """The numerator over that denominator."""
        whole = self._wholes[self._fractions[node]]
        numerator = self._by_value[self._simple.of(whole.numerator)]
        return self._scaled.of(1, replace(whole, numerator=numerator).over(denominator))

    def peers(self, roots: Iterable[Node]) -> dict[Peers, Asked]:
        """Every statistic that these read, with its argument, its condition and its groups."""
        return {node: self._asked(node) for node in in_order(roots, closed=Peers) if isinstance(node, Peers)}

    def _asked(self, node: Peers) -> Asked:
        if isinstance(node, NthLargest):
            return node.a, node.among, node.within
        own, among, *within = (self._simple.of(self._wholes[part].numerator) for part in node.parts)
        return own, among, tuple(within)


def waiting(items: Iterable[Item], reason: str) -> Node:
    """Where one of these applies, nobody has set its points, and only somebody else (a person, or peers) could give them."""
    return either(
        *[
            both(item.applies, negate(Fact(given_flag(item.id))) if item.is_leaf else TRUE, undecided.condition)
            for item in items
            for undecided in item.undecided
            if undecided.reason == reason
        ]
    )


def _among_the_applying(program: Program) -> dict[Node, Node]:
    """Each statistic over those peers only to which the indicator that asks for it applies."""
    return {
        node: Peers(node.statistic, node.a, both(node.among, item.applies), node.within)
        for node, item in askers(program).items()
    }


def _nothing(flag: FactDeclaration) -> Node:
    return FALSE if flag.is_condition else const(flag.default or 0)

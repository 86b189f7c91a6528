"""A program in whole numbers, for the readers that take many units at once or none of them apart.

What people may record about an indicator is an optional fact: a reader says which of these facts it is given, and all others
are taken for what they are where nobody recorded anything. What is left are whole-number nodes over facts in their own
smallest units (98.5 with one place is 985).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from egov_scoring.expression import (
    FALSE,
    TRUE,
    Eq,
    Fact,
    Greatest,
    Le,
    Least,
    Node,
    Peers,
    both,
    const,
    either,
    fold,
    greatest,
    in_order,
    least,
    negate,
    rebuilt,
    substitute,
)
from egov_scoring.facts import FactDeclaration
from egov_scoring.flags import given_flag
from egov_scoring.lower import lower
from egov_scoring.peers import askers
from egov_scoring.program import Item, Program
from egov_scoring.readers.bounds import Bounds, Range, of_fact


@dataclass(frozen=True, slots=True)
class Columns:
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
    peers: Mapping[Peers, tuple[Node, Node, tuple[Node, ...]]]

    @property
    def roots(self) -> list[Node]:
        """Every node that is asked for."""
        return [*self.points.values(), *self.max_applicable.values(), self.asks, self.unranked, *self.checks.values()]


def columns(program: Program, recorded: Iterable[str] = ()) -> Columns:
    """The program for its facts and those of its flags.

    >>> from egov_scoring import load
    >>> columns(load("2019/city").program).asks == FALSE
    True
    """
    flags = {key: program.flags[key] for key in recorded}
    facts = {**program.facts, **flags}
    items = [item for item in program.items() if item.added]
    asks, unranked = _open(items, "decision"), _open(items, "peers")
    undecided = {item.id: (_open([item], "decision"), _open([item], "peers")) for item in items if item.undecided}
    asked = [
        *[node for item in items for node in (item.points, item.max_applicable)],
        *[node for pair in undecided.values() for node in pair],
        *[check.require for check in program.checks],
        asks,
        unranked,
    ]
    whole = _Whole(program, facts, asked)
    scale = 10**program.places
    return Columns(
        program,
        facts,
        {item.id: whole.over(scale, item.points) for item in items},
        {item.id: whole.over(scale, item.max_applicable) for item in items},
        whole.over(1, asks),
        whole.over(1, unranked),
        {name: (whole.over(1, decision), whole.over(1, peers)) for name, (decision, peers) in undecided.items()},
        {check.id: whole.over(1, check.require) for check in program.checks},
        whole.peers,
    )


class _Whole:
    """Nodes of a program in whole numbers, for these facts."""

    def __init__(self, program: Program, facts: Mapping[str, FactDeclaration], asked: Iterable[Node]) -> None:
        roots = list(asked)
        applying = substitute(roots, _among_the_applying(program))
        unrecorded: dict[Node, Node] = {
            Fact(key): _nothing(flag) for key, flag in program.flags.items() if key not in facts
        }
        stated = substitute(applying.values(), unrecorded)
        simple = _simplified([stated[applying[root]] for root in roots], facts)
        self._simple = {root: simple[stated[applying[root]]] for root in roots}
        self._wholes = lower(self._simple.values(), {key: declared.places for key, declared in facts.items()})

    def over(self, denominator: int, node: Node) -> Node:
        """The numerator over that denominator."""
        return self._wholes[self._simple[node]].over(denominator)

    @property
    def peers(self) -> dict[Peers, tuple[Node, Node, tuple[Node, ...]]]:
        """Every statistic that is read, with its argument, its condition and its groups."""
        read = [whole.numerator for whole in (self._wholes[node] for node in self._simple.values())]
        return {
            node: (
                self._wholes[node.a].numerator,
                self._wholes[node.among].numerator,
                tuple(self._wholes[part].numerator for part in node.within),
            )
            for node in in_order(read)
            if isinstance(node, Peers)
        }


def _open(items: Iterable[Item], reason: str) -> Node:
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


def _simplified(roots: Iterable[Node], facts: Mapping[str, FactDeclaration]) -> dict[Node, Node]:
    """Each root without what no facts in their ranges can make a difference to."""
    bounds = Bounds({key: of_fact(declared) for key, declared in facts.items()})

    def visit(item: Node, parts: list[Node]) -> Node:
        if isinstance(item, (Le, Eq)) and (found := bounds.of(item)).is_single:
            return TRUE if found.low else FALSE
        if isinstance(item, Least):
            return least(*_binding(parts, [bounds.of(part) for part in item.items]))
        if isinstance(item, Greatest):
            mirrored = [bounds.of(part) for part in item.items]
            return greatest(*_binding(parts, [Range(-found.high, -found.low) for found in mirrored]))
        return rebuilt(item, parts)

    return fold(roots, visit)


def _binding(parts: list[Node], ranges: list[Range]) -> list[Node]:
    """Of several, those that may be the smallest: one is left out where another never comes above it."""
    most = min(found.high for found in ranges)
    first = next(at for at, found in enumerate(ranges) if found.high == most)
    return [part for at, (part, found) in enumerate(zip(parts, ranges, strict=True)) if at == first or found.low < most]

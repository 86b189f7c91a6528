"""The rules of both editions brought into one form, in which equal rules are the same expression."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from egov_scoring.comparison.two_units import OTHER, written_out
from egov_scoring.expression import (
    FALSE,
    ZERO,
    Fact,
    Node,
    add,
    cases,
    const,
    equal,
    facts_in,
    peers_in,
    substitute,
    unmarked,
)
from egov_scoring.facts import FactDeclaration
from egov_scoring.flags import given_flag, not_applicable_flag, of_flag, place_flag, points_flag
from egov_scoring.program import Item, Program
from egov_scoring.records import Record

Declared = Mapping[str, FactDeclaration]
Swaps = Mapping[Node, Node]
BEFORE = "before."
"""Begins the key of a fact that is something else in the new edition."""
POINTS_OF = "points."
"""Begins what stands for the points of a part."""
DECISION = "points__set"
"""The points that a person sets where the rule leaves it to one."""


class Question(Record):
    """Two rules over the same facts: `old` and `new` in canonical form, what each may come to at most, and the conditions
    that facts must meet. Where peers are compared, there is one other unit: what holds for all facts then need not hold
    among more."""

    old: Node
    new: Node
    old_max: Fraction
    new_max: Fraction
    facts: Declared
    checks: tuple[Node, ...]
    is_same: bool
    compares: bool

    @property
    def has_nothing_in_common(self) -> bool:
        """Whether both read facts, and none of them alike."""
        old, new = facts_in([self.old]), facts_in([self.new])
        return bool(old and new and not old & new)


def same_rule(old: Item, new: Item) -> bool:
    """Whether two indicators have one expression, whatever they are called."""
    return canonical(old.points) is canonical(new.points)


def canonical(root: Node, swaps: Swaps | None = None) -> Node:
    """The expression without marks, where nobody recorded anything about any indicator."""
    swapped = substitute([root], swaps)[root] if swaps else root
    nothing: Swaps = {Fact(key): said for key in facts_in([swapped]) if (said := _unrecorded(key)) is not None}
    plain = substitute([swapped], nothing)[swapped]
    return unmarked([plain])[plain]


def _unrecorded(key: str) -> Node | None:
    """What stands for a flag where nobody recorded anything; None for what is no flag."""
    if key.endswith((given_flag(""), not_applicable_flag(""))):
        return FALSE
    if key.endswith((of_flag(""), place_flag(""))):
        return ZERO
    return Fact(DECISION) if key.endswith(points_flag("")) else None


class Rules:
    """Asks what differs between the rules of two programs."""

    def __init__(self, old: Program, new: Program) -> None:
        self._old, self._new = old, new
        self._facts, old_swaps, new_swaps = _joined(old.facts, new.facts)
        self._swaps = (old_swaps, new_swaps)

    def question(self, old: Iterable[Item], new: Iterable[Item]) -> Question:
        """What these indicators come to together, before and now."""
        olds, news = tuple(old), tuple(new)
        before, now = add(*[item.points for item in olds]), add(*[item.points for item in news])
        return self._asked(before, now, olds, news)

    def beside_parts(self, old: Item, new: Item, pairs: Mapping[str, str]) -> Question:
        """What stands beside the parts of two groups: parts whose rules differ give the same points on both sides, any that
        both can give; parts of one side give none. `pairs` leads from parts of the new one to those of the old one."""
        olds = {child.id: child for child in old.children}
        old_swaps: dict[Node, Node] = {}
        new_swaps: dict[Node, Node] = {}
        for child in new.children:
            was = olds.pop(pairs.get(child.id, ""), None)
            if was is None:
                new_swaps |= {child.points: ZERO, child.max_applicable: ZERO}
            elif not same_rule(was, child):
                most = min(was.max, child.max)
                points = self._points(child, most)
                old_swaps |= {was.points: points, was.max_applicable: const(most)}
                new_swaps |= {child.points: points, child.max_applicable: const(most)}
        for gone in olds.values():
            old_swaps |= {gone.points: ZERO, gone.max_applicable: ZERO}
        before = substitute([old.points], old_swaps)[old.points]
        now = substitute([new.points], new_swaps)[new.points]
        return self._asked(before, now, (old,), (new,))

    def _points(self, part: Item, most: Fraction) -> Node:
        """The points of a part as a fact of its own."""
        key = POINTS_OF + part.id
        places = min(self._old.places, self._new.places)
        self._facts[key] = FactDeclaration(key, "points", part.name, high=most, places=places)
        return Fact(key)

    def _asked(self, before: Node, now: Node, olds: tuple[Item, ...], news: tuple[Item, ...]) -> Question:
        old_max, new_max = (sum((item.max for item in items), Fraction(0)) for items in (olds, news))
        both = [canonical(node, swaps) for node, swaps in zip((before, now), self._swaps, strict=True)]
        old, new = map(written_out, both)
        read = facts_in([old, new])
        facts = {key: self._declared(key, min(old_max or new_max, new_max or old_max)) for key in sorted(read)}
        checks, compares = tuple(self._checks(read)), bool(peers_in(both))
        return Question(old, new, old_max, new_max, facts, checks, both[0] is both[1], compares)

    def _declared(self, key: str, most: Fraction) -> FactDeclaration:
        if key.removeprefix(OTHER) == DECISION:
            return FactDeclaration(DECISION, "points", high=most, places=min(self._old.places, self._new.places))
        return self._facts[key.removeprefix(OTHER)]

    def _checks(self, read: frozenset[str]) -> Iterator[Node]:
        """What the facts read must meet, of either unit."""
        for program, swaps in zip((self._old, self._new), self._swaps, strict=True):
            for check in program.checks:
                require = unmarked([swapped := substitute([check.require], swaps)[check.require]])[swapped]
                keys = facts_in([require])
                if keys <= read:
                    yield require
                others: Swaps = {Fact(key): Fact(OTHER + key) for key in keys}
                if {OTHER + key for key in keys} <= read:
                    yield substitute([require], others)[require]


def _joined(old: Declared, new: Declared) -> tuple[dict[str, FactDeclaration], Swaps, Swaps]:
    """The facts of both: one that is the same in both ranges over what both take, one that is another stands twice."""
    facts = {**old, **new}
    old_swaps: dict[Node, Node] = {}
    new_swaps: dict[Node, Node] = {}
    for key in old.keys() & new.keys():
        was, now = old[key], new[key]
        common = tuple(option for option in now.options if option in was.options)
        low, high = max(was.low, now.low), min(was.high, now.high)
        if was.type != now.type or bool(was.options) != bool(now.options) or low > high or (was.options and not common):
            facts[BEFORE + key] = was
            old_swaps[Fact(key)] = Fact(BEFORE + key)
            continue
        facts[key] = replace(now, low=low, high=high, places=min(was.places, now.places), options=common)
        if was.options != now.options:
            old_swaps[Fact(key)], new_swaps[Fact(key)] = (_renumbered(key, common, side) for side in (was, now))
    return facts, old_swaps, new_swaps


def _renumbered(key: str, common: tuple[str, ...], declared: FactDeclaration) -> Node:
    """The number of an option in one edition, by its number among those that both know."""
    numbers = [declared.options.index(option) + 1 for option in common]
    return cases([(equal(Fact(key), at), number) for at, number in enumerate(numbers, 1)], numbers[-1])

"""Self-report beside verification: one ruleset, two sets of facts, and what made each difference of points.

A total is what the leaves come to, and what each group does to the sum of its parts. So the difference of two totals is the sum
of the differences of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from egov_scoring.comparison.movement import ZERO, Span, effects, own_facts, reached, total
from egov_scoring.facts import DECIDING, FactDeclaration
from egov_scoring.program import Item, Program
from egov_scoring.records import Record
from egov_scoring.scorecard import Scorecard

Finding = Mapping[str, Any]


class FactChange(Record):
    """A fact that was verified otherwise: both values as one would write them, None where there is none.

    Of findings with records, those that verification `added`, and those that it `removed`.
    """

    key: str
    reported: object
    verified: object
    added: tuple[Finding, ...] = ()
    removed: tuple[Finding, ...] = ()


class RecordChange(Record):
    """A record that decides on points and is another one after verification; `kind` is one of `facts.RECORDS`."""

    kind: str
    indicator: str
    reported: Mapping[str, Any] | None
    verified: Mapping[str, Any] | None


class Part(Record):
    """What an indicator gives to the total by both sides, in points, and what made the difference.

    A leaf gives its points; a group what it does to the sum of its parts. `follows` says what else moves it: its `parts`, or
    the comparison with its `peers`.
    """

    id: str
    name: str
    reported: Span
    verified: Span
    facts: tuple[FactChange, ...] = ()
    records: tuple[RecordChange, ...] = ()
    follows: tuple[str, ...] = ()

    @property
    def difference(self) -> Span:
        """By how much verification is above the self-report."""
        return self.verified.minus(self.reported)

    @property
    def is_left_open(self) -> bool:
        """Whether it is not known for no other reason than that parts of it are not."""
        return not (self.difference.is_known or self.facts or self.records) and self.follows == ("parts",)


class Reconciled(Record):
    """A unit's scorecards by both sides; its parts, the largest difference first; and the facts verified otherwise.

    Every leaf is a part, and every group that does something to the sum of its parts.
    """

    unit: str
    reported: Scorecard
    verified: Scorecard
    parts: tuple[Part, ...]
    facts: tuple[FactChange, ...]

    @property
    def difference(self) -> Span:
        """By how much the verified total is above the other, or all parts together where these are never added.

        It is the sum of the differences of its parts; where facts are missing, it lies within that sum.
        """
        if not self.verified.total.added:
            return total(part.difference for part in self.parts)
        return reached(self.verified.total).minus(reached(self.reported.total))

    @property
    def differing(self) -> tuple[Part, ...]:
        """The parts with a difference, but for groups of which it is open only because a part of theirs is."""
        return tuple(part for part in self.parts if part.difference != ZERO and not part.is_left_open)

    @property
    def idle(self) -> tuple[FactChange, ...]:
        """The facts that were verified otherwise and make no difference of points."""
        told = {change.key for part in self.differing for change in part.facts}
        return tuple(change for change in self.facts if change.key not in told)

    @property
    def objections(self) -> Mapping[str, Mapping[str, Any]]:
        """What was objected to, by indicator; where both sides have an objection, the verified one."""
        return {**self.reported.objections, **self.verified.objections}


class Reconciliation(Record):
    """All units that stand on both sides, the largest difference first, and the names of those on one side only.

    `reported` and `verified` are the scorecards of all units of a side: the places of a side are among these.
    """

    program: Program
    units: tuple[Reconciled, ...]
    reported: tuple[Scorecard, ...]
    verified: tuple[Scorecard, ...]
    only_reported: tuple[str, ...]
    only_verified: tuple[str, ...]


def reconcile(program: Program, reported: Sequence[Scorecard], verified: Sequence[Scorecard]) -> Reconciliation:
    """The units of a ruleset by their own report and as verified, matched by name; missing facts give ranges.

    >>> from egov_scoring import load
    >>> city = load("2019/city")
    >>> facts = dict.fromkeys(city.facts, 0)
    >>> said = city.score(facts, unit="甲市")
    >>> found = city.score({**facts, "counties_without_operations": 2}, unit="甲市")
    >>> [(part.id, part.difference.low) for part in reconcile(city.program, [said], [found]).units[0].differing]
    [('operations', Decimal('-1.00'))]
    """
    said, found = ({card.unit: card for card in side} for side in (reported, verified))
    both = [_reconciled(program, said[name], card) for name, card in found.items() if name in said]
    return Reconciliation(
        program,
        tuple(sorted(both, key=lambda each: -each.difference.size)),
        tuple(reported),
        tuple(verified),
        tuple(name for name in said if name not in found),
        tuple(name for name in found if name not in said),
    )


def _reconciled(program: Program, reported: Scorecard, verified: Scorecard) -> Reconciled:
    sides = (reported, verified)
    changes = {change.key: change for change in _changes(*sides, program.facts)}
    before, now = map(effects, sides)
    parts = [
        _part(item, line, before, now, changes, sides)
        for item, line in _with_line(program.total)
        if item.is_leaf or not before[item.id] == now[item.id] == ZERO
    ]
    parts.sort(key=lambda part: -part.difference.size)
    return Reconciled(verified.unit, reported, verified, tuple(parts), tuple(changes.values()))


def _with_line(item: Item, above: tuple[str, ...] = ()) -> Iterator[tuple[Item, tuple[str, ...]]]:
    """Every item that is added with the ids of what it is in, its own last."""
    own = (*above, item.id)
    if item.added:
        yield item, own
    for child in item.children:
        yield from _with_line(child, own)


def _part(
    item: Item,
    line: tuple[str, ...],
    before: Mapping[str, Span],
    now: Mapping[str, Span],
    changes: Mapping[str, FactChange],
    sides: tuple[Scorecard, Scorecard],
) -> Part:
    follows = ["parts"] if any(_differs(child.id, *sides) for child in item.children) else []
    if item.compares and not any(item.id in card.inputs.get("places", {}) for card in sides):
        follows.append("peers")
    facts = tuple(change for key, change in changes.items() if key in own_facts(item))
    records = tuple(_record_changes(item.id, line, *sides))
    return Part(item.id, item.name, before[item.id], now[item.id], facts, records, tuple(follows))


def _differs(indicator: str, reported: Scorecard, verified: Scorecard) -> bool:
    """Whether it gives something else to what it is in, or takes another share of its maximum."""
    before, now = reported[indicator], verified[indicator]
    return (before.reach, before.max_applicable) != (now.reach, now.max_applicable) or now.points is None


def _record_changes(own: str, line: tuple[str, ...], *sides: Scorecard) -> Iterator[RecordChange]:
    """What was recorded otherwise about an indicator, and about whether that which it is in applies."""
    for kind in DECIDING:
        for name in line if kind == "not_applicable" else (own,):
            before, now = (card.inputs.get(kind, {}).get(name) for card in sides)
            if before != now:
                yield RecordChange(kind, name, before, now)


# Facts.


def _changes(reported: Scorecard, verified: Scorecard, declared: Mapping[str, FactDeclaration]) -> Iterator[FactChange]:
    """The facts with another value, or with other findings."""
    for key, fact in declared.items():
        before, now = (card.inputs["facts"].get(key) for card in (reported, verified))
        was, found = (None if value is None else fact.encode(value) for value in (before, now))
        added, removed = _beyond(now, before), _beyond(before, now)
        if was != found or added or removed:
            yield FactChange(key, _decoded(fact, was), _decoded(fact, found), added, removed)


def _decoded(fact: FactDeclaration, units: int | None) -> object:
    return None if units is None else fact.decode(units)


def _beyond(own: object, other: object) -> tuple[Finding, ...]:
    """The findings of a list that the other one lacks; none, where one of them is no list."""
    if not (isinstance(own, (list, tuple)) and isinstance(other, (list, tuple, type(None)))):
        return ()
    left = Counter(map(_known_by, other or ()))
    beyond = []
    for finding in own:
        left[_known_by(finding)] -= 1
        if left[_known_by(finding)] < 0:
            beyond.append(finding)
    return tuple(beyond)


def _known_by(finding: Finding) -> frozenset[tuple[str, str]]:
    return frozenset((str(key), str(value)) for key, value in finding.items() if value is not None)

"""What would bring a unit points: for each of its facts the smallest change that does, found by working the rules out again.

A change is counted in smallest steps of a fact: one finding fewer, 0.01 percent more, another option. It gains where the
total is higher after it, and a unit that states so would be scored: no check fails, nobody has to decide, and no fact is
asked for that is not there. Where no change of a fact alone gains, one together with another fact is looked for: both count
in the same indicator, or stand in the same check. Changes of three facts at once are not looked for. Peers stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

from egov_scoring import amounts
from egov_scoring.columns import waiting
from egov_scoring.errors import FactsError
from egov_scoring.expression import Node, Peers, facts_in, fold
from egov_scoring.facts import FactDeclaration, Unit
from egov_scoring.flags import given_flag
from egov_scoring.given import UnitLike, as_unit, others
from egov_scoring.intake import Stated, known_ranges, take_in
from egov_scoring.peers import PeerPass
from egov_scoring.program import Item, Program
from egov_scoring.readers.bounds import Range
from egov_scoring.readers.others import AmongOthers, Others
from egov_scoring.records import Record
from egov_scoring.ruleset import Ruleset
from egov_scoring.scoring import proved
from egov_scoring.value_search import Box, GivenUp, Stretch, best, nearest, stretches

Keys = tuple[str, ...]


class Change(Record):
    """A fact that would be stated otherwise; findings by their number."""

    fact: str
    label: str
    now: Any
    to: Any

    @property
    def values(self) -> tuple[Any, Any]:
        """Before and after."""
        return self.now, self.to


class Gain(Record):
    """Changes that bring points, one or two facts, and what they bring.

    `gain` is how much the total rises, `points` is the total then (None where parts are never added; `gain` is then over
    all of them), `indicators` are those whose points are others, without what they are part of. `assessed` says that an
    assessor states one of the facts. `most` is what the fact can bring in all, and `furthest` the nearest value that does.

    >>> from egov_scoring import load
    >>> city = load("2019/city")
    >>> gain = gains(city, dict.fromkeys(city.facts, 0))[0]
    >>> gain.fact, gain.now, gain.to, gain.gain, gain.indicators
    ('application_system_platforms', 0, 1, Decimal('2.00'), ('application_systems',))
    >>> gain.furthest, gain.most
    (6, Decimal('12.00'))
    """

    changes: tuple[Change, ...]
    gain: Decimal
    points: Decimal | None
    indicators: tuple[str, ...]
    assessed: bool = False
    furthest: Any = None
    most: Decimal | None = None

    @property
    def fact(self) -> str:
        """The key of the fact; of the first where there are two."""
        return self.changes[0].fact

    @property
    def label(self) -> str:
        """Its label."""
        return self.changes[0].label

    @property
    def now(self) -> Any:
        """What is stated."""
        return self.changes[0].now

    @property
    def to(self) -> Any:
        """What would have to be stated."""
        return self.changes[0].to

    @property
    def together(self) -> tuple[Change, ...]:
        """What would have to change as well."""
        return self.changes[1:]


def gains(ruleset: Ruleset, unit: UnitLike, peers: Iterable[UnitLike] | None = None) -> list[Gain]:
    """For each fact the smallest change that brings points, those first that bring most; each of several equally small.

    What cannot gain is left out. Raises `FactsError` where the unit, or a peer, cannot be scored. Without `peers`, ranked
    indicators count as 0 points: `Adviser.held` names them.
    """
    return Adviser(ruleset, _cohort(unit, peers)).gains()


def sequence(ruleset: Ruleset, unit: UnitLike, steps: int, peers: Iterable[UnitLike] | None = None) -> list[Gain]:
    """At most so many changes one after another, each the one of `gains` that brings most where the unit then stands.

    So every step is the best there is, which of rules that pay more for a second step than for the first is not always the
    best there is in all. Of steps that bring the same, the one comes first whose fact is declared first.

    >>> from egov_scoring import load
    >>> city = load("2019/city")
    >>> [(step.fact, step.to, str(step.points)) for step in sequence(city, dict.fromkeys(city.facts, 0), 5)][3:]
    [('network_cloud_platforms', 4, '39.00'), ('information_resource_platforms', 1, '41.00')]
    """
    return Adviser(ruleset, _cohort(unit, peers)).sequence(steps)


def _cohort(unit: UnitLike, peers: Iterable[UnitLike] | None) -> list[UnitLike]:
    own = as_unit(unit)
    return [own, *([] if peers is None else others(own, unit, peers))]


class Adviser:
    """Knows what would bring points to each of some units that are ranked with one another; one alone is ranked with nobody.

    `cards` are their scorecards; `held` are the indicators that count as 0 in them because the unit is alone; `given_up` are
    the facts of which a search was given up: nothing is said of them.
    """

    def __init__(self, ruleset: Ruleset, units: Iterable[UnitLike]) -> None:
        given = [as_unit(unit, f"#{at}") for at, unit in enumerate(units, 1)]
        self.held: tuple[str, ...] = ()
        if len(given) == 1:
            self.held = _ranked(ruleset, given[0])
            given = [_with_nothing_for(given[0], self.held)]
            self.cards = [ruleset.score(given[0], ledger=False)]
        else:
            self.cards = ruleset.score_all(given, ledger=False)
        self._rules = _Rules(ruleset.program)
        self._stated = [take_in(unit, ruleset.program) for unit in given]
        places = {key: fact.places for key, fact in self._rules.declared.items()}
        self._peers = PeerPass(ruleset.program, places)
        self._counted = self._peers.counted(self._stated)
        self.given_up: tuple[str, ...] = ()

    def gains(self, at: int = 0) -> list[Gain]:
        """What would bring points to the unit of that number."""
        return sorted(self._found(self._standing(at)), key=lambda gain: (-gain.gain, -(gain.most or gain.gain)))

    def sequence(self, steps: int, at: int = 0) -> list[Gain]:
        """The best step, and again where that leads, for the unit of that number."""
        standing, taken = self._standing(at), list[Gain]()
        while len(taken) < steps and (found := self._found(standing)):
            taken.append(max(found, key=lambda gain: gain.gain))
            standing = standing.after(taken[-1])
        return taken

    def _found(self, standing: _Standing) -> list[Gain]:
        found = standing.gains()
        self.given_up = tuple(dict.fromkeys((*self.given_up, *standing.given_up)))
        return found

    def _standing(self, at: int) -> _Standing:
        known = {
            node: Others(each[node] for other, each in enumerate(self._counted) if other != at and node in each)
            for node in (self._peers.asked if len(self._stated) > 1 else ())
        }
        return _Standing(self._rules, self._stated[at], known)


def _ranked(ruleset: Ruleset, unit: Unit) -> tuple[str, ...]:
    """The indicators that keep a unit from being scored alone, if there is nothing else that does."""
    try:
        ruleset.score(unit, ledger=False)
    except FactsError as error:
        others = [problem for problem in error.problems if problem.code != "missing-peers"]
        if others:
            raise FactsError(others) from None
        leaves = {item.id for item in ruleset.total if item.is_leaf}
        return tuple(
            str(problem.args["indicator"]) for problem in error.problems if problem.args["indicator"] in leaves
        )
    return ()


def _with_nothing_for(unit: Unit, indicators: Sequence[str]) -> Unit:
    nothing = {name: {"points": 0, "by": "-", "why": "-"} for name in indicators}
    return replace(unit, overrides={**unit.overrides, **nothing})


class _Rules:
    """What of a ruleset decides whether a change gains."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.declared: dict[str, FactDeclaration] = {**program.facts, **program.flags}
        self.items = [item for item in program.items() if item.added]
        self.goal = program.goal
        self.open = [waiting(self.items, reason) for reason in ("decision", "peers")]
        self.checks = [check.require for check in program.checks]
        applies = [item.applies for item in self.items]
        self.roots = [self.goal, *self.open, *self.checks, *applies, *[item.points for item in self.items]]
        self._reads = fold(self.roots, _facts_read)
        self._below: dict[Keys, list[Node]] = {}

    def below(self, keys: Keys) -> list[Node]:
        """Everything that reads one of these facts, parts before wholes."""
        if keys not in self._below:
            self._below[keys] = [node for node, read in self._reads.items() if not read.isdisjoint(keys)]
        return self._below[keys]

    @cached_property
    def partners(self) -> Mapping[str, frozenset[str]]:
        """For each fact those that count in the same indicator, or stand in the same check."""
        groups = [item.needs | item.peer_needs | item.needs_to_apply for item in self.items]
        groups += [check.facts for check in self.program.checks]
        return {key: frozenset[str]().union(*(group for group in groups if key in group)) for key in self.program.facts}


def _facts_read(node: Node, parts: list[frozenset[str]]) -> frozenset[str]:
    return facts_in([node]) if not node.parts else parts[0] if len(parts) == 1 else frozenset[str]().union(*parts)


class _Standing:
    """A unit as it stands, among others that do not move."""

    def __init__(self, rules: _Rules, stated: Stated, known: Mapping[Peers, Others]) -> None:
        self._rules = rules
        self._stated = stated
        self._known = known
        self._bounds = AmongOthers(known_ranges(rules.program, stated), proved(rules.program), known)
        for root in rules.roots:
            self._bounds.of(root)
        self._now = self._bounds.of(rules.goal).high
        self._closed = [item.applies for item in rules.items if self._lacks(item)]
        self.given_up: list[str] = []

    def _lacks(self, item: Item) -> bool:
        """Whether facts are missing that it would ask for if it applied."""
        needs = item.needs | item.needs_to_apply
        return not (needs <= self._stated.values.keys() or self._stated.values.get(given_flag(item.id)))

    def after(self, gain: Gain) -> _Standing:
        """The unit with these changes."""
        facts = self._rules.program.facts
        moved = {change.fact: facts[change.fact].encode(change.to) for change in gain.changes}
        stated = Stated(self._stated.unit, {**self._stated.values, **moved}, [])
        return _Standing(self._rules, stated, self._known)

    def gains(self) -> list[Gain]:
        """By single facts, in the order declared; then by two where one alone cannot."""
        moving = {
            key: stretches(declared, self._stated.values[key])
            for key, declared in self._rules.program.facts.items()
            if key in self._stated.values
        }
        found = {key: self._nearest((key,), [(stretch,) for stretch in moving[key]]) for key in moving}
        stuck = [key for key in moving if not found[key]]
        pairs = [
            self._nearest((key, other), list(product(moving[key], moving[other])))
            for at, key in enumerate(stuck)
            for other in stuck[at + 1 :]
            if other in self._rules.partners[key]
        ]
        return [gain for each in (*found.values(), *pairs) for gain in each]

    def _nearest(self, keys: Keys, boxes: Sequence[Box]) -> list[Gain]:
        """The gains by these facts together, and by one alone the most that it can bring."""

        def most(box: Box) -> Fraction | None:
            found = self._most(keys, box)
            return found if found is not None and found > self._now else None

        try:
            found = nearest(boxes, lambda box: most(box) is not None)
        except GivenUp:
            self.given_up += [key for key in keys if key not in self.given_up]
            return []
        far = _best(boxes, most) if found and len(keys) == 1 else None
        return [self._gain(keys, box, far) for box in found]

    def _moved(self, keys: Keys, box: Box) -> dict[Node, Range]:
        places = self._rules.declared
        facts = {key: stretch.range(places[key].places) for key, stretch in zip(keys, box, strict=True)}
        return self._bounds.moved(facts, self._rules.below(keys))

    def _most(self, keys: Keys, box: Box) -> Fraction | None:
        """The most that the total may be after one of these changes, None where none will do; exactly, where there is one."""
        moved = self._moved(keys, box)

        def at(node: Node) -> Range:
            return moved.get(node) or self._bounds.of(node)

        if any(at(node).low for node in self._rules.open) or not all(at(node).high for node in self._rules.checks):
            return None
        if all(stretch.is_single for stretch in box) and any(at(node).high for node in self._closed):
            return None
        return at(self._rules.goal).high

    def _gain(self, keys: Keys, box: Box, far: Box | None) -> Gain:
        moved = self._moved(keys, box)
        total = moved[self._rules.goal].low
        return Gain(
            self._changes(keys, box),
            self._amount(total - self._now),
            self._amount(total) if self._rules.program.total.added else None,
            tuple(self._changed(self._rules.program.total, moved)),
            any(self._rules.program.facts[key].type == "points" for key in keys),
            None if far is None else self._changes(keys, far)[0].to,
            None if far is None else self._amount(self._moved(keys, far)[self._rules.goal].low - self._now),
        )

    def _amount(self, points: Fraction) -> Decimal:
        return amounts.to_decimal(points, self._rules.program.places)

    def _changes(self, keys: Keys, box: Box) -> tuple[Change, ...]:
        return tuple(self._change(key, stretch) for key, stretch in zip(keys, box, strict=True))

    def _change(self, key: str, stretch: Stretch) -> Change:
        declared = self._rules.program.facts[key]
        return Change(key, declared.label, declared.decode(stretch.start), declared.decode(stretch.value))

    def _changed(self, item: Item, moved: Mapping[Node, Range]) -> Iterator[str]:
        """The indicators whose points are others; a group only where none of its parts are."""
        parts = [name for child in item.children for name in self._changed(child, moved)]
        known = self._bounds.of(item.points)
        if parts:
            yield from parts
        elif item.added and moved.get(item.points, known).low != known.low:
            yield item.id


def _best(boxes: Iterable[Box], most: Callable[[Box], Fraction | None]) -> Box | None:
    """None where the search for it is given up."""
    try:
        return best(boxes, most)
    except GivenUp:
        return None

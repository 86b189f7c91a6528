"""How units move from one ruleset to another, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from egov_scoring.program import Item, Program
from egov_scoring.records import Record
from egov_scoring.scorecard import Score, Scorecard


class Span(Record):
    """From `low` to `high` points: one number where all facts are known, a range where some are not."""

    low: Decimal
    high: Decimal

    @property
    def is_known(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    @property
    def size(self) -> Decimal:
        """How far from 0 it may be."""
        return max(abs(self.low), abs(self.high))

    def plus(self, other: Span) -> Span:
        """Both together."""
        return Span(self.low + other.low, self.high + other.high)

    def minus(self, other: Span) -> Span:
        """By how much this is more; the two are taken to know nothing of one another."""
        return Span(self.low - other.high, self.high - other.low)


ZERO = Span(Decimal(0), Decimal(0))


class Movement(Record):
    """A unit before and now: what each indicator moved by, by id, and what the unit itself did where its facts changed."""

    unit: str
    before: Scorecard
    now: Scorecard
    parts: Mapping[str, Span]
    own: Span = ZERO

    @property
    def moved(self) -> Span:
        """The whole movement: the sum of its parts; where facts are missing, it lies within that sum."""
        return reached(self.now.total).minus(reached(self.before.total))

    def is_left_open(self, name: str) -> bool:
        """Whether a group has a range for no other reason than that parts of it are not known."""
        items = [{item.id: item for item in card.program.items()}.get(name) for card in (self.before, self.now)]
        return not self.parts[name].is_known and all(
            item is not None and not item.is_leaf and own_facts(item) <= card.inputs["facts"].keys()
            for item, card in zip(items, (self.before, self.now), strict=True)
        )


class Impact(Record):
    """The movements of all units, what indicators are called, and the files of both rulesets."""

    old: Program
    new: Program
    movements: tuple[Movement, ...]
    names: Mapping[str, str]
    files: tuple[str, str] = ("", "")


def effects(card: Scorecard) -> dict[str, Span]:
    """What each indicator gives to the total: a leaf its points, a group what it does to the sum of its parts.

    Where the parts are never added, there is no total that a group could do anything to.
    """
    items = {item.id: item for item in card.program.items()}
    return {score.id: _effect(score, items[score.id]) for score in card.total if score.added}


def _effect(score: Score, item: Item) -> Span:
    """Of a group it is nothing, where nothing stands beside it."""
    if not score.children:
        return reached(score)
    if score.points is None and not item.lines:
        return ZERO
    return reached(score).minus(total(map(reached, score.children)))


def own_facts(item: Item) -> frozenset[str]:
    """The facts that an indicator reads itself."""
    return item.needs | item.needs_to_apply | item.peer_needs


def reached(score: Score) -> Span:
    """What an indicator comes to."""
    found = score.reach
    assert found is not None
    return Span(found.low, found.high)


def total(spans: Iterable[Span]) -> Span:
    """All together."""
    found = ZERO
    for span in spans:
        found = found.plus(span)
    return found

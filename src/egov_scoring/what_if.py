"""What a unit would come to if it stated some facts otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from egov_scoring.errors import Position
from egov_scoring.given import UnitLike, as_unit, others
from egov_scoring.ranking import placed
from egov_scoring.records import Record
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import Score, Scorecard


class WhatIf(Record):
    """A unit's scorecard as it is and as it would be, and its place among `of` units; 0 where it has none."""

    before: Scorecard
    after: Scorecard
    place_before: int = 0
    place_after: int = 0
    of: int = 0

    def differences(self) -> Iterator[tuple[Score, Score]]:
        """The indicators that come out otherwise, before and after, in document order."""
        for before, after in zip(self.before, self.after, strict=True):
            if _otherwise(before, after):
                yield before, after

    @property
    def is_otherwise(self) -> bool:
        """Whether the total, its grade or any indicator comes out otherwise."""
        graded = self.before.graded != self.after.graded
        return graded or _otherwise(self.before.total, self.after.total) or any(True for _ in self.differences())


def _otherwise(before: Score, after: Score) -> bool:
    return (before.reach, before.status) != (after.reach, after.status)


def what_if(
    ruleset: Ruleset, unit: UnitLike, facts: Mapping[str, Any], peers: Iterable[UnitLike] | None = None
) -> WhatIf:
    """The unit with these facts in place of its own, among the same peers; None takes a fact away.

    Facts may be missing, before and after. Raises `FactsError` with every problem.

    >>> from egov_scoring import load
    >>> city = load("2019/city")
    >>> found = what_if(city, dict.fromkeys(city.facts, 0), {"network_cloud_platforms": 3})
    >>> print(found.before.points, found.after.points)
    31.00 37.00
    """
    own = as_unit(unit)
    apart = [] if peers is None else others(own, unit, peers)
    changed = replace(own, facts=_with(own.facts, facts))
    if peers is None:
        return WhatIf(ruleset.score(own, incomplete=True), ruleset.score(changed, incomplete=True))
    before, after = (ruleset.score_all([each, *apart], incomplete=True) for each in (own, changed))
    return WhatIf(before[0], after[0], _place(before), _place(after), len(before))


def _place(cards: list[Scorecard]) -> int:
    return next(place for place, card in placed(cards) if card is cards[0])


def _with(stated: Mapping[str, Any], facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts with others in their place; each keeps the place that it was read from."""
    found = copy(stated) if isinstance(stated, dict) else dict(stated)
    found.update(facts)
    marks: Mapping[str, Position] = {**getattr(stated, "value_marks", {}), **getattr(facts, "value_marks", {})}
    if marks and hasattr(found, "value_marks"):
        found.value_marks = marks
    return found

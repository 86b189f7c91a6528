"""Points given by an assessor, freely within a range or by levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Literal

from egov_scoring.expression import ZERO, Fact, Node, cases, const, equal
from egov_scoring.kinds.base import Built, Context, Rule, single
from egov_scoring.model import Amount, Interval, NotEmpty, Word
from egov_scoring.program import Text


class Assessed(Rule):
    """`{kind: assessed, of: quality}`: what the assessor gives, within `range` (0..max unless said) or one of `levels`."""

    kind: Literal["assessed"]
    """Points that an assessor gives."""
    of: Word
    """A fact of type points."""
    range: Interval | None = None
    """Between what they lie; 0 to the maximum unless said."""
    levels: Annotated[Mapping[Word, Amount], NotEmpty] | None = None
    """The levels to choose from, each with its points: {good: 2, poor: 0}."""

    def build(self, context: Context) -> Built:
        """The points given."""
        declared = context.fact(self.of, "of")
        if declared is None:
            return Built(ZERO, [])
        if declared.type != "points":
            context.problem("assessed-of", "of", fact=self.of, type=declared.type)
        value = self._value()
        line = replace(single(value, "assessed", of=Text("words", {"value": Fact(self.of)})), fact=self.of)
        return Built(value, [line])

    def _value(self) -> Node:
        if self.levels is None:
            return Fact(self.of)
        *most, last = enumerate(self.levels.values(), 1)
        return cases([(equal(Fact(self.of), at), const(points)) for at, points in most], last[1])

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """Who gives the points and between what."""
        if self.levels is not None:
            levels = tuple(
                Text("rule.level", {"level": level, "points": points}) for level, points in self.levels.items()
            )
            return (Text("rule.assessed.levels", {"of": Fact(self.of)}), *levels)
        low, high = self.range or (Fraction(0), context.max)
        return (Text("rule.assessed", {"of": Fact(self.of), "low": low, "high": high}),)

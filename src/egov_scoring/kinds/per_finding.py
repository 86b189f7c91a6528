"""Starts full and loses points for each finding, until nothing is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from egov_scoring.expression import ZERO, add, clamp, const, when
from egov_scoring.kinds.base import Built, Context, limit, running, together
from egov_scoring.kinds.terms import Terms
from egov_scoring.model import Expression
from egov_scoring.program import Line, Text


class PerFinding(Terms):
    """`{kind: per_finding, each: 0.5, of: counties}`: 0.5 off for each county; terms share one pool, the maximum.

    With `when`, nothing is given where that condition does not hold.
    """

    kind: Literal["per_finding"]
    """Counts down, from the maximum."""
    when: Expression | None = None
    """Nothing is given where this condition does not hold."""

    def build(self, context: Context) -> Built:
        """The maximum less all terms, kept within 0..max."""
        terms = self.steps(context, "lost")
        left = add(context.max, together(terms))
        value = clamp(left, 0, context.max)
        lines = [*running(context, context.max, terms), limit("exhausted", left, value, max=context.max)]
        if self.when is None:
            return Built(value, lines)
        in_place = context.expression(self.when, "condition", "when")
        held = [
            replace(line, balance=when(in_place, line.balance, ZERO), shown=line.shown & in_place) for line in lines
        ]
        absent = Line(
            "not_in_place", ZERO, const(-context.max), {"when": Text("words", {"value": in_place})}, ~in_place
        )
        return Built(when(in_place, value, ZERO), [absent, *held])

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """From full, each term, until nothing is left."""
        words = [Text("rule.from_full", {"max": context.max}), *self.term_sentences(context, "lost")]
        if self.when is not None:
            words.append(Text("rule.only_when", {"when": context.expression(self.when, "condition", "when")}))
        return (*words, Text("rule.until_nothing"))

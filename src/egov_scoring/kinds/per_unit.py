"""Points for each unit of something, up to the indicator's maximum."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from egov_scoring.expression import Node, clamp, const
from egov_scoring.kinds.base import Built, Context, Step, limit, running, together
from egov_scoring.kinds.terms import Terms
from egov_scoring.program import Arg, Line, Text


class PerUnit(Terms):
    """`{kind: per_unit, each: 2, of: platforms}`: 2 points for each platform, limited to the maximum."""

    kind: Literal["per_unit"]
    """Counts up, to the maximum."""

    def build(self, context: Context) -> Built:
        """The sum of the terms, kept within 0..max."""
        terms = self.steps(context, "earned")
        earned = together(terms)
        value = clamp(earned, 0, context.max)
        alone = context.range(terms[-1][-1].amount).high >= context.max
        lines = _as_one(context, terms, earned, value) if alone and len(terms) > 1 else running(context, 0, terms)
        return Built(value, [*lines, limit("full", earned, value, max=context.max)])

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """Each term, then the limit."""
        return (*self.term_sentences(context, "earned"), Text("rule.at_most", {"max": context.max}))


def _as_one(context: Context, terms: list[list[Step]], earned: Node, value: Node) -> list[Line]:
    """The lines of terms of which the last alone could bring all points: what is short, is short of all together."""
    lines = [replace(step.line, balance=const(context.reach)) for steps in terms for step in steps]
    args: dict[str, Arg] = {"sum": earned, "max": context.reach}
    return [*lines, Line("short", value, value - context.reach, args, ~(value >= context.reach))]

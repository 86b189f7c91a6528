"""Points for each unit of something, up to the indicator's maximum."""

from __future__ import annotations

from typing import Literal

from egov_scoring.expression import clamp
from egov_scoring.kinds.base import Built, Context, limit, running, together
from egov_scoring.kinds.terms import Terms
from egov_scoring.program import Text


class PerUnit(Terms):
    """`{kind: per_unit, each: 2, of: platforms}`: 2 points for each platform, limited to the maximum."""

    kind: Literal["per_unit"]

    def build(self, context: Context) -> Built:
        """The sum of the terms, kept within 0..max."""
        terms = self.steps(context, "earned")
        earned = together(terms)
        value = clamp(earned, 0, context.max)
        return Built(value, [*running(context, 0, terms), limit("full", earned, value, max=context.max)])

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """Each term, then the limit."""
        return (*self.term_sentences(context, "earned"), Text("rule.at_most", {"max": context.max}))

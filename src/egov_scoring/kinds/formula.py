"""Anything else: an expression, taken as it is."""

from __future__ import annotations

from typing import Literal

from egov_scoring.kinds.base import Built, Context, Rule, single
from egov_scoring.model import Expression
from egov_scoring.program import Text


class Formula(Rule):
    """`{kind: formula, formula: "least(5, 0.1 * visits)"}`: not limited, so it must be proved to stay within 0..max."""

    kind: Literal["formula"]
    """Anything else."""
    formula: Expression
    """The points; proved to stay within 0 and the maximum."""

    def build(self, context: Context) -> Built:
        """The expression."""
        value = context.expression(self.formula, "number", "formula")
        return Built(value, [single(value, "formula", formula=Text("words", {"value": value}))])

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """The expression in words."""
        return (Text("rule.formula", {"value": context.expression(self.formula, "number", "formula")}),)

"""One of several levels, chosen by a fact's option or by the first condition that holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Literal

from egov_scoring.expression import (
    FALSE,
    TRUE,
    ZERO,
    Fact,
    Node,
    both,
    cases,
    const,
    either,
    equal,
    negate,
)
from egov_scoring.facts import FactDeclaration, nearest
from egov_scoring.kinds.base import Built, Context, Rule, single
from egov_scoring.model import Expression, Model, NotEmpty, Outcome, Word
from egov_scoring.program import Arg, Line, Text, Undecided

Branches = Sequence[tuple[Node, Fraction | str]]


class Case(Model):
    """`{when: condition, points: 2}`, or `{otherwise: true, points: 0}` for all that is left."""

    points: Outcome
    """Points, or `ask`: a person decides."""
    when: Expression | None = None
    """The condition of this case."""
    otherwise: Literal[True] | None = None
    """`true`: all that is left; the last case."""


def outcome(points: Fraction | str, context: Context) -> Node:
    """The points as a node; `ask` becomes what a person decides."""
    return context.decision if isinstance(points, str) else const(points)


def asked(branches: Branches) -> list[Undecided]:
    """The condition under which the first branch that holds says `ask`."""
    condition, before = FALSE, TRUE
    for holds, points in branches:
        if isinstance(points, str):
            condition = either(condition, both(before, holds))
        before = both(before, negate(holds))
    return [] if condition is FALSE else [Undecided(condition, "decision")]


def stepped(branches: Branches, context: Context, line: str, /, **args: Arg) -> Built:
    """The points of the first branch that holds; the branches leave nothing out."""
    value = cases([(holds, outcome(points, context)) for holds, points in branches], ZERO)
    return Built(value, [single(value, line, **args)], undecided=asked(branches))


class Choice(Rule):
    """`{kind: choice, of: plan, points: {full: 2, part: 1, none: 0}}`: points by option.

    Or a list of `cases`: the first that holds.
    """

    kind: Literal["choice"]
    """Points by an option, or by the first case that holds."""
    of: Expression | None = None
    """A choice or yes_no."""
    points: Annotated[Mapping[Word, Outcome], NotEmpty] | None = None
    """Points, or `ask`, for each option: {yes: 1, no: 0}."""
    cases: Annotated[tuple[Case, ...], NotEmpty] | None = None
    """Cases in order, the last one `otherwise: true`."""

    def build(self, context: Context) -> Built:
        """The points of the option, or of the first case that holds."""
        branches = self._branches(context)
        if self.of is None:
            built = stepped(branches, context, "case")
            built.lines = list(_case_lines(built.value, branches))
            return built
        built = stepped(branches, context, "chosen", of=Text("words", {"value": Fact(self.of)}))
        built.lines = [replace(line, fact=self.of) for line in built.lines]
        return built

    def _branches(self, context: Context) -> Branches:
        if self.cases is not None and self.of is None and self.points is None:
            return self._case_branches(context, self.cases)
        if self.of is not None and self.points is not None and self.cases is None:
            return self._option_branches(context, self.of, self.points)
        context.problem("choice-form")
        return []

    def _option_branches(self, context: Context, of: str, points: Mapping[str, Fraction | str]) -> Branches:
        declared = context.fact(of, "of")
        if declared is None:
            return []
        if not _options(declared):
            context.problem("choice-of", "of", fact=of, type=declared.type)
            return []
        options = _options(declared)
        for option in options:
            if option not in points:
                context.problem("option-without-points", "points", option=option, fact=of)
        for option in points:
            if option not in options:
                near = nearest(option, options)
                context.problem(
                    "unknown-option-points", "points", option, option=option, options=", ".join(options), nearest=near
                )
        present = [option for option in options if option in points]
        return [(TRUE if option == present[-1] else _is(declared, option), points[option]) for option in present]

    @staticmethod
    def _case_branches(context: Context, listed: tuple[Case, ...]) -> Branches:
        branches: list[tuple[Node, Fraction | str]] = []
        for at, case in enumerate(listed):
            if (case.when is None) == (case.otherwise is None):
                context.problem("choice-case", "cases", at)
            elif case.when is None:
                branches.append((TRUE, case.points))
            else:
                branches.append((context.expression(case.when, "condition", "cases", at, "when"), case.points))
        if listed[-1].otherwise is None:
            context.problem("cases-without-otherwise", "cases", len(listed) - 1)
        for at, case in enumerate(listed[:-1]):
            if case.otherwise and case.when is None:
                context.problem("otherwise-not-last", "cases", at)
        return branches

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """Each option or case with its points."""
        if self.of is None or self.points is None:
            return tuple(
                Text("rule.case" if holds is not TRUE else "rule.otherwise", {"when": holds, "gives": gives(points)})
                for holds, points in self._branches(context)
            )
        declared = context.facts.get(self.of)
        options = _options(declared) if declared else ()
        return tuple(
            Text("rule.case", {"when": _is(declared, option), "gives": gives(self.points[option])})
            for option in options
            if declared and option in self.points
        )


def _case_lines(value: Node, branches: Branches) -> Iterator[Line]:
    """A line for each case, shown where it is the one that holds; the last says which cases did not."""
    before: Node = TRUE
    failed: tuple[Text, ...] = ()
    for holds, _ in branches:
        said = Text("words", {"value": holds})
        when = Text("rule.none_of", {"cases": failed}) if holds is TRUE and failed else said
        yield Line("case", value, value, {"when": when}, shown=both(before, holds))
        before, failed = both(before, negate(holds)), (*failed, said)


def gives(points: Fraction | str) -> Text:
    """What an outcome gives, in words."""
    return Text("rule.ask") if isinstance(points, str) else Text("rule.points", {"points": points})


def _options(declared: FactDeclaration) -> tuple[str, ...]:
    return ("yes", "no") if declared.is_condition else declared.options


def _is(declared: FactDeclaration, option: str) -> Node:
    fact = Fact(declared.key)
    if declared.is_condition:
        return fact if option == "yes" else negate(fact)
    return equal(fact, declared.options.index(option) + 1)

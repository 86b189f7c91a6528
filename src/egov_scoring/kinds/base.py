"""What every rule kind shares: the model it is read into, what it builds, and what it may ask while building."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, Protocol

from egov_scoring.expression import FALSE, Node, Number, add, clamp, equal
from egov_scoring.facts import FactDeclaration
from egov_scoring.model import Model
from egov_scoring.program import Arg, Line, Text, Undecided
from egov_scoring.readers.bounds import Range

Expected = Literal["number", "condition", "countable"]


class Context(Protocol):
    """What a kind may ask while it builds the rule of one indicator; paths are keys below the rule."""

    @property
    def id(self) -> str:
        """The indicator's id."""

    @property
    def max(self) -> Fraction:
        """The indicator's maximum."""

    @property
    def reach(self) -> Fraction:
        """The most that it can come to: its cap, where one stands right behind the rule."""

    @property
    def facts(self) -> Mapping[str, FactDeclaration]:
        """The declared facts."""

    @property
    def cohort(self) -> Node:
        """To whom the indicator applies: whom a unit is compared with."""

    @property
    def decision(self) -> Node:
        """The points that a person sets where the rule cannot."""

    def stated_place(self, places: int) -> Node:
        """The place taken over from elsewhere, with so many decimal places."""

    @property
    def stated_of(self) -> Node:
        """Among how many that place is; 0 where none is stated."""

    def expression(self, text: str, expected: Expected, *path: str | int) -> Node:
        """The node of an expression; a mistake in it is recorded once and stands as 0 or false."""

    def fact(self, key: str, *path: str | int) -> FactDeclaration | None:
        """The declaration of a fact named by its key alone, or None after recording that there is none."""

    def range(self, node: Node) -> Range:
        """Between which values the node lies, for any facts as declared."""

    def problem(self, code: str, *path: str | int, **args: object) -> None:
        """Records a mistake at that path, once."""


@dataclass(slots=True)
class Built:
    """A rule as built: its value before rounding, the ledger's lines with the balance after each, and the exceptions.

    `excluded` says when the indicator leaves the assessment; `undecided` when nobody but a person can give its points.
    """

    value: Node
    lines: list[Line]
    excluded: Node = FALSE
    undecided: list[Undecided] = field(default_factory=list)


class Rule(Model):
    """A rule kind: says its meaning once, as an expression."""

    def build(self, context: Context) -> Built:
        """The rule as an expression with its ledger lines."""
        raise TypeError(f"{type(self).__name__} builds nothing")

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """The rule in words, to be put into a language later; by default the expression itself."""
        return (Text("rule.formula", {"value": self.build(context).value}),)


@dataclass(frozen=True, slots=True)
class Step:
    """What a term comes to so far, and the ledger line that says why; a term's last step is what counts."""

    amount: Node
    line: Line


def together(terms: list[list[Step]]) -> Node:
    """What the terms come to."""
    return add(*[steps[-1].amount for steps in terms])


def running(context: Context, base: Number, terms: list[list[Step]]) -> list[Line]:
    """The steps' lines with their balances: what is certain so far plus the best that later terms can still bring."""
    best = [context.range(steps[-1].amount).high for steps in terms]
    return [
        replace(step.line, balance=clamp(add(base, before, step.amount, sum(best[at + 1 :])), 0, context.max))
        for at, steps in enumerate(terms)
        for before in [together(terms[:at])]
        for step in steps
    ]


def single(value: Node, code: str, /, **args: Arg) -> Line:
    """The only line of a rule whose value comes in one piece."""
    return Line(code, value, value, args)


def limit(code: str, before: Node, after: Node, **args: Arg) -> Line:
    """A line for a limit: it stands in the ledger only where it binds."""
    return Line(code, after, after - before, args, shown=~equal(before, after))

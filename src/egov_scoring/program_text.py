"""A program as plain data of JSON, and back: the same expressions, texts and numbers, through the same classes.

Expressions come as one numbered list of nodes, each naming its parts by their numbers. Of everything else a number, a text, a
yes or no stands for itself, a mapping for a mapping, and a list begins with the word for what it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from egov_scoring.errors import Position, Problem
from egov_scoring.expression import (
    Add,
    And,
    Const,
    Div,
    Eq,
    Fact,
    Floor,
    Greatest,
    If,
    Le,
    Least,
    Mark,
    Mul,
    Node,
    Not,
    Or,
    Peers,
    Round,
    Sub,
    in_order,
)
from egov_scoring.facts import FactDeclaration
from egov_scoring.program import Check, Grade, Item, Line, Program, Quota, Text, Undecided

PLAIN = frozenset({str, int, bool, type(None)})
NODES: dict[str, type[Node]] = {
    kind.__name__: kind
    for kind in (Add, And, Div, Eq, Fact, Floor, Greatest, If, Le, Least, Mark, Mul, Not, Or, Peers, Sub)
}
RECORDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (Check, FactDeclaration, Grade, Item, Line, Position, Program, Quota, Text, Undecided)
}
SETS = (set, frozenset)
COLLECTIONS: dict[str, type] = {kind.__name__: kind for kind in (tuple, list, *SETS)}


def as_data(program: Program, warnings: Iterable[Problem]) -> dict[str, Any]:
    """The program and what its ruleset is warned of. Raises `TypeError` where it holds anything that has no text here."""
    writer = _Writer()
    written = {"program": writer.value(program), "warnings": [writer.problem(warning) for warning in warnings]}
    return {"nodes": writer.nodes, **written}


def from_data(data: Any) -> tuple[Program, list[Problem]]:
    """What `as_data` was given. Of other data it raises whatever comes."""
    reader = _Reader()
    for row in data["nodes"]:
        reader.node(*row)
    return reader.value(data["program"]), [reader.problem(*warning) for warning in data["warnings"]]


class _Writer:
    def __init__(self) -> None:
        self.nodes: list[list[Any]] = []
        self._numbers: dict[Node, int] = {}

    def value(self, value: Any) -> Any:
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind is dict and all(type(key) is str for key in value):
            return {key: self.value(item) for key, item in value.items()}
        if kind is Fraction:
            return ["/", value.numerator, value.denominator]
        if kind is Decimal:
            return ["decimal", str(value)]
        if COLLECTIONS.get(kind.__name__) is kind:
            return [kind.__name__, *map(self.value, sorted(value) if issubclass(kind, SETS) else value)]
        if RECORDS.get(kind.__name__) is kind:
            return [kind.__name__, *(self.value(getattr(value, name)) for name in kind.__match_args__)]
        if isinstance(value, Node):
            return ["node", self.number(value)]
        raise TypeError(f"no text for a {kind.__name__}")

    def problem(self, problem: Problem) -> list[Any]:
        parts = (problem.code, problem.position, dict(problem.args), problem.severity, problem.path, problem.excerpt)
        return [self.value(part) for part in parts]

    def number(self, root: Node) -> int:
        """The number of an expression; parts have smaller ones."""
        for item in in_order([root], known=self._numbers):
            self._numbers[item] = len(self.nodes)
            self.nodes.append(self._row(item))
        return self._numbers[root]

    def _row(self, item: Node) -> list[Any]:
        if isinstance(item, Const):
            return ["Const", item.value.numerator, item.value.denominator]
        if isinstance(item, Round):
            return ["Round", self._numbers[item.a], item.places]
        return [type(item).__name__, *(self._part(getattr(item, name)) for name in item.__match_args__)]

    def _part(self, part: Any) -> Any:
        if isinstance(part, tuple):
            return [self._part(each) for each in part]
        return self._numbers[part] if isinstance(part, Node) else part


class _Reader:
    def __init__(self) -> None:
        self._nodes: list[Node] = []

    def node(self, kind: str, *parts: Any) -> None:
        if kind == "Const":
            found: Node = Const(Fraction(*parts))
        elif kind == "Round":
            found = Round(self._nodes[parts[0]], parts[1])
        else:
            found = NODES[kind](*map(self._part, parts))
        self._nodes.append(found)

    def _part(self, part: Any) -> Any:
        if type(part) is int:
            return self._nodes[part]
        return tuple(map(self._part, part)) if type(part) is list else part

    def value(self, data: Any) -> Any:
        if type(data) is dict:
            return {key: self.value(item) for key, item in data.items()}
        if type(data) is not list:
            return data
        name, *parts = data
        if name == "node":
            return self._nodes[parts[0]]
        if name == "/":
            return Fraction(*parts)
        if name in COLLECTIONS:
            return COLLECTIONS[name](map(self.value, parts))
        return Decimal(*parts) if name == "decimal" else RECORDS[name](*map(self.value, parts))

    def problem(self, *data: Any) -> Problem:
        code, position, args, severity, path, excerpt = map(self.value, data)
        problem = Problem(code, position, **args)
        problem.severity, problem.path, problem.excerpt = severity, path, excerpt
        return problem

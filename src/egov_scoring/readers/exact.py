"""The exact reader: whole-number nodes as one function of Python, a line for each node. One unit at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import cast

from egov_scoring.amounts import half_up
from egov_scoring.expression import (
    Add,
    And,
    Const,
    Eq,
    Fact,
    Greatest,
    If,
    Le,
    Least,
    Mul,
    Node,
    Not,
    Or,
    Peers,
    Sub,
    fold,
)
from egov_scoring.lower import Down, HalfUp, Whole, lower

Values = Sequence[int]
Run = Callable[[Mapping[str, int], Mapping[Peers, int]], Values]


class Exact:
    """Evaluates expressions for given facts, exactly.

    `places` are the decimal places in which each fact is carried, `roots` maps each expression
    whose value will be asked for to the one that is evaluated in its stead (often itself).
    """

    def __init__(self, roots: Mapping[Node, Node], places: Mapping[str, int]) -> None:
        wholes = lower(roots.values(), places)
        self.wholes: dict[Node, Whole] = {root: wholes[read] for root, read in roots.items()}
        asked = dict.fromkeys(node for whole in self.wholes.values() for node in (whole.numerator, whole.below))
        self._slots = {node: slot for slot, node in enumerate(asked)}
        self._run = function(list(asked))

    def evaluate(self, facts: Mapping[str, int], peers: Mapping[Peers, int]) -> Reading:
        """The values for these facts; a fact or a statistic that is not given counts as 0, and it is the caller who knows
        which values rest on it."""
        return Reading(self, self._run(facts, peers))

    def slot(self, root: Node) -> tuple[int, int | None, int]:
        """Where the value of a root stands: slot of the numerator, slot of the denominator or None, plain denominator."""
        whole = self.wholes[root]
        if isinstance(whole.denominator, int):
            return self._slots[whole.numerator], None, whole.denominator
        return self._slots[whole.numerator], self._slots[whole.denominator], 1


class Reading:
    """The values of an evaluation, by expression."""

    __slots__ = ("_exact", "values")

    def __init__(self, exact: Exact, values: Values) -> None:
        self._exact = exact
        self.values = values

    def fraction(self, root: Node) -> Fraction:
        """The exact value."""
        numerator, below, denominator = self._exact.slot(root)
        return Fraction(self.values[numerator], denominator if below is None else self.values[below])

    def numerator(self, root: Node) -> int:
        """The value over the root's own plain denominator."""
        return self.values[self._exact.slot(root)[0]]

    def holds(self, root: Node) -> bool:
        """Whether the condition holds."""
        return bool(self.values[self._exact.slot(root)[0]])


def function(asked: Sequence[Node]) -> Run:
    """The values of whole-number nodes, in order, from the facts and the statistics over peers; what is not given is 0.

    Every node is worked out, on a line of its own, from the lines before it: so much alike that it can be checked at sight.

    >>> function([Least((Fact("platforms"), Const(Fraction(8))))])({"platforms": 9}, {})
    (8,)
    """
    lines: list[str] = []
    meaning: dict[str, object] = {"half_up": half_up}

    def place(item: Node, parts: list[str]) -> str:
        if isinstance(item, Const):
            return str(item.value)
        name = f"v{len(lines)}"
        if isinstance(item, Peers):
            meaning[f"peers_{name}"] = item
            lines.append(f"{name} = peers(peers_{name}, 0)")
        elif isinstance(item, Fact):
            lines.append(f"{name} = facts({item.key!r}, 0)")
        elif isinstance(item, If):
            lines.extend(_cases(name, *parts))
        else:
            lines.append(f"{name} = {TABLE[type(item)](*parts)}")
        return name

    names = fold(asked, place, closed=Peers)
    values = "".join(f"{names[node]}, " for node in asked)
    body = ["facts, peers = facts.get, peers.get", *lines, f"return ({values})"]
    exec("def run(facts, peers):\n  " + "\n  ".join(body), meaning)
    return cast("Run", meaning["run"])


def _cases(name: str, *parts: str) -> list[str]:
    """The last case first: each takes the place of those after it where its condition holds."""
    *branches, otherwise = parts
    lines = []
    for condition, value in zip(branches[-2::-2], branches[::-2], strict=True):
        lines.append(f"{name} = {value} if {condition} else {otherwise}")
        otherwise = name
    return lines


def _add(*terms: str) -> str:
    return " + ".join(terms) if len(terms) == 2 else f"sum(({', '.join(terms)}))"


def _least(*items: str) -> str:
    return "{0} if {0} <= {1} else {1}".format(*items) if len(items) == 2 else f"min({', '.join(items)})"


def _greatest(*items: str) -> str:
    return "{0} if {0} >= {1} else {1}".format(*items) if len(items) == 2 else f"max({', '.join(items)})"


def _and(*conditions: str) -> str:
    return " and ".join(conditions) or "True"


def _or(*conditions: str) -> str:
    return " or ".join(conditions) or "False"


TABLE: dict[type[Node], Callable[..., str]] = {
    Add: _add,
    Sub: "{} - {}".format,
    Mul: "{} * {}".format,
    Least: _least,
    Greatest: _greatest,
    Le: "{} <= {}".format,
    Eq: "{} == {}".format,
    And: _and,
    Or: _or,
    Not: "not {}".format,
    HalfUp: "half_up({}, {})".format,
    Down: "{} // {}".format,
}

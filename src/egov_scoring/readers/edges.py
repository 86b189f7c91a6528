"""The edges reader: which decisions an expression makes for facts in given ranges, and which sides of each are open.

A decision is a comparison or a yes_no fact on which something hangs (its sides: 0 it fails, 1 it holds), or the smallest or
largest of several (its sides: which of them it is, by number). Where nothing is known, a decision has all the sides that
facts can take it to; where everything is known, every decision has one.

The walk runs from the whole to the parts and only to what decides:

- Of cases it goes to the conditions up to the first that holds, and to the value that is taken.
- Of conditions joined by and, or it goes to those on which the outcome hangs: an operand that fails beside another that
  fails decides nothing, nor does one that holds beside one that fails. So an operand that never decides could be left out.
- A quotient asks first whether its divisor is 0: the same decision as where a rule asks that itself.
- Of equal operands the last one is the smallest or largest: constants stand last, and a limit that is met exactly is reached.
- Sums, products, rounding and all others decide nothing, and it goes on to all their parts. What peers have is not entered.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Set

from egov_scoring.expression import (
    ZERO,
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
    equal,
    in_order,
)
from egov_scoring.readers.bounds import FALSE, TRUE, Bounds, Range

# What a node decides, and where the walk goes on.
Step = tuple[Iterable[int], Iterable[Node]]


class Edges:
    """Reads decisions for facts in the ranges of `bounds`; `conditions` are the keys of the yes_no facts.

    What is in `closed` or `foreign` belongs to others and is not entered. A decision may be about what is `closed`; one
    about nothing but what is `foreign` is none.
    """

    def __init__(
        self,
        bounds: Bounds,
        conditions: Container[str],
        closed: Set[Node] = frozenset(),
        foreign: Set[Node] = frozenset(),
    ) -> None:
        self.bounds = bounds
        self.conditions = conditions
        self._foreign = foreign
        self._others = closed | foreign

    def of(self, roots: Iterable[Node]) -> dict[Node, frozenset[int]]:
        """Every decision below the roots with its open sides, in the order in which they are met."""
        found: dict[Node, frozenset[int]] = {}
        seen = set(self._others)
        stack = list(roots)[::-1]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                sides, parts = TABLE[type(node)](self, node)
                if sides := frozenset(sides):
                    found[node] = sides
                stack.extend(list(parts)[::-1])
        return found

    def is_own(self, node: Node) -> bool:
        """Whether it reads anything that does not belong to others, or nothing at all."""
        return _reads(node, self._foreign) or not _reads(node)

    # A line for each node.

    def nothing(self, _: Node) -> Step:
        """Decides nothing and has no parts to go to."""
        return (), ()

    def through(self, node: Node) -> Step:
        """Decides nothing itself."""
        return (), node.parts

    def fact(self, node: Node) -> Step:
        """A yes_no fact decides; any other is a number."""
        assert isinstance(node, Fact)
        return self._truths(node) if node.key in self.conditions else (), ()

    def comparison(self, node: Node) -> Step:
        """Fails or holds."""
        return self._truths(node) if self.is_own(node) else (), node.parts

    def _truths(self, condition: Node) -> Iterable[int]:
        found = self.bounds.of(condition)
        return range(int(found.low), int(found.high) + 1)

    def junction(self, node: Node) -> Step:
        """On to the operands on which the outcome hangs: where one settles it, that one; where several do, none."""
        settling = FALSE if isinstance(node, And) else TRUE
        settled = [part for part in node.parts if self.bounds.of(part) == settling]
        return (), settled[:1] * (len(settled) == 1) if settled else node.parts

    def cases(self, node: Node) -> Step:
        """On to the conditions up to one that surely holds, and to the values that may be taken."""
        assert isinstance(node, If)
        parts: list[Node] = []
        for condition, value in node.branches:
            holds = self.bounds.of(condition)
            parts += [condition, value] if holds.high else [condition]
            if holds == TRUE:
                return (), parts
        return (), [*parts, node.otherwise]

    def quotient(self, node: Node) -> Step:
        """Whether the divisor is 0, then what is divided or what stands there instead."""
        assert isinstance(node, Div)
        empty = equal(node.b, ZERO)
        is_empty = self.bounds.of(empty)
        return (), [empty, *([] if is_empty == TRUE else [node.a]), *([node.otherwise] if is_empty.high else [])]

    def extreme(self, node: Node) -> Step:
        """Which of the operands it may be; those that are not its own stand back."""
        own = [at for at, part in enumerate(node.parts) if self.is_own(part)]
        ranges = {at: self._downward(node, self.bounds.of(node.parts[at])) for at in own}
        return [at for at in own if len(own) > 1 and _may_be_least(at, ranges)], node.parts

    @staticmethod
    def _downward(node: Node, found: Range) -> Range:
        """The range, or its mirror image where the largest is wanted."""
        return found if isinstance(node, Least) else Range(-found.high, -found.low)


def _reads(node: Node, but: Container[Node] = ()) -> bool:
    """Whether there is a fact or a statistic in it, but for those."""
    return any(isinstance(part, (Fact, Peers)) for part in in_order([node], known=but))


def _may_be_least(at: int, ranges: Mapping[int, Range]) -> bool:
    """Whether that one may be smaller than all others, or is equal to some that stand before it."""
    own = ranges[at]
    return all(
        own.low < other.high or (before < at and own.is_single and other.is_single and own.low == other.low)
        for before, other in ranges.items()
        if before != at
    )


TABLE: Mapping[type[Node], Callable[[Edges, Node], Step]] = {
    Const: Edges.nothing,
    Fact: Edges.fact,
    Add: Edges.through,
    Sub: Edges.through,
    Mul: Edges.through,
    Div: Edges.quotient,
    Least: Edges.extreme,
    Greatest: Edges.extreme,
    Le: Edges.comparison,
    Eq: Edges.comparison,
    And: Edges.junction,
    Or: Edges.junction,
    Not: Edges.through,
    If: Edges.cases,
    Round: Edges.through,
    Floor: Edges.through,
    Peers: Edges.nothing,
    Mark: Edges.through,
}

"""The bounds reader: between which values every node lies, whatever the facts are. Sound, not always tight."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from egov_scoring.amounts import half_up, round_half_up
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
    NthLargest,
    Or,
    Peers,
    Round,
    Sub,
    fold,
)
from egov_scoring.facts import FactDeclaration
from egov_scoring.lower import Down, HalfUp
from egov_scoring.records import Record

# As many units as are ever compared with one another.
MOST_PEERS = Fraction(10**8)


class Range(Record):
    """From `low` to `high`, both included; a condition lies between 0 (false) and 1 (true).

    `grain` is a whole number g such that every value is a whole number of 1/g, or None where no such number is known.
    """

    low: Fraction
    high: Fraction
    grain: int | None = 1

    @property
    def is_single(self) -> bool:
        """Whether there is only one value."""
        return self.low == self.high

    @property
    def size(self) -> Fraction:
        """The largest magnitude."""
        return max(abs(self.low), abs(self.high))

    def meet(self, other: Range) -> Range:
        """The values in both."""
        return Range(max(self.low, other.low), min(self.high, other.high), self.grain)

    def within(self, low: Fraction, high: Fraction) -> bool:
        """Whether no value leaves low..high."""
        return low <= self.low and self.high <= high


FALSE, TRUE, EITHER = Range(Fraction(0), Fraction(0)), Range(Fraction(1), Fraction(1)), Range(Fraction(0), Fraction(1))

# No value of a rule comes near it; it stands for "no limit known" where a divisor may be as small as one likes.
UNLIMITED = Fraction(10**60)


# Of what nothing is known.
ANYTHING = Range(-UNLIMITED, UNLIMITED)


def of_fact(declaration: FactDeclaration) -> Range:
    """The declared range of a fact."""
    if declaration.options:
        return Range(Fraction(1), Fraction(len(declaration.options)))
    return EITHER if declaration.is_condition else Range(declaration.low, declaration.high, 10**declaration.places)


def in_units(declaration: FactDeclaration) -> Range:
    """The declared range of a fact in its smallest units, as the whole-number nodes read it."""
    found, scale = of_fact(declaration), 10**declaration.places
    return Range(Fraction(math.ceil(found.low * scale)), Fraction(math.floor(found.high * scale)))


class Bounds:
    """The ranges of expressions for facts in the given ranges; `proved` holds what is known of a node by other means.

    What is `known` of a node is taken as it is, whatever its parts are.

    Where the facts are those of one unit, `peers` are the bounds for any unit: what its peers have lies anywhere in them.
    """

    def __init__(
        self,
        facts: Mapping[str, Range],
        proved: Mapping[Node, Range] | None = None,
        peers: Bounds | None = None,
        known: Mapping[Node, Range] | None = None,
    ) -> None:
        self.facts = facts
        self.proved = {} if proved is None else proved
        self.peers = peers
        self._found: dict[Node, Range] = dict(known or {})

    def of(self, node: Node) -> Range:
        """Between which values the node lies."""
        if node not in self._found:
            fold([node], self._visit, results=self._found)
        return self._found[node]

    def moved(self, facts: Mapping[str, Range], nodes: Iterable[Node]) -> dict[Node, Range]:
        """Between which values these nodes lie with some facts in other ranges.

        The nodes are all below the roots known here that read those facts, parts before wholes; nothing else is worked out.
        """
        found: dict[Node, Range] = {}
        for node in nodes:
            if isinstance(node, Fact):
                found[node] = facts[node.key]
            else:
                found[node] = self._visit(node, [found.get(part) or self._found[part] for part in node.parts])
        return found

    def _visit(self, node: Node, parts: list[Range]) -> Range:
        if isinstance(node, Fact):
            found = self.facts[node.key]
        elif isinstance(node, Peers) and self.peers is not None:
            found = self.peers.of(node)
        else:
            found = TABLE[type(node)](node, *parts)
        return found.meet(self.proved[node]) if node in self.proved else found


def _common(ranges: Iterable[Range]) -> int | None:
    grains = [item.grain for item in ranges]
    return None if None in grains else math.lcm(*[grain for grain in grains if grain])


def _const(node: Const) -> Range:
    return Range(node.value, node.value, node.value.denominator)


def _add(_: Node, *terms: Range) -> Range:
    return Range(sum((t.low for t in terms), Fraction(0)), sum((t.high for t in terms), Fraction(0)), _common(terms))


def _sub(_: Node, a: Range, b: Range) -> Range:
    return Range(a.low - b.high, a.high - b.low, _common((a, b)))


def _mul(_: Node, a: Range, b: Range) -> Range:
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Range(min(ends), max(ends), a.grain * b.grain if a.grain and b.grain else None)


def _div(_: Node, a: Range, b: Range, otherwise: Range) -> Range:
    found: list[Fraction] = [otherwise.low, otherwise.high] if b.low <= 0 else []
    if b.high > 0:
        smallest = b.low if b.low > 0 else (Fraction(1, b.grain) if b.grain else 1 / UNLIMITED)
        found += [x / y for x in (a.low, a.high) for y in (min(smallest, b.high), b.high)]
    return Range(min(found), max(found), None)


def _least(_: Node, *items: Range) -> Range:
    return Range(min(i.low for i in items), min(i.high for i in items), _common(items))


def _greatest(_: Node, *items: Range) -> Range:
    return Range(max(i.low for i in items), max(i.high for i in items), _common(items))


def _truth(always: bool, never: bool) -> Range:
    return TRUE if always else FALSE if never else EITHER


def _le(_: Node, a: Range, b: Range) -> Range:
    return _truth(a.high <= b.low, a.low > b.high)


def _eq(_: Node, a: Range, b: Range) -> Range:
    return _truth(a.is_single and b.is_single and a.low == b.low, a.high < b.low or b.high < a.low)


def _and(_: Node, *items: Range) -> Range:
    return _truth(all(i == TRUE for i in items), any(i == FALSE for i in items))


def _or(_: Node, *items: Range) -> Range:
    return _truth(any(i == TRUE for i in items), all(i == FALSE for i in items))


def _not(_: Node, a: Range) -> Range:
    return Range(1 - a.high, 1 - a.low)


def _if(_: Node, *parts: Range) -> Range:
    """The grain is that of all branches, reached or not: it is known exactly where no quotient stands in the expression."""
    possible: list[Range] = []
    for condition, value in zip(parts[:-1:2], parts[1::2], strict=True):
        if condition != FALSE:
            possible.append(value)
        if condition == TRUE:
            break
    else:
        possible.append(parts[-1])
    return Range(min(p.low for p in possible), max(p.high for p in possible), _common((*parts[1::2], parts[-1])))


def _round(node: Round, a: Range) -> Range:
    return Range(round_half_up(a.low, node.places), round_half_up(a.high, node.places), int(10**node.places))


def _floor(_: Node, a: Range) -> Range:
    return Range(Fraction(math.floor(a.low)), Fraction(math.floor(a.high)))


def _half_up(_: Node, a: Range, b: Range) -> Range:
    return _quotient(half_up, a, b)


def _down(_: Node, a: Range, b: Range) -> Range:
    return _quotient(int.__floordiv__, a, b)


def _quotient(divide: Callable[[int, int], int], a: Range, b: Range) -> Range:
    """Of whole numbers; the divisor is above 0 for all facts, whatever its range says."""
    below = [max(1, int(b.low)), max(1, int(b.high))]
    ends = [Fraction(divide(int(above), divisor)) for above in (a.low, a.high) for divisor in below]
    return Range(min(ends), max(ends))


def _peers(node: Peers, a: Range, *_: Range) -> Range:
    if node.statistic in ("rank", "dense"):
        return Range(Fraction(1), MOST_PEERS)
    if node.statistic == "count":
        return Range(Fraction(0), MOST_PEERS)
    zero = Range(min(a.low, Fraction(0)), max(a.high, Fraction(0)), a.grain)
    return Range(zero.low * MOST_PEERS, zero.high * MOST_PEERS, a.grain) if node.statistic == "sum" else zero


def _mark(_: Node, a: Range) -> Range:
    return a


TABLE: dict[type[Node], Callable[..., Range]] = {
    Const: _const,
    Add: _add,
    Sub: _sub,
    Mul: _mul,
    Div: _div,
    Least: _least,
    Greatest: _greatest,
    Le: _le,
    Eq: _eq,
    And: _and,
    Or: _or,
    Not: _not,
    If: _if,
    Round: _round,
    Floor: _floor,
    HalfUp: _half_up,
    Down: _down,
    Peers: _peers,
    NthLargest: lambda _, a, *__: a,
    Mark: _mark,
}

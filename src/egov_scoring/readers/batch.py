"""The batch reader: whole-number nodes over NumPy columns, exactly, block by block.

A node is worked out in int64 where its bounds, and those of all that is added up on the way to it, prove that they hold it,
and in Python's integers elsewhere. Numerators and divisors between a quotient and its rounding are not covered by the proof at
load; so it is done here, on the lowered nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from egov_scoring.amounts import INT64
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
from egov_scoring.facts import FactDeclaration
from egov_scoring.lower import Down, HalfUp
from egov_scoring.readers.bounds import Bounds, Range, in_units

Column = NDArray[Any]
Part = Column | int | bool

# Rows at a time: measured, a few columns of so many int64 stay in the second-level cache, and Python's share is 2 ns a row.
BLOCK = 16_384
# Up to here a double holds every whole number.
DOUBLE = 2**53


@dataclass(frozen=True, slots=True)
class Step:
    """How a node is worked out: from which places, into which, and in what kind of numbers.

    `wide` says that it takes Python's integers on the way, `kept` that the result is one of them. `register` is the buffer
    that takes the result; a node that is asked for goes straight to its own column.
    """

    node: Node
    slot: int
    parts: tuple[int, ...]
    ranges: tuple[Range, ...]
    wide: bool
    kept: bool
    register: int | None
    is_root: bool


class Batch:
    """Evaluates whole-number nodes over columns of facts and of statistics over peers.

    `facts` are declared; their columns are in smallest units (yes_no as bool), and every value lies in its declared range.
    `statistics` are the ranges of the statistics that the nodes read.

    >>> few = FactDeclaration("few", "count", high=Fraction(9))
    >>> half = HalfUp(Fact("few"), Const(Fraction(2)))
    >>> Batch([half], {"few": few}).evaluate({"few": np.array([0, 3, 5])})[half].tolist()
    [0, 2, 3]
    """

    def __init__(
        self,
        roots: Iterable[Node],
        facts: Mapping[str, FactDeclaration],
        statistics: Mapping[Node, Range] | None = None,
    ) -> None:
        self.roots = tuple(dict.fromkeys(roots))
        self.bounds = Bounds({key: in_units(fact) for key, fact in facts.items()}, known=statistics)
        self._conditions = _conditions(self.roots, facts)
        self._constants: dict[int, int | bool] = {}
        self._read: list[tuple[int, Fact | Peers]] = []
        self._slots: dict[Node, int] = {}
        self._registers: list[type] = []
        self._steps = self._plan()

    def evaluate(
        self, facts: Mapping[str, Column], statistics: Mapping[Peers, Column] | None = None, rows: int | None = None
    ) -> dict[Node, Column]:
        """A column for each root. `rows` may be left out where there is a fact."""
        count = len(next(iter(facts.values()))) if rows is None else rows
        found: dict[Node, Column] = {root: np.empty(count, self._dtype(root)) for root in self.roots}
        columns = [
            (slot, self._input(node, facts[node.key] if isinstance(node, Fact) else (statistics or {})[node]))
            for slot, node in self._read
        ]
        registers: list[Column] = [np.empty(min(count, BLOCK), dtype) for dtype in self._registers]
        values: list[Any] = [self._constants.get(slot) for slot in range(len(self._slots))]
        for start in range(0, count, BLOCK):
            block = slice(start, min(start + BLOCK, count))
            for slot, column in columns:
                values[slot] = column[block]
            self._run(values, registers, found, block)
        return found

    def _run(self, values: list[Any], registers: list[Column], found: Mapping[Node, Column], block: slice) -> None:
        """All steps for one block."""
        length = block.stop - block.start
        for step in self._steps:
            parts = [values[slot] for slot in step.parts]
            if step.wide:
                wide = TABLE[type(step.node)]([_widened(part) for part in parts], None, step.ranges)
                values[step.slot] = wide if step.kept else _narrowed(wide)
            else:
                out = found[step.node][block] if step.is_root else registers[step.register or 0][:length]
                values[step.slot] = TABLE[type(step.node)](parts, out, step.ranges)
        for root, column in found.items():
            value = values[self._slots[root]]
            if not (isinstance(value, np.ndarray) and np.may_share_memory(value, column)):
                column[block] = value

    # Planning.

    def _plan(self) -> list[Step]:
        """The steps in order, each with a buffer that nobody needs any more."""
        order = fold(self.roots, lambda item, parts: item, closed=Peers)
        last: dict[Node, int] = {}
        for at, item in enumerate(order):
            self._slots[item] = at
            last |= dict.fromkeys(() if isinstance(item, Peers) else item.parts, at)
        held: dict[Node, int] = {}
        free: dict[type, list[int]] = {np.bool_: [], np.int64: []}
        steps: list[Step] = []
        for at, item in enumerate(order):
            if isinstance(item, Const):
                self._constants[at] = int(item.value)
            elif item.parts == () and isinstance(item, (And, Or)):
                self._constants[at] = isinstance(item, And)
            elif isinstance(item, (Fact, Peers)):
                self._read.append((at, item))
            else:
                steps.append(self._step(item, held, free))
                for part in dict.fromkeys(item.parts):
                    if last[part] == at and part in held:
                        free[self._dtype(part)].append(held.pop(part))
        return steps

    def _step(self, item: Node, held: dict[Node, int], free: Mapping[type, list[int]]) -> Step:
        parts = tuple(self._slots[part] for part in item.parts)
        wide = self._is_wide(item)
        is_root = item in self.roots
        if not wide and not is_root:
            idle = free[self._dtype(item)]
            if not idle:
                idle.append(len(self._registers))
                self._registers.append(self._dtype(item))
            held[item] = idle.pop()
        ranges = tuple(self.bounds.of(part) for part in item.parts)
        kept = wide and self._dtype(item) is np.object_
        return Step(item, self._slots[item], parts, ranges, wide, kept, held.get(item), is_root)

    def _dtype(self, item: Node) -> type:
        if item in self._conditions:
            return np.bool_
        return np.int64 if self.bounds.of(item).size <= INT64 else np.object_

    def _is_wide(self, item: Node) -> bool:
        """Whether int64 may not hold the node, one of its parts, or what is added up on the way."""
        sizes = [self.bounds.of(part).size for part in item.parts]
        on_the_way = sum(sizes) if isinstance(item, (Add, Sub, HalfUp)) else max(sizes, default=Fraction(0))
        return max(on_the_way, self.bounds.of(item).size) > INT64

    def _input(self, item: Node, column: Column) -> Column:
        return column if column.dtype == self._dtype(item) else column.astype(self._dtype(item))


def _widened(part: Part) -> Part:
    return part.astype(np.object_) if isinstance(part, np.ndarray) and part.dtype == np.int64 else part


def _narrowed(part: Column) -> Column:
    return part.astype(np.int64) if part.dtype == np.object_ else part


# What is known beforehand.


def _conditions(roots: Iterable[Node], facts: Mapping[str, FactDeclaration]) -> set[Node]:
    """Which of the nodes are true or false."""

    def visit(item: Node, parts: list[bool]) -> bool:
        if isinstance(item, Fact):
            return facts[item.key].is_condition
        if isinstance(item, If):
            return all((*parts[1::2], parts[-1]))
        return isinstance(item, (Le, Eq, And, Or, Not))

    return {item for item, holds in fold(roots, visit, closed=Peers).items() if holds}


# Working out. `out` is a column to fill, none of the parts; where there is none, numbers are Python's and a new column is made.

Parts = list[Any]
Ranges = tuple[Range, ...]


def _each(function: Callable[..., Column]) -> Callable[[Parts, Column | None, Ranges], Column]:
    """One part after another, by a function of two."""

    def run(parts: Parts, out: Column | None, _: Ranges) -> Column:
        if len(parts) == 1:
            return function(parts[0], parts[0], out=out)
        found = function(parts[0], parts[1], out=out)
        for part in parts[2:]:
            found = function(found, part, out=out)
        return found

    return run


def _not(parts: Parts, out: Column | None, _: Ranges) -> Column:
    return np.logical_not(parts[0], out=out)


def _if(parts: Parts, out: Column | None, _: Ranges) -> Column:
    """The last branch first, so that an earlier one has the last word."""
    branches = list(zip(parts[:-1:2], parts[1::2], strict=True))[::-1]
    if out is None:
        found = np.asarray(parts[-1], np.object_)
        for condition, value in branches:
            found = np.where(condition, np.asarray(value, np.object_), found)
        return found
    np.copyto(out, parts[-1])
    for condition, value in branches:
        np.copyto(out, value, where=condition)
    return out


def _half_up(parts: Parts, out: Column | None, ranges: Ranges) -> Column:
    """On magnitudes: the quotient of |a| + half of b, down; then the sign again."""
    a, b = parts
    signed = ranges[0].low < 0
    whole = np.add(np.abs(a, out=out) if signed else a, b // 2, out=out)
    above, below = (found.size for found in ranges)
    whole = _divided(whole, b, out, above + 2 * below < DOUBLE)
    return np.negative(whole, out=whole, where=a < 0) if signed else whole


def _down(parts: Parts, out: Column | None, ranges: Ranges) -> Column:
    return _divided(parts[0], parts[1], out, sum(found.size for found in ranges) < DOUBLE)


def _divided(a: Any, b: Any, out: Column | None, exact: bool) -> Column:
    """The largest whole number that is at most a / b.

    By a column, doubles take less than half the time. Where |a| + b is below 2^53, a quotient that is no whole number lies at
    least 1 / b from the next one, and a double is nearer to it than that: so none is rounded up to a whole number.
    """
    if out is None or not exact or not isinstance(b, np.ndarray):
        found: Column = np.floor_divide(a, b, out=out)
        return found
    np.copyto(out, np.floor(np.divide(a, b)), casting="unsafe")
    return out


TABLE: dict[type[Node], Callable[[Parts, Column | None, Ranges], Column]] = {
    Add: _each(np.add),
    Sub: _each(np.subtract),
    Mul: _each(np.multiply),
    Least: _each(np.minimum),
    Greatest: _each(np.maximum),
    Le: _each(np.less_equal),
    Eq: _each(np.equal),
    And: _each(np.logical_and),
    Or: _each(np.logical_or),
    Not: _not,
    If: _if,
    HalfUp: _half_up,
    Down: _down,
}

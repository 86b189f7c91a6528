"""The batch reader: whole-number nodes over NumPy columns, exactly, block by block.

A node is worked out in int32 or int64 where its bounds, and those of all that is added up on the way to it, prove that these
hold it, and in Python's integers elsewhere. Numerators and divisors between a quotient and its rounding are not covered by the
proof at load; so it is done here, on the lowered nodes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from egov_scoring.amounts import INT64
from egov_scoring.expression import Add, And, Const, Eq, Fact, Greatest, If, Le, Least, Node, Not, Or, Peers, Sub, fold
from egov_scoring.facts import FactDeclaration
from egov_scoring.lower import HalfUp, rebuilt_whole
from egov_scoring.readers.bounds import Bounds, Range, in_units
from egov_scoring.readers.operations import Column, Operation, Scratch, in_python, operation

INT32 = 2**31 - 1
THREADS = "EGOV_SCORING_THREADS"
# Rows at a time. Measured: a quarter of them costs a sixth more, since every call does less, and then two threads are slower than
# one, since they wait for Python's lock; twice as many gain little and take twice the memory.
BLOCK = 65_536
ROWS_PER_THREAD = 100_000  # at least, so that a thread has a block to itself


class Unfit(Exception):
    """Values of facts lie outside their declared ranges; `keys` are the facts."""

    def __init__(self, keys: Iterable[str]) -> None:
        super().__init__()
        self.keys = frozenset(keys)


@dataclass(frozen=True, slots=True)
class Step:
    """How a node gets its value in `slot`: read, or worked out from the parts in theirs.

    `run` is missing where it is read, and where it takes Python's integers. `register` is the buffer that takes the result; a
    node that is asked for goes straight to its own column.
    """

    node: Node
    slot: int
    dtype: Any
    parts: tuple[int, ...] = ()
    run: Operation | None = None
    register: int | None = None


class Batch:
    """Evaluates whole-number nodes over columns of facts and of statistics over peers.

    `facts` are declared; their columns are whole numbers in smallest units (yes_no as bool) of any width. `statistics` are the
    ranges of the statistics that the nodes read; each has a column, or one number for all rows.

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
        self._chained = _chained(roots)
        self.roots = tuple(dict.fromkeys(self._chained.values()))
        self.bounds = Bounds({key: in_units(fact) for key, fact in facts.items()}, known=statistics)
        self._conditions = _conditions(self.roots, facts)
        self.slots: dict[Node, int] = {}
        self.constants: dict[int, int | bool] = {}
        self.registers: list[Any] = []
        self.steps = self._plan()

    def evaluate(
        self,
        facts: Mapping[str, Column],
        statistics: Mapping[Peers, Column | int] | None = None,
        rows: int | None = None,
        threads: int | None = None,
    ) -> dict[Node, Column]:
        """A column for each root. `rows` may be left out where there is a fact, `threads` are as many as pay.

        Raises `Unfit`.
        """
        count = len(next(iter(facts.values()))) if rows is None else rows
        threads = threads_for(count, ROWS_PER_THREAD) if threads is None else threads
        run = _Run(self, facts, statistics or {}, count)
        blocks = [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
        if threads == 1:
            run.blocks(blocks)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(run.blocks, [blocks[at::threads] for at in range(threads)]))
        if run.unfit:
            raise Unfit(run.unfit)
        return self.by_root(run.found)

    def by_root(self, found: Mapping[Node, Column]) -> dict[Node, Column]:
        """The columns of the roots as they were asked for."""
        return {root: found[node] for root, node in self._chained.items()}

    @property
    def keys(self) -> frozenset[str]:
        """The facts that it reads, and whose ranges it sees to."""
        return frozenset(step.node.key for step in self.steps if isinstance(step.node, Fact))

    @property
    def is_narrow(self) -> bool:
        """Whether no step takes Python's integers."""
        return all(step.dtype is not np.object_ and (step.run or not step.parts) for step in self.steps)

    # Planning.

    def _plan(self) -> list[Step]:
        """The steps in order, each with a buffer that nobody needs any more."""
        order = fold(self.roots, lambda item, parts: item, closed=Peers)
        last: dict[Node, int] = {}
        for at, item in enumerate(order):
            self.slots[item] = at
            last |= dict.fromkeys(() if isinstance(item, Peers) else item.parts, at)
        held: dict[Node, int] = {}
        free: dict[Any, list[int]] = {}
        steps: list[Step] = []
        for at, item in enumerate(order):
            if isinstance(item, Const):
                self.constants[at] = int(item.value)
            elif item.parts == () and isinstance(item, (And, Or)):
                self.constants[at] = isinstance(item, And)
            else:
                steps.append(self._step(item, held, free))
                for part in () if isinstance(item, Peers) else dict.fromkeys(item.parts):
                    if last[part] == at and part in held and part not in self.roots:
                        free[self.dtype(part)].append(held.pop(part))
        return steps

    def _step(self, item: Node, held: dict[Node, int], free: dict[Any, list[int]]) -> Step:
        slot, dtype = self.slots[item], self.dtype(item)
        if isinstance(item, (Fact, Peers)):
            return Step(item, slot, dtype, register=self._register(item, held, free))
        parts = tuple(self.slots[part] for part in item.parts)
        ranges = tuple(self.bounds.of(part) for part in item.parts)
        loop = self._loop(item, ranges)
        if loop is np.object_:
            return Step(item, slot, dtype, parts)
        register = None if item in self.roots else self._register(item, held, free)
        return Step(item, slot, dtype, parts, operation(item, parts, ranges, loop), register)

    def _register(self, item: Node, held: dict[Node, int], free: dict[Any, list[int]]) -> int:
        """A buffer for the node, until it is used for the last time."""
        idle = free.setdefault(self.dtype(item), [])
        if not idle:
            idle.append(len(self.registers))
            self.registers.append(self.dtype(item))
        held[item] = idle.pop()
        return held[item]

    def dtype(self, item: Node) -> Any:
        """The kind of numbers that holds the node."""
        return np.bool_ if item in self._conditions else _dtype(self.bounds.of(item).size)

    def _loop(self, item: Node, ranges: tuple[Range, ...]) -> Any:
        """The kind of numbers that holds the node, its parts, and what is added up on the way."""
        if isinstance(item, (And, Or, Not)) or (isinstance(item, If) and item in self._conditions):
            return np.bool_
        sizes = [found.size for found in ranges]
        on_the_way = sum(sizes, Fraction(0)) if isinstance(item, (Add, Sub, HalfUp)) else max(sizes)
        return _dtype(max(on_the_way, self.bounds.of(item).size))


def _dtype(size: Fraction) -> Any:
    return np.int32 if size <= INT32 else np.int64 if size <= INT64 else np.object_


def threads_for(rows: int, each: int) -> int:
    """How many threads share the rows, so many at least for each: at most what EGOV_SCORING_THREADS says, or the processors."""
    named = os.environ.get(THREADS, "")
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    most = int(named) if named.isdecimal() and int(named) else processors
    return max(1, min(most, rows // each))


def _chained(roots: Iterable[Node]) -> dict[Node, Node]:
    """Each root with whatever is one of many as one of two, so that a term is needed no longer once it is added."""

    def visit(item: Node, parts: list[Node]) -> Node:
        if isinstance(item, (Add, Least, Greatest, And, Or)) and parts:
            kind = type(item)
            return reduce(lambda a, b: kind((a, b)), parts)
        return item if isinstance(item, Peers) else rebuilt_whole(item, parts)

    wanted = list(dict.fromkeys(roots))
    found = fold(wanted, visit, closed=Peers)
    return {root: found[root] for root in wanted}


def _conditions(roots: Iterable[Node], facts: Mapping[str, FactDeclaration]) -> set[Node]:
    """Which of the nodes are true or false."""

    def visit(item: Node, parts: list[bool]) -> bool:
        if isinstance(item, Fact):
            return facts[item.key].is_condition
        if isinstance(item, If):
            return all((*parts[1::2], parts[-1]))
        return isinstance(item, (Le, Eq, And, Or, Not))

    return {item for item, holds in fold(roots, visit, closed=Peers).items() if holds}


class _Run:
    """One evaluation: the columns read, those asked for, and the facts found outside their range."""

    def __init__(
        self, batch: Batch, facts: Mapping[str, Column], statistics: Mapping[Peers, Column | int], rows: int
    ) -> None:
        self._batch = batch
        self.found = {root: np.empty(rows, batch.dtype(root)) for root in batch.roots}
        self._read = {
            step.slot: _Read(facts[step.node.key], batch.bounds.of(step.node))
            for step in batch.steps
            if isinstance(step.node, Fact)
        }
        self._settled: dict[int, Any] = dict(batch.constants)
        for step in batch.steps if statistics else ():
            self._settle(step, statistics)
        self._steps = [step for step in batch.steps if step.slot not in self._settled]
        worked_out = {step.slot for step in self._steps if step.run is not None}
        self._copied = [(root, batch.slots[root]) for root in batch.roots if batch.slots[root] not in worked_out]

    def _settle(self, step: Step, statistics: Mapping[Peers, Column | int]) -> None:
        """What is one number for all rows: a statistic, and what rests on nothing else."""
        if isinstance(step.node, Peers):
            statistic = statistics[step.node]
            if isinstance(statistic, np.ndarray):
                self._read[step.slot] = _Read(statistic, None)
            else:
                self._settled[step.slot] = statistic
        elif step.parts and all(part in self._settled for part in step.parts):
            value = in_python(step.node, [self._settled[part] for part in step.parts])
            self._settled[step.slot] = np.asarray(value, step.dtype)[()]

    @property
    def unfit(self) -> list[str]:
        """The facts of which a value lies outside its range."""
        read = {step.node: self._read[step.slot] for step in self._steps if isinstance(step.node, Fact)}
        return [fact.key for fact, column in read.items() if not column.fits]

    def blocks(self, blocks: Sequence[slice]) -> None:
        """All steps, block by block."""
        longest = max((block.stop - block.start for block in blocks), default=0)
        scratch = Scratch(longest)
        registers = [np.empty(longest, dtype) for dtype in self._batch.registers]
        values: list[Any] = [self._settled.get(slot) for slot in range(len(self._batch.slots))]
        for block in blocks:
            length = scratch.length = block.stop - block.start
            for step in self._steps:
                slot, run, register = step.slot, step.run, step.register
                if run is not None:
                    out = self.found[step.node][block] if register is None else registers[register][:length]
                    run(values, out, scratch)
                    values[slot] = out
                elif register is not None:
                    values[slot] = self._read[slot].block(block, registers[register][:length])
                else:
                    values[slot] = np.asarray(in_python(step.node, [values[part] for part in step.parts]), step.dtype)
            for root, slot in self._copied:
                self.found[root][block] = values[slot]


class _Read:
    """A column that is read, in the kind of numbers that steps expect. Of a fact it is seen whether it fits."""

    def __init__(self, column: Column, limits: Range | None) -> None:
        self._column = column
        self._is_checked = limits is not None and column.dtype != np.bool_
        self._low, self._high = (0, 0) if limits is None else (int(limits.low), int(limits.high))
        # As numbers without a sign, those below 0 are the largest of all.
        self._unsigned = column.view(np.uint64) if column.dtype == np.int64 and self._low == 0 else None
        self.fits = True

    def block(self, block: slice, register: Column) -> Column:
        """That block, as it stands or in the register."""
        part = self._column[block]
        if self._is_checked and not self._holds(part, block):
            self.fits = False
        if part.dtype == register.dtype:
            return part
        np.copyto(register, part, casting="unsafe")
        return register

    def _holds(self, part: Column, block: slice) -> bool:
        if self._unsigned is not None:
            return int(np.maximum.reduce(self._unsigned[block])) <= self._high
        return self._low <= int(np.minimum.reduce(part)) and int(np.maximum.reduce(part)) <= self._high

"""The loop reader: whole-number nodes as loops over columns that Numba compiles; block by block, one indicator after another.

A loop for each indicator is one that the compiler turns into vector instructions, and it reads a few columns that are near one
another in time; one loop over everything would run through all columns at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from itertools import chain
from pathlib import Path
from typing import Any

import numba
import numpy as np

from egov_scoring.expression import Fact, Node, Peers, in_order
from egov_scoring.facts import FactDeclaration
from egov_scoring.readers.batch import Batch, Unfit, threads_for
from egov_scoring.readers.bounds import in_units
from egov_scoring.readers.cohort import is_for_all
from egov_scoring.readers.division import divided
from egov_scoring.readers.operations import Column
from egov_scoring.readers.statements import INDENT, Names, Statements, wrapped
from egov_scoring.whole_file import write

BLOCK = 1_024  # rows at a time; measured, half as many cost a sixth more, twice as many gain a twentieth
ROWS_PER_THREAD = 50_000
MEANT = ("start", "stop", "unfit", "first", "rows", "i", "np", "fits", "int", "min", "range", "loops")


# What the loops call. First all values at once: joined bit by bit, none is larger than they are together.
HEAD = '''"""Loops over columns, written out from a ruleset."""

import numba
import numpy as np


@numba.njit(nogil=True)
def fits(column, low, high):
    joined = 0
    for i in range(len(column)):
        joined |= column[i]
    if low <= 0 <= joined <= high:
        return True
    beyond = 0
    for i in range(len(column)):
        beyond |= (column[i] < low) | (column[i] > high)
    return not beyond


'''


class Loops:
    """Evaluates the roots of a `batch` that is narrow, to the same numbers; `apart` names what has a loop of its own.

    Compiling takes seconds; in the `folder`, if there is one, what was compiled is kept for other processes.
    """

    def __init__(
        self,
        batch: Batch,
        facts: Mapping[str, FactDeclaration],
        apart: Mapping[Node, str],
        folder: str | None = None,
    ) -> None:
        self._batch = batch
        written = _Text(batch, facts, apart)
        self.text, self._read = HEAD + str(written), written.read
        columns = [_kind(batch.dtype(node), is_for_all(node)) for node in self._read]
        out = [numba.from_dtype(np.dtype(batch.dtype(root)))[::1] for root in batch.roots]
        signature = numba.void(numba.int64, numba.int64, numba.boolean[::1], *columns, *out)
        self._run = _compiled(self.text, signature, folder)

    def evaluate(
        self,
        facts: Mapping[str, Column],
        statistics: Mapping[Peers, Column | int] | None = None,
        rows: int | None = None,
        threads: int | None = None,
    ) -> dict[Node, Column]:
        """As `Batch.evaluate` does. Raises `Unfit`."""
        rows = len(next(iter(facts.values()))) if rows is None else rows
        found = {root: np.empty(rows, self._batch.dtype(root)) for root in self._batch.roots}
        read = [_plain(facts[node.key] if isinstance(node, Fact) else (statistics or {})[node]) for node in self._read]
        unfit = np.zeros(len(read), np.bool_)
        threads = threads_for(rows, ROWS_PER_THREAD) if threads is None else threads
        edges = [rows * at // threads for at in range(threads + 1)]

        def run(start: int, stop: int) -> None:
            self._run(start, stop, unfit, *read, *found.values())

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, edges[:-1], edges[1:]))
        if unfit.any():
            raise Unfit(node.key for node, bad in zip(self._read, unfit, strict=True) if bad and isinstance(node, Fact))
        return self._batch.by_root(found)


def _kind(dtype: Any, is_for_all: bool) -> Any:
    """What Numba calls a column that is read."""
    kind = numba.boolean if dtype is np.bool_ else numba.int64
    return kind if is_for_all else numba.types.Array(kind, 1, "C", readonly=True)


def _compiled(text: str, signature: Any, folder: str | None) -> Callable[..., None]:
    """The function of that text, for these kinds of columns."""
    if folder is not None:
        # Where the folder cannot be used, or what is kept in it, it is as if there were none.
        with suppress(Exception):
            return _kept(text, signature, folder)
    meaning: dict[str, Any] = {}
    exec(compile(text, "<loops>", "exec"), meaning)
    compiled: Callable[..., None] = numba.njit(signature, nogil=True, error_model="numpy")(meaning["loops"])
    return compiled


def _kept(text: str, signature: Any, folder: str) -> Callable[..., None]:
    """The same by way of a module in the folder, beside which Numba keeps what it compiled."""
    name = f"loops_{sha256(text.encode()).hexdigest()[:24]}"
    path = Path(folder, f"{name}.py")
    if not path.is_file() or path.read_text("utf-8") != text:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(path, text)
    found = spec_from_file_location(name, path)
    assert found is not None
    assert found.loader is not None
    module = sys.modules[name] = module_from_spec(found)  # Numba looks for it there
    found.loader.exec_module(module)
    compiled: Callable[..., None] = numba.njit(signature, nogil=True, error_model="numpy", cache=True)(module.loops)
    return compiled


def _plain(column: Column | int) -> Column | int:
    """The column as the function takes it, whoever keeps it: so that it is compiled once."""
    if not isinstance(column, np.ndarray):
        return column
    found = np.ascontiguousarray(column, np.bool_ if column.dtype == np.bool_ else np.int64).view()
    found.flags.writeable = False
    return found


class _Text:
    """The text of the function; `read` are the facts and statistics that it takes, in order."""

    def __init__(self, batch: Batch, facts: Mapping[str, FactDeclaration], apart: Mapping[Node, str]) -> None:
        self._facts = facts
        self._seen: set[Node] = set()
        ranges = {key: in_units(fact) for key, fact in facts.items()}
        whole = divided([*batch.roots, *apart], ranges, doubles=True)
        self._names = Names(MEANT)
        self._apart = {whole[node]: name for node, name in apart.items() if not _is_short(whole[node])}
        self._roots = [whole[root] for root in batch.roots]
        order = list(in_order(self._roots, closed=Peers))
        self.read = [node for node in order if isinstance(node, (Fact, Peers))]
        self._columns: dict[Node, str] = {
            node: self._names.new(node.key if isinstance(node, Fact) else "peers") for node in self.read
        }
        self._blocks = {
            node: self._names.new(f"{name}_") for node, name in self._columns.items() if not is_for_all(node)
        }
        self._out = [self._names.new(f"out_{at}") for at in range(len(self._roots))]
        self._out_blocks = [self._names.new(f"{name}_") for name in self._out]
        self._values = {node: self._names.new(f"{self._apart[node]}_") for node in order if node in self._apart}

    def __str__(self) -> str:
        """The function: rows from `start` to `stop`, block by block."""
        arguments = ", ".join(["start", "stop", "unfit", *self._columns.values(), *self._out])
        targets = [(node, f"{name}[i]") for node, name in self._values.items()]
        targets += [(node, f"{name}[i]") for node, name in zip(self._roots, self._out_blocks, strict=True)]
        whole = [*(self._columns[node] for node in self._blocks), *self._out]
        blocks = [*self._blocks.values(), *self._out_blocks]
        block = [
            f"rows = min({BLOCK}, stop - first)",
            *[f"{block} = {column}[first : first + rows]" for block, column in zip(blocks, whole, strict=True)],
            *chain(*[self._loop(node, target) for node, target in targets]),
        ]
        buffers = [f"{name} = np.empty({BLOCK}, np.int64)" for name in self._values.values()]
        body = [*buffers, f"for first in range(start, stop, {BLOCK}):", *_indented(block)]
        return "\n".join([*wrapped("def loops(", arguments, "):"), *_indented(body)]) + "\n"

    def _loop(self, node: Node, target: str) -> list[str]:
        """A loop that works the node out from columns, and from what other loops left."""
        given = {**self._columns, **{read: f"{name}[i]" for read, name in self._blocks.items()}}
        given |= {other: f"{name}[i]" for other, name in self._values.items() if f"{name}[i]" != target}
        written = Statements([node], given, {}, Names(self._names.taken))
        lines = [*written.lines, *wrapped(f"{target} = ", written.values[node])]
        return [*self._checked(node), "for i in range(rows):", *_indented(lines)]

    def _checked(self, root: Node) -> Iterator[str]:
        """Looks at the facts that are read for the first time."""
        for node in in_order([root], closed=Peers):
            if isinstance(node, Fact) and node not in self._seen and not self._facts[node.key].is_condition:
                self._seen.add(node)
                limits = in_units(self._facts[node.key])
                yield f"if not fits({self._blocks[node]}, {int(limits.low)}, {int(limits.high)}):"
                yield f"{INDENT}unfit[{self.read.index(node)}] = True"


def _is_short(node: Node) -> bool:
    """Whether it is no more than a fact, a number, or one times the other."""
    return not any(part.parts for part in node.parts)


def _indented(lines: Iterable[str]) -> list[str]:
    return [INDENT + line for line in lines]

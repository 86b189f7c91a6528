"""Parquet files of units, scored by DuckDB: larger than memory may hold, and the result written whole or not at all."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from egov_scoring import whole_file
from egov_scoring._version import __version__
from egov_scoring.errors import FactsError, Problem
from egov_scoring.peers import askers
from egov_scoring.readers.bounds import MOST_PEERS
from egov_scoring.readers.sql import DIALECTS
from egov_scoring.ruleset import Ruleset

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SUFFIX = ".parquet"
MEMORY = "2GB"
SHOWN = 20  # rows that cannot be scored are named up to here, then counted
EVERY = 0.1  # seconds from one look at the progress to the next
ROW_NUMBER = "file_row_number"

Detail = Literal["total", "indicators"]
Progress = Callable[[float], None]
"""Told how much is done, in percent; -1 where that is not known."""


def score_file(
    ruleset: Ruleset,
    source: Path,
    target: Path,
    *,
    detail: Detail = "total",
    errors: Literal["raise", "mark"] = "raise",
    unit: str | None = None,
    keep: Sequence[str] = (),
    memory: str = MEMORY,
    progress: Progress = lambda percent: None,
) -> None:
    """Scores the rows of one Parquet file into another, in their order; all rows are ranked with one another.

    A row is a unit, a column a fact or a record, as in `Ruleset.score_frame`; so are the columns that come out, but that a
    status says as in SQL what is wrong with which fact. DuckDB takes `memory`, and a folder beside the target for what does not
    fit. Raises `FactsError`; the target then is what it was before.
    """
    _refuse_paths(source, target)
    with _connected(source) as engine, whole_file.beside(target) as part:
        part.touch()  # an unwritable folder is said before the work begins
        with TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as spill:
            engine.run(f"SET temp_directory = {_text(spill)}")
            engine.run(f"SET memory_limit = {_text(memory)}")
            query = _Query(engine, ruleset, source, unit, keep, detail)
            engine.run(query.copied_to(part), progress)
            if errors == "raise" and (problems := _unscored(engine, part, unit)):
                raise FactsError(problems)


def _refuse_paths(source: Path, target: Path) -> None:
    """Whatever is clear before DuckDB is asked; a source that cannot be read raises `OSError`."""
    if target.suffix.lower() != SUFFIX:
        raise FactsError([Problem("file-suffix", file=str(target), suffix=SUFFIX)])
    source.open("rb").close()
    if target.exists() and target.samefile(source):
        raise FactsError([Problem("file-same", file=str(target))])


# DuckDB.


@contextmanager
def _connected(source: Path) -> Iterator[_Engine]:
    """A database in memory; what it cannot do is a problem with the source."""
    try:
        import duckdb
    except ImportError:
        raise FactsError([Problem("extra-missing", library="DuckDB", extra="arrow")]) from None
    try:
        with duckdb.connect() as connection, ThreadPoolExecutor(1) as worker:
            worker.submit(int).result()  # what ends us while a thread starts would leave that thread alone
            yield _Engine(connection, worker)
    except duckdb.Error as error:
        reason = str(error).strip().partition("\n")[0]
        raise FactsError([Problem("file-failed", file=str(source), reason=reason)]) from None


class _Engine:
    """Runs statements in another thread, so that they can be watched and stopped."""

    def __init__(self, connection: DuckDBPyConnection, worker: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._worker = worker

    def run(self, statement: str, progress: Progress = lambda percent: None) -> list[tuple[Any, ...]]:
        """The rows that it gives."""
        try:
            running = self._worker.submit(lambda: self._connection.execute(statement).fetchall())
            while wait([running], EVERY).not_done:
                progress(self._connection.query_progress())
            return running.result()
        except BaseException:
            self._connection.interrupt()
            raise


def _text(text: str) -> str:
    return DIALECTS["duckdb"].literal(text)


def _name(name: str) -> str:
    return DIALECTS["duckdb"].identifier(name)


# The query.


class _Query:
    """What is read of a file, and what is made of it."""

    def __init__(
        self,
        engine: _Engine,
        ruleset: Ruleset,
        source: Path,
        unit: str | None,
        keep: Sequence[str],
        detail: Detail,
    ) -> None:
        self._ruleset = ruleset
        self._kept = [*([] if unit is None else [unit]), *keep]
        self._compares = bool(askers(ruleset.program))
        items = [item.id for item in ruleset.total if item.added and item is not ruleset.total]
        self._listed = items if detail == "indicators" else []
        names = _columns(engine, source)
        self._check(names, unit, keep, detail)
        self._records = [name for name in names if name in ruleset.program.flags]
        file = f"read_parquet({_text(glob.escape(str(source)))}, hive_partitioning = false"
        file += f", {ROW_NUMBER} = true)" if self._compares else ")"
        wanted = [_name(name) for name in (*ruleset.facts, *self._records)]
        wanted += [f"{_name(name)} AS {_name(own)}" for name, own in self._carried.items()]
        engine.run(f"CREATE TEMP VIEW units AS SELECT {', '.join(wanted)} FROM {file}")
        if self._compares:
            _refuse_too_many(engine)
        if self._compares and unit is not None:
            _refuse_twice(engine, self._carried[unit])

    @property
    def _carried(self) -> dict[str, str]:
        """What passes through, under names that no fact has."""
        carried = {name: f"kept {at}" for at, name in enumerate(self._kept)}
        return carried | ({ROW_NUMBER: "kept row"} if self._compares else {})

    def _check(self, names: Sequence[str], unit: str | None, keep: Sequence[str], detail: Detail) -> None:
        """A frame of the same columns without rows meets the same checks."""
        import pandas as pd

        self._ruleset.score_frame(pd.DataFrame(columns=pd.Index(names)), detail, unit=unit, keep=keep)
        read = {*self._ruleset.facts, *self._ruleset.program.flags, *self._kept}
        read |= {ROW_NUMBER} if self._compares else set()
        alike = [
            Problem("column-capitals", column=name, other=other)
            for name in names
            for other in read
            if name != other and name.lower() == other.lower()
        ]
        if self._compares and ROW_NUMBER in names:
            alike.append(Problem("column-taken", column=ROW_NUMBER))
        if alike:
            raise FactsError(alike)

    def copied_to(self, part: Path) -> str:
        """The statement that scores all rows into that file. To compare rows mixes them up, so they are put in order again."""
        inner = self._ruleset.to_sql(keep=self._carried.values(), recorded=self._records).rstrip().removesuffix(";")
        order = f" ORDER BY {_name(self._carried[ROW_NUMBER])}" if self._compares else ""
        about = {"ruleset": self._ruleset.id, "fingerprint": self._ruleset.fingerprint, "version": __version__}
        marks = ", ".join(f"{_name(f'egov_scoring.{key}')}: {_text(value)}" for key, value in about.items())
        return (
            f"COPY (SELECT {', '.join(self._selected())} FROM (\n{inner}\n) AS scores{order})"
            f" TO {_text(str(part))} (FORMAT parquet, KV_METADATA {{{marks}}})"
        )

    def _selected(self) -> Iterator[str]:
        yield from (f"{_name(self._carried[name])} AS {_name(name)}" for name in self._kept)
        if self._ruleset.total.added:
            yield from ("total AS points", "max_applicable")
        else:
            yield from ("CAST(NULL AS DECIMAL(18, 2)) AS points", "CAST(NULL AS DECIMAL(18, 2)) AS max_applicable")
        yield from ("status", *map(_name, self._listed))


def _columns(engine: _Engine, source: Path) -> list[str]:
    """The names of the columns as they stand in the file; DuckDB itself would give some of them other names."""
    schema = engine.run(f"SELECT name, num_children FROM parquet_schema({_text(glob.escape(str(source)))})")
    names: list[str] = []
    inside = 0
    for name, parts in schema[1:]:
        if inside:
            inside -= 1
        else:
            names.append(name)
        inside += parts or 0
    return names


def _refuse_too_many(engine: _Engine) -> None:
    """More units cannot be compared than the proofs at load allow for."""
    ((number,),) = engine.run("SELECT COUNT(*) FROM units")
    if number > MOST_PEERS:
        raise FactsError([Problem("too-many-peers", number=number, limit=int(MOST_PEERS))])


def _refuse_twice(engine: _Engine, unit: str) -> None:
    """Units that are compared are different ones."""
    own = _name(unit)
    twice = engine.run(
        f"SELECT CAST({own} AS VARCHAR) FROM units WHERE {own} IS NOT NULL GROUP BY 1 HAVING COUNT(*) > 1 ORDER BY 1"
        f" LIMIT {SHOWN}"
    )
    if twice:
        raise FactsError([Problem("unit-twice", unit=name) for (name,) in twice])


def _unscored(engine: _Engine, part: Path, unit: str | None) -> list[Problem]:
    """The rows that have no points: how many, and the first of them. Those that lack only peers are counted with the others:
    a row that is named is why."""
    rows = f"FROM read_parquet({_text(glob.escape(str(part)))}, {ROW_NUMBER} = true) WHERE status <> 'scored'"
    ((number,),) = engine.run(f"SELECT COUNT(*) {rows}")
    if not number:
        return []
    named = "''" if unit is None else f"COALESCE(' (' || CAST({_name(unit)} AS VARCHAR) || ')', '')"
    first = engine.run(
        f"SELECT {ROW_NUMBER} + 1, {named}, status {rows} AND status <> 'peers-unknown' ORDER BY 1 LIMIT {SHOWN}"
    )
    shown = [Problem("row-unscored", row=row, name=name, status=status) for row, name, status in first]
    return [Problem("rows-unscored", number=number, shown=len(shown)), *shown]

"""The SQL reader: a ruleset as a query that scores every row of a table, in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

from egov_scoring.columns import columns
from egov_scoring.errors import EgovScoringError, Problem
from egov_scoring.facts import nearest
from egov_scoring.flags import given_flag, not_applicable_flag, of_flag, place_flag, points_flag
from egov_scoring.program import Program
from egov_scoring.readers.sql.dialects import DIALECTS, Dialect
from egov_scoring.readers.sql.layers import TooWideIn
from egov_scoring.readers.sql.query import MOST, STATUS, Query, comment

__all__ = ["DIALECTS", "SqlError", "to_sql"]


class SqlError(EgovScoringError):
    """A query cannot be written: each problem names the column, the record or the indicator."""


def to_sql(
    program: Program,
    dialect: str,
    table: str | Sequence[str],
    *,
    view: str | Sequence[str] = "",
    keep: Iterable[str] = (),
    recorded: Iterable[str] = (),
) -> str:
    """The query in a dialect, `duckdb`, `postgres` or `spark`; what `Ruleset.to_sql` says holds here."""
    if dialect not in DIALECTS:
        raise SqlError([Problem("sql-dialect", found=str(dialect), known=", ".join(DIALECTS))])
    spoken, kept, records = DIALECTS[dialect], list(keep), list(recorded)
    source, made = _parts(table), _parts(view)
    problems = [problem for name in (*source, *made, *kept) for problem in _bad_name(spoken, name)]
    problems += [*_records_unknown(program, records), *_records_alone(program, records)]
    problems += _columns_twice(program, kept)
    if problems or not source:
        raise SqlError(problems or [Problem("sql-name", name="")])
    flags = [*records, *(given_flag(item.id) for item in program.items() if points_flag(item.id) in records)]
    quoted = ".".join(map(spoken.identifier, source))
    try:
        query = Query(columns(program, flags), spoken, quoted, kept).text()
    except TooWideIn as error:
        raise SqlError([Problem("sql-too-wide", part=error.name, size=error.size, dialect=dialect)]) from None
    head = f"-- {comment(program.id)}: {comment(program.title)}\n-- {program.fingerprint}\n"
    if made:
        head += f"CREATE OR REPLACE VIEW {'.'.join(map(spoken.identifier, made))} AS\n"
    return f"{head}{query};\n"


def _parts(name: str | Sequence[str]) -> list[str]:
    """A name, or one with what it stands in: `("public", "units")`."""
    return [name] if isinstance(name, str) and name else list(name)


def _bad_name(dialect: Dialect, name: str) -> list[Problem]:
    size = len(name.encode("utf-8", "surrogatepass"))
    if not name or not name.isprintable() or size > dialect.longest:
        return [Problem("sql-name", name=repr(name)[1:-1])]
    return []


def _records_unknown(program: Program, recorded: Iterable[str]) -> list[Problem]:
    leaves = [item for item in program.items() if item is not program.total]
    known = [flag(item.id) for item in leaves for flag in (not_applicable_flag, points_flag, place_flag, of_flag)]
    known = [name for name in known if name in program.flags]
    return [
        Problem("sql-record-unknown", name=str(name), nearest=nearest(str(name), known))
        for name in recorded
        if name not in known
    ]


def _records_alone(program: Program, recorded: Sequence[str]) -> Iterator[Problem]:
    """A place goes with among how many it is."""
    for item in program.items():
        for name, other in permutations((place_flag(item.id), of_flag(item.id))):
            if name in program.flags and name in recorded and other not in recorded:
                yield Problem("sql-record-alone", name=name, other=other)


def _columns_twice(program: Program, kept: Iterable[str]) -> list[Problem]:
    """Names that the result would have twice; capitals make no difference to a database."""
    scored = [item.id for item in program.items() if item.added]
    found = Counter(name.lower() for name in (STATUS, MOST, *scored, *kept))
    return [Problem("sql-column-twice", name=name) for name, times in found.items() if times > 1]
